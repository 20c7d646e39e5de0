"""What can be written at a cursor: keys, words of the language, references, and names and functions in expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.editor import grammar
from engine.editor.cursor import Cursor
from engine.editor.fragment import Fragment, fragment
from engine.editor.functions import described, written
from engine.editor.names import meaning, meaning_of
from engine.editor.references import kind_at, targets
from engine.editor.scope import nameable, scope
from engine.editor.text import Span
from engine.editor.wanted import Wanted, wanted
from engine.editor.workspace import File, View
from engine.functions import FUNCTIONS
from engine.types import List, Type

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
        return list(_in_expression(view, at, index, begun))
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
    path, dash, place = at.path, "", wanted(view, at.path)
    if at.place == "open" and grammar.is_list(path, view.document.data) and (place is None or place.type.of(List)):
        path, dash = (*path, 0), "- "
        place = wanted(view, path)
    being_written = at.written + (_TO_COLON.match(content, index) or [""])[0]
    there = set() if dash else set(view.names(*path)) - {being_written, at.written}
    for key in grammar.keys_at(path, view.document.data).values():
        if key.name not in there:
            yield _key(key, Span(at.start, index), content, dash)
    for name, field in place.fields.items() if place else ():
        if not {name, f"{name}?"} & there:
            yield _field(name, field, Span(at.start, index), content, dash)


def _field(name: str, field: Wanted, span: Span, content: str, dash: str) -> Item:
    """A field that the schema of a mapping knows."""
    insert = name if _TO_COLON.match(content, span.end) else f"{dash}{name}: "
    documentation = meaning_of(field.type)
    return Item(name, "field", span, insert, str(field.type), documentation, field.required)


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
        reach = scope(view.file, at, index)
        for name, given in sorted(reach.names.items() if reach else ()):
            yield Item(f"={name}", "name", span, f"={name}", str(given), meaning(view, name, given))


def _in_expression(view: View, at: Cursor, index: int, begun: Fragment) -> Iterator[Item]:
    span = Span(index - len(begun.word), index)
    known = nameable(view.file, at, index, begun)
    if begun.chain:
        for name, given in known.items():
            yield _named(name, "field", given, span, meaning(view, f"{begun.chain}.{name}", given))
        return
    of_place = "settings" in known  # else inside a filter, or behind an `&`
    for name, given in sorted(known.items()):
        told = meaning(view, name, given) if of_place else meaning_of(given)
        yield _named(name, "name" if of_place else "field", given, span, told)
    for function in FUNCTIONS.values():
        if not function.instead:
            insert = f"{function.name}("
            yield Item(function.name, "function", span, insert, written(function), described(function))


def _named(name: str, kind: Kind, given: Type, span: Span, documentation: str) -> Item:
    """A name in reach, or a field; before the functions."""
    insert = name if re.fullmatch(r"[A-Za-z_]\w*", name) else f'"{name}"'
    return Item(name, kind, span, insert, str(given), documentation, first=True)
