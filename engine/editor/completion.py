"""What can be written at a cursor: keys, words of the language, references, and names and functions in expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from engine.editor import grammar
from engine.editor.cursor import Cursor
from engine.editor.expected import expected
from engine.editor.file import File, View
from engine.editor.fragment import Fragment, fragment
from engine.editor.functions import described, written
from engine.editor.names import meaning, meaning_of
from engine.editor.references import Target, kind_at, targets
from engine.editor.scope import nameable, scope
from engine.editor.text import Span
from engine.editor.wanted import Wanted, wanted
from engine.functions import FUNCTIONS
from engine.mapping.write import within
from engine.types import List, Type, fields_of

_TO_COLON = re.compile(r"[\w$?-]*(?=[\"']?[ \t]*:)")

Kind = Literal["key", "word", "example", "reference", "name", "field", "function"]


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
    for target in expected(view, path):
        if target.name not in there:
            yield _expected(target, Span(at.start, index), content)
    for name, field in place.fields.items() if place else ():
        if not {name, f"{name}?"} & there:
            yield _field(name, field, Span(at.start, index), content, dash)


def _expected(target: Target, span: Span, content: str) -> Item:
    insert = target.name if _TO_COLON.match(content, span.end) else f"{target.name}: "
    return Item(target.name, "field", span, insert, target.detail, target.description, first=True)


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
    """What can stand behind a key; with a blank, where there is none behind its colon yet."""
    gap = " " if view.file.text.content[at.start - 1 : at.start] == ":" else ""
    for item in _scalars(view, at, index):
        yield replace(item, insert=f"{gap}{item.insert}")


def _scalars(view: View, at: Cursor, index: int) -> Iterator[Item]:
    span, data = Span(at.start, index), view.document.data
    quoted = view.file.text.content[at.start - 1 : at.start] in ("'", '"')
    words = grammar.values_at(at.path, data)
    for word in words:
        yield Item(word, "word", span, word, first=True)
    kind = kind_at(at.path)
    for target in targets(kind, view, at.path) if kind else ():
        yield Item(target.name, "reference", span, target.name, target.detail, target.description)
    place = wanted(view, at.path)
    for constant in place.constants if place else ():
        yield Item(constant, "word", span, constant if quoted else within(constant), first=True)
    for example in grammar.examples_at(at.path, data) if not words and kind is None else ():
        yield Item(example, "example", span, example if quoted else within(example), "for example")
    if not at.written and kind is None and (place or grammar.takes_expression(at.path, data)):
        yield from _begun(view, at, index)


def _begun(view: View, at: Cursor, index: int) -> Iterator[Item]:
    """The expressions that begin with a name in reach; where only settings are, each of them."""
    span, reach = Span(at.start, index), scope(view.file, at, index)
    names = dict(reach.names if reach else {})
    if names.keys() == {"settings"}:
        names = {f"settings.{name}": given for name, given in fields_of(names["settings"]).items()}
    for name, given in sorted(names.items()):
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
