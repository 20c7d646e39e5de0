"""Every place that names the thing that is pointed at, in this file and in those beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.diagnostics import Mark
from engine.document import Scalar
from engine.editor.definition import Defined, Place, meant, place_of
from engine.editor.file import File, View
from engine.editor.references import kind_at, target_at
from engine.editor.spot import spot
from engine.editor.text import Span


def usages(file: File, index: int, beside: Iterable[File], *, declared: bool = True) -> list[Place]:
    """Where the thing at an index is named, by file and place.

    Args:
        beside: all files of the folder, this one included.
        declared: whether the place that defines it counts.
    """
    here, view = spot(file, index), file.around(file.cursor(index), index)
    thing = meant(view, here) if view and here else None
    if view is None or thing is None or not thing.path:
        return []
    own = place_of(view, thing) if declared else None
    found = [place for other in beside if other.rest for place in _in_file(other.rest, thing)]
    places = [*([own] if own else []), *found]
    return sorted(dict.fromkeys(places), key=lambda place: (place.path, place.span.start))


def _in_file(view: View, thing: Defined) -> Iterator[Place]:
    name = str(thing.path[-1])
    if thing.path[-1] == "save":
        name = str(view.data(thing.path))
    for mark in (*_named(view, thing), *_in_expressions(view, thing, name)):
        start = view.file.text.of_mark(mark)
        yield Place(view.file.path, view.file.text, Span(start, start + len(name)))


def _named(view: View, thing: Defined) -> Iterator[Mark]:
    """Where values of the file name it: `erp.price` names an endpoint, and in its first part a connection."""
    for path in view.document.values:
        text = view.data(path) if kind_at(path) else None
        if not isinstance(text, Scalar):
            continue
        first, dot, last = text.rpartition(".")
        target = target_at(view, path) if thing.path[-1] in (text, last, "save") else None
        if target and Defined(target.source.path, target.path) == thing:
            yield text.place.at(len(first) + len(dot)) if thing.path[-1] == last else text.mark
        elif dot and (thing.file, thing.path) == (view.file.path, (_owner(view, first), first)):
            yield text.mark


def _owner(view: View, name: str) -> str:
    """Where the first part of `erp.price` or `shop.stock` is defined."""
    return "connections" if name in view.integration.connections else "uses"


def _in_expressions(view: View, thing: Defined, name: str) -> Iterator[Mark]:
    """Where expressions name a setting, or the result of a step."""
    if thing.file != view.file.path:
        return
    for site in view.subject.sites:
        if thing.path[0] == "settings":
            found = [offset for field, offset in site.expression.settings if field == name]
        elif thing.path[-1] == "save" and site.path[:2] == thing.path[:2]:
            found = [offset for root, offset in site.expression.names if root == name]
        else:
            continue
        yield from map(site.expression.at, found)
