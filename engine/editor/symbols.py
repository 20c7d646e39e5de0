"""The outline of a file: settings, connections with their endpoints, schemas, events, messages and flows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.document import Document, Path_
from engine.editor.file import File
from engine.editor.text import Span

Kind = Literal["section", "setting", "connection", "endpoint", "schema", "event", "message", "flow"]

_SECTIONS: dict[str, Kind] = {
    "settings": "setting",
    "connections": "connection",
    "schemas": "schema",
    "events": "event",
    "messages": "message",
    "flows": "flow",
}


@dataclass(frozen=True)
class Symbol:
    """One line of the outline; `span` holds all of it, `name_span` its name."""

    name: str
    detail: str
    kind: Kind
    span: Span
    name_span: Span
    inner: tuple[Symbol, ...] = ()


def symbols(file: File) -> list[Symbol]:
    """The outline, in the order of the file; of one that cannot be read now, without the lines that are being written."""
    if file.rest is None:
        return []
    document = file.rest.document
    keys = [str(key) for key in document.data]
    ends = _ends(file, document, (), keys, len(file.text.content.rstrip()))
    return [
        _symbol(file, document, (key,), "section", ends[key])
        for key in keys
        if key in _SECTIONS and isinstance(document.data[key], dict)
    ]


def _symbol(file: File, document: Document, path: Path_, kind: Kind, end: int) -> Symbol:
    start = file.text.of_mark(document.key_mark(path))
    below, inner_kind = _below(path)
    data = _at(document, below)
    inner: tuple[Symbol, ...] = ()
    if inner_kind is not None and isinstance(data, dict):
        names = [str(name) for name in data]
        ends = _ends(file, document, below, names, end)
        inner = tuple(_symbol(file, document, (*below, name), inner_kind, ends[name]) for name in names)
    name = str(path[-1])
    return Symbol(name, _detail(_at(document, path)), kind, Span(start, end), Span(start, start + len(name)), inner)


def _below(path: Path_) -> tuple[Path_, Kind | None]:
    if len(path) == 1:
        return path, _SECTIONS[str(path[0])]
    if path[0] == "connections" and len(path) == 2:
        return (*path, "endpoints"), "endpoint"
    return path, None


def _ends(file: File, document: Document, path: Path_, keys: list[str], end: int) -> dict[str, int]:
    """Where the entry of each key ends: before the next one begins, or where all end."""
    starts = {key: file.text.of_mark(document.key_mark((*path, key))) for key in keys}
    found = {}
    for key, start in starts.items():
        behind = min((other for other in starts.values() if other > start), default=end)
        name_end = start + len(key)
        found[key] = max(name_end, start + len(file.text.content[start : max(behind, start)].rstrip(" \t\r\n,")))
    return found


def _at(document: Document, path: Path_) -> object:
    found: object = document.data
    for step in path:
        found = found.get(step) if isinstance(found, dict) and isinstance(step, str) else None
    return found


def _detail(data: object) -> str:
    if not isinstance(data, dict):
        return ""
    for keys in (("method", "path"), ("type",), ("description",)):
        words = [str(data[key]) for key in keys if isinstance(data.get(key), str)]
        if len(words) == len(keys):
            return " ".join(words)
    return ""
