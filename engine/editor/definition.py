"""Where what is pointed at was written: endpoints, messages, schemas, steps, settings; also in another file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.document import Path_
from engine.editor.references import kind_at, target_at, targets
from engine.editor.spot import Spot, spot
from engine.editor.text import Span, Text
from engine.editor.workspace import File, View


@dataclass(frozen=True)
class Place:
    """A span of a file; of `text`, so that an editor's positions can be told."""

    path: Path
    text: Text
    span: Span


def definition(file: File, index: int) -> Place | None:
    """Where the thing named at an index is defined."""
    here = spot(file, index)
    view = file.around(file.cursor(index), index)
    if here is None or here.is_key or view is None:
        return None
    return _of_name(view, here) if here.name else _of_reference(view, here)


def _of_reference(view: View, here: Spot) -> Place | None:
    target = target_at(view, here.path)
    if target is None or target.source is None:
        return None
    mark = target.mark
    own = target.source.path == view.file.path
    text = view.file.text if own else _text(target.source.path)
    start = text.of_mark(mark) if mark else 0
    return Place(target.source.path, text, Span(start, start + (len(str(target.path[-1])) if target.path else 0)))


def _text(path: Path) -> Text:
    try:
        return Text(path.read_bytes().decode("utf-8-sig", "replace"))
    except OSError:
        return Text("")


def _of_name(view: View, here: Spot) -> Place | None:
    """A setting, the step that gave a name, or the schema of the input."""
    assert here.name is not None
    root, _, rest = f"{here.name.chain}.{here.name.word}".lstrip(".").partition(".")
    if root == "settings" and rest:
        return _own(view, ("settings", rest.partition(".")[0]))
    if here.path[:1] != ("messages",):
        return None
    if root == "input":
        return _input(view, here.path)
    if here.name.chain:
        return None
    steps = view.data((*here.path[:2], "steps"))
    for number, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, dict) and step.get("save") == root:
            return _own(view, (*here.path[:2], "steps", number, "save"))
    return None


def _input(view: View, path: Path_) -> Place | None:
    at = (*path[:2], "input")
    name, kind = view.data(at), kind_at(at)
    known = targets(kind, view, at) if kind and isinstance(name, str) else []
    target = next((one for one in known if one.name == name and one.source is not None), None)
    return _own(view, target.path if target else at)


def _own(view: View, path: Path_) -> Place | None:
    if path not in view.document.values:
        return None
    start = view.file.text.of_mark(view.document.key_mark(path))
    return Place(view.file.path, view.file.text, Span(start, start + len(str(path[-1]))))
