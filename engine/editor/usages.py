"""Every place that names the thing that is pointed at, in this file and in those beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from engine.diagnostics import Mark
from engine.document import Path_, Scalar
from engine.editor.definition import Defined, Place, is_result, meant, place_of
from engine.editor.file import File, View
from engine.editor.references import kind_at, owner_at, target_at
from engine.editor.spot import spot
from engine.editor.text import Span
from engine.expression.expressions import Expression
from engine.mapping.nodes import Build, seeing

_GIVING: tuple[Path_, ...] = (("save",), ("unless",), ("item",))
"""Keys of a step whose value is a name that expressions see, or one that was given before."""


def usages(file: File, index: int, beside: Iterable[File], *, declared: bool = True) -> list[Place]:
    """Where the thing at an index is named, by file and place.

    Args:
        beside: all files of the folder, this one included.
        declared: whether the place that defines it counts.
    """
    here, view = spot(file, index), file.around(file.cursor(index), index)
    thing = meant(view, here, index) if view and here else None
    return named(view, thing, beside, declared=declared) if view and thing else []


def named(view: View, thing: Defined, beside: Iterable[File], *, declared: bool = True) -> list[Place]:
    """Where a thing is named, as `usages` gives it; `view` is of a file that names it."""
    own = place_of(view, thing) if thing.path else None
    if own is None:
        return []
    name = str(view.data(thing.path) if is_result(thing.path) else thing.path[-1])
    found = [place for other in beside if other.rest for place in _in_file(other.rest, thing, name)]
    return sorted({*([own] if declared else []), *found}, key=lambda place: (place.path, place.span.start))


def _in_file(view: View, thing: Defined, name: str) -> Iterator[Place]:
    for mark in (*_values(view, thing), *_in_its_file(view, thing, name)):
        start = view.file.text.of_mark(mark)
        yield Place(view.file.path, view.file.text, Span(start, start + len(name)))


def _values(view: View, thing: Defined) -> Iterator[Mark]:
    """Where values of the file name it: `erp.price` names an endpoint, and in its first part a connection."""
    for path in view.document.values:
        text = view.data(path) if kind_at(path) else None
        if not isinstance(text, Scalar):
            continue
        first, dot, last = text.rpartition(".")
        target = target_at(view, path) if thing.path[-1] in (text, last) or is_result(thing.path) else None
        if target and Defined(target.source.path, target.path) == thing:
            yield text.place.at(len(first) + len(dot)) if thing.path[-1] == last else text.mark
        elif dot and thing == Defined(view.file.path, owner_at(view, path) or ()):
            yield text.mark


def _in_its_file(view: View, thing: Defined, name: str) -> Iterator[Mark]:
    """What names it only where it is defined: settings, results of steps, and what `$let` gives, in expressions; settings
    as keys of examples too."""
    if thing.file != view.file.path:
        return
    if thing.path[0] == "settings":
        yield from (
            mark for site in view.subject.sites for mark in _at(site.expression, name, site.expression.settings)
        )
        yield from (key.mark for path, key in view.document.keys.items() if _is_given(path, name))
    elif is_result(thing.path) or thing.path[-2:-1] == ("$let",):
        saved = view.data(thing.path) if is_result(thing.path) else None
        mark = saved.mark if isinstance(saved, Scalar) else view.document.key_mark(thing.path)
        yield from _together([*_of_steps(view, name), *_of_lets(view, name)], mark)


def _is_given(path: Path_, setting: str) -> bool:
    """Whether an example gives a setting a value at a path."""
    return path[2:3] == ("examples",) and path[4:] == ("settings", setting)


def _at(expression: Expression, name: str, names: Iterable[tuple[str, int]]) -> Iterator[Mark]:
    return (expression.at(offset) for found, offset in names if found == name)


def _of_steps(view: View, name: str) -> Iterable[set[Mark]]:
    """Where the steps of messages give a name and see it: a result message by message, an element step by step."""
    found: dict[Path_, set[Mark]] = defaultdict(set)
    for path in view.document.values:
        if path[:1] == ("messages",) and path[2:3] == ("steps",) and path[4:] in _GIVING:
            text = view.data(path)
            if isinstance(text, Scalar) and text == name:
                found[path[: 4 if path[4] == "item" else 2]].add(text.mark)
    for site in view.subject.sites:
        if site.path[0] == "messages" and name not in site.added:
            seen = _at(site.expression, name, site.expression.names)
            found[site.path[: 4 if name in site.elements else 2]].update(seen)
    return found.values()


def _of_lets(view: View, name: str) -> Iterator[set[Mark]]:
    """Where a `$let` gives a name and where that is seen, `$let` by `$let`."""
    for node in view.subject.nodes:
        if isinstance(node, Build):
            for number, entry in enumerate(node.let):
                if entry.name == name:
                    below = seeing(replace(node, each=None, let=node.let[number + 1 :]), name)
                    yield {entry.place.mark}.union(*(_at(one, name, one.names) for one in below))


def _together(groups: Iterable[set[Mark]], mark: Mark) -> set[Mark]:
    """All places of the group that a place is in, and of those that share one with it, as behind an alias they do."""
    found, left = {mark}, list(groups)
    while joined := [group for group in left if group & found]:
        found.update(*joined)
        left = [group for group in left if group not in joined]
    return found - {mark}
