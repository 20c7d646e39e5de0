"""Whether what is given fits what is wanted: every way in which it does not, or may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from engine.types.shapes import UNBOUNDED, List, Null, Number, Object, Shape, Text, Type

MAX_DEPTH = 12
"""Levels that are compared: schemas may refer to themselves without end."""

Kind = Literal["kind", "null", "absent", "missing", "unknown", "choice", "length", "fraction", "code"]


@dataclass(frozen=True)
class Gap:
    """One way in which a value does not fit.

    Attributes:
        kind: `kind`: text where a number is wanted, a list where one is, … · `null` · `absent`: a field that is wanted
            may be left out · `missing`: it is never there · `unknown`: a field that nobody wants · `choice`: not among
            the values · `length`: longer text · `fraction`: a whole number is wanted · `code`: text that was a number.
        path: inside the value, such as `items[].sku`.
        sure: every value is wrong; else only some are.
    """

    kind: Kind
    path: str
    given: Type
    wanted: Type
    sure: bool


def gaps(given: Type, wanted: Type, path: str = "", depth: int = 0) -> Iterator[Gap]:
    """Everything about a given value that a wanted type does not take. What is unknown fits."""
    if given.is_any or wanted.is_any or not wanted.shapes or depth > MAX_DEPTH:
        return
    null, shapes = given.null, given.something.shapes
    if null is not None and wanted.null is None and not null.unsure:
        yield Gap("null", path, given, wanted, not shapes)
    strange = [shape for shape in shapes if not _alike(shape, wanted)]
    if strange:
        may_be_null = null is not None and wanted.null is not None
        sure = len(strange) == len(shapes) and not may_be_null
        yield Gap("kind", path, Type(tuple(strange)), wanted, sure)
    for shape in shapes:
        if shape not in strange:
            found = _nearest(shape, _alike(shape, wanted), path, depth)
            yield from (replace(gap, sure=gap.sure and len(shapes) == 1) for gap in found)


def _alike(shape: Shape, wanted: Type) -> list[Shape]:
    return [other for other in wanted.shapes if type(other) is type(shape)]


def _nearest(given: Shape, wanted: list[Shape], path: str, depth: int) -> list[Gap]:
    """The gaps to the alternative that fits best."""
    found: list[Gap] = []
    for number, one in enumerate(wanted):
        these = list(_of_kind(given, one, path, depth))
        if not number or _weight(these) < _weight(found):
            found = these
        if not found:
            break
    return found


def _weight(found: list[Gap]) -> tuple[int, int]:
    return sum(gap.sure for gap in found), len(found)


def _of_kind(given: Any, wanted: Any, path: str, depth: int) -> Iterator[Gap]:
    match given:
        case List():
            yield from gaps(given.element, wanted.element, f"{path}[]", depth + 1)
            return
        case Object():
            yield from _fields(given, wanted, path, depth)
            return
        case Null():
            return
    types = Type((given,)), Type((wanted,))
    if given.values is not None and wanted.values is not None and given.values - wanted.values:
        yield Gap("choice", path, *types, not given.values & wanted.values)
    match given:
        case Text():
            yield from _text(given, wanted, path)
        case Number() if wanted.whole and not given.whole:
            yield Gap("fraction", path, *types, given.values is not None)


def _text(given: Text, wanted: Text, path: str) -> Iterator[Gap]:
    types = Type((given,)), Type((wanted,))
    if given.recoded:
        yield Gap("code", path, *types, False)
    bound = UNBOUNDED if wanted.longest is None else wanted.longest
    if given.values is not None:
        longer = [value for value in given.values if len(value) > bound]
        if longer and wanted.values is None:
            yield Gap("length", path, *types, len(longer) == len(given.values))
    elif given.longest is not None and given.longest > bound:
        yield Gap("length", path, *types, False)


def _fields(given: Object, wanted: Object, path: str, depth: int) -> Iterator[Gap]:
    for name in sorted(wanted.required):
        held = wanted.fields.get(name) or Type((), known=False)
        if name in given.fields:
            if name not in given.required:
                yield Gap("absent", below(path, name), given.fields[name], held, False)
        elif given.rest is None:
            yield Gap("missing", below(path, name), Type((given,)), held, True)
    for name in given.fields:
        sure = name in given.required
        other = wanted.fields.get(name, wanted.rest)
        if other is None:
            yield Gap("unknown", below(path, name), given.fields[name], Type((wanted,)), sure)
            continue
        inner = gaps(given.fields[name], other, below(path, name), depth + 1)
        yield from (replace(gap, sure=gap.sure and sure) for gap in inner)


def below(path: str, name: str) -> str:
    """The path of a field, or of what a path leads to inside it."""
    return f"{path}.{name}" if path and name and not name.startswith("[") else path + name
