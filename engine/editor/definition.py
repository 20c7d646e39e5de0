"""Where what is pointed at was written: whatever has a name, and fields of schemas; also in another file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from engine import commerce
from engine.diagnostics import Mark
from engine.document import Path_, Scalar
from engine.editor.expected import expected_at
from engine.editor.file import File, View
from engine.editor.origin import origin
from engine.editor.references import owner_at, target_at
from engine.editor.scope import named
from engine.editor.spot import Spot, spot
from engine.editor.text import Span, Text
from engine.types import Source


@dataclass(frozen=True)
class Place:
    """A span of a file; of `text`, so that an editor's positions can be told."""

    path: Path
    text: Text
    span: Span


@dataclass(frozen=True)
class Defined:
    """Something that has a name: the file that defines it, and where in it."""

    file: Path
    path: Path_


def definition(file: File, index: int) -> Place | None:
    """Where the thing named at an index is defined."""
    here = spot(file, index)
    view = file.around(file.cursor(index), index)
    if here is None or view is None:
        return None
    if here.is_key:
        target = expected_at(view, here.path)
        return place_of(view, Defined(target.source.path, target.path)) if target else None
    found = meant(view, here, index)
    return place_of(view, found) if found else _of_field(view, here) if here.name else None


def meant(view: View, here: Spot, index: int) -> Defined | None:
    """What is named at a spot, or defined there."""
    own = Defined(view.file.path, here.path)
    if here.name is not None:
        path = origin(view, here.path, f"{here.name.chain}.{here.name.word}".lstrip("."))
        if path is None:
            return None
        given = _named(view, path)
        return given if given and given.path else replace(own, path=path)
    if here.is_key:
        return own if gives_name(here.path) else None
    if is_result(here.path):
        return own
    owner = owner_at(view, here.path)
    text = view.data(here.path)
    if owner and isinstance(text, Scalar) and index <= view.file.text.of_mark(text.place.at(text.rindex("."))):
        return replace(own, path=owner)
    return _named(view, here.path)


def is_result(path: Path_) -> bool:
    """Whether a step says at a path what its result is called."""
    return path[2:3] == ("steps",) and path[4:] == ("save",)


def gives_name(path: Path_) -> bool:
    """Whether a key is a name that others use."""
    match path:
        case ("settings" | "connections" | "schemas" | "events" | "messages" | "flows" | "uses", _):
            return True
        case ("connections", _, "endpoints", _) | (*_, "$let", _):
            return True
    return False


def _named(view: View, path: Path_) -> Defined | None:
    """What the value at a path names; None if nothing, or what no file says."""
    target = target_at(view, path)
    return Defined(target.source.path, target.path) if target else None


def place_of(view: View, found: Defined) -> Place | None:
    """Where something is written: its key, or the name that a step saves; of a whole file, its begin."""
    source = view.source_of(found.file)
    document = source.document if source else None
    text = view.file.text if found.file == view.file.path else Text(document.extent.source.text if document else "")
    if not found.path or document is None:
        return Place(found.file, text, Span(0, 0))
    saved = view.data(found.path) if is_result(found.path) else None
    if isinstance(saved, Scalar):
        return _at(found.file, text, saved.mark, saved)
    return _at(found.file, text, document.key_mark(found.path), str(found.path[-1]))


def _of_field(view: View, here: Spot) -> Place | None:
    """Where the schema names the field that is pointed at."""
    found = named(view, here)
    sources = (shape.source for shape in found.given.shapes if shape.source) if found else ()
    mark = next(filter(None, map(_written, sources)), None)
    if here.name is None or mark is None:
        return None
    file = Path(mark.file)
    return _at(file, view.file.text if file == view.file.path else _read(file), mark, here.name.word)


def _written(source: Source) -> Mark | None:
    """Where a place of a schema is written, also of one that is shipped."""
    if source.mark is None and source.schema in commerce.names():
        return commerce.mark(source.schema, source.path)
    return source.mark


def _at(file: Path, text: Text, mark: Mark, name: str) -> Place:
    start = text.of_mark(mark)
    start += text.content[start : start + 1] in ("'", '"')
    return Place(file, text, Span(start, start + len(name) if text.content.startswith(name, start) else start))


def _read(path: Path) -> Text:
    try:
        return Text(path.read_bytes().decode("utf-8-sig", "replace"))
    except OSError:
        return Text("")
