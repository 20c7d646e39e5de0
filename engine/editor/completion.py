"""What can be written at a cursor: keys, words of the language, references, and names and functions in expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.document import Path_
from engine.editor import grammar
from engine.editor.cursor import Cursor
from engine.editor.fragment import Fragment, fragment
from engine.editor.functions import described, written
from engine.editor.references import kind_at, targets
from engine.editor.scope import resolve, scope
from engine.editor.shapes import Shape
from engine.editor.text import Span
from engine.editor.workspace import File, View
from engine.functions import FUNCTIONS

_TO_COLON = re.compile(r"[\w$?-]*(?=[\"']?[ \t]*:)")

Kind = Literal["key", "word", "reference", "name", "field", "function"]


@dataclass(frozen=True)
class Item:
    """One proposal.

    Attributes:
        insert: what takes the place of `span`.
        first: whether it stands before the others.
    """

    label: str
    kind: Kind
    span: Span
    insert: str
    detail: str = ""
    documentation: str = ""
    first: bool = False


def completions(file: File, index: int) -> list[Item]:
    """Everything that can be written at an index of a file, whatever is written already."""
    at = file.cursor(index)
    view = file.around(at, index) if at.place != "comment" else None
    if view is None:
        return list(_keys_of_empty(at, file, index))
    begun = fragment(at.written) if at.place != "key" else None
    if begun is not None and (at.written.startswith("=") or "{{" in at.written):
        return list(_in_expression(view, at.path, begun, Span(index - len(begun.word), index)))
    found: list[Item] = []
    if at.place in ("value", "open"):
        found += _values(view, at, index)
    if at.place in ("key", "open"):
        found += _keys(view, at, index)
    return found


def _keys_of_empty(at: Cursor, file: File, index: int) -> Iterator[Item]:
    if at.place == "key" and at.path == ():
        for key in grammar.keys_at((), {}).values():
            yield _key(key, Span(at.start, index), file.text.content, "")


def _keys(view: View, at: Cursor, index: int) -> Iterator[Item]:
    """The keys of the language that are not there yet; in an empty place of a list, those of its elements."""
    content = view.file.text.content
    path, dash = at.path, ""
    if at.place == "open" and grammar.is_list(path, view.document.data):
        path, dash = (*path, 0), "- "
    being_written = at.written + (_TO_COLON.match(content, index) or [""])[0]
    there = set() if dash else set(view.names(*path)) - {being_written, at.written}
    for key in grammar.keys_at(path, view.document.data).values():
        if key.name not in there:
            yield _key(key, Span(at.start, index), content, dash)


def _key(key: grammar.Key, span: Span, content: str, dash: str) -> Item:
    followed = _TO_COLON.match(content, span.end)
    insert = key.name if followed else f"{dash}{key.name}:{' ' if key.holds == 'scalar' else ''}"
    return Item(key.name, "key", span, insert, key.description, key.markdown, key.required)


def _values(view: View, at: Cursor, index: int) -> Iterator[Item]:
    span = Span(at.start, index)
    for word in grammar.values_at(at.path, view.document.data):
        yield Item(word, "word", span, word)
    kind = kind_at(at.path)
    for target in targets(kind, view, at.path) if kind else ():
        yield Item(target.name, "reference", span, target.name, target.detail, target.description)
    if not at.written and kind is None and grammar.takes_expression(at.path, view.document.data):
        for name, shape in scope(view, at.path).items():
            yield Item(f"={name}", "name", span, f"={name}", str(shape), shape.description)


def _in_expression(view: View, path: Path_, begun: Fragment, span: Span) -> Iterator[Item]:
    names = scope(view, path)
    if begun.chain:
        shape = resolve(begun.chain, names)
        for name, inner in (shape.fields or shape.element.fields).items():
            yield _named(name, inner, "field", span)
        return
    for name, inner in names.items():
        yield _named(name, inner, "name", span)
    for function in FUNCTIONS.values():
        if not function.instead:
            insert = f"{function.name}("
            yield Item(function.name, "function", span, insert, written(function), described(function))


def _named(name: str, shape: Shape, kind: Kind, span: Span) -> Item:
    insert = name if re.fullmatch(r"[A-Za-z_]\w*", name) else f'"{name}"'
    return Item(name, kind, span, insert, str(shape), shape.description, kind == "name")
