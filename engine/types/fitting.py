"""Whether what is given fits what is wanted: every way in which it does not, or may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from engine.types.shapes import ANY, UNBOUNDED, List, Null, Number, Object, Shape, Text, Type
from engine.types.values import is_whole

MAX_PAIRS = 1000
"""Pairs of shapes that one comparison looks at; what is behind them is taken to fit."""

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


def gaps(given: Type, wanted: Type) -> Iterator[Gap]:
    """Everything about a given value that a wanted type does not take. What is unknown fits."""
    return _Comparison().types(given, wanted, "")


class _Comparison:
    """One comparison of two types, level by level, within a bound: schemas may refer to themselves in many ways."""

    def __init__(self) -> None:
        self._left = MAX_PAIRS
        self._open: list[tuple[int, int]] = []

    def types(self, given: Type, wanted: Type, path: str) -> Iterator[Gap]:
        if given.is_any or wanted.is_any or not wanted.shapes:
            return
        null, shapes = given.null, given.something.shapes
        if null is not None and wanted.null is None and not null.unsure:
            yield Gap("null", path, given, wanted, not shapes)
        strange = [shape for shape in shapes if not _alike(shape, wanted)]
        may_be_null = null is not None and wanted.null is not None
        if strange:
            sure = len(strange) == len(shapes) and not may_be_null
            yield Gap("kind", path, Type(tuple(strange)), wanted, sure)
        for shape in shapes:
            if shape not in strange:
                found = self._nearest(shape, _alike(shape, wanted), path)
                yield from (replace(gap, sure=gap.sure and len(shapes) == 1 and not may_be_null) for gap in found)

    def _nearest(self, given: Shape, wanted: list[Shape], path: str) -> list[Gap]:
        """The gaps to the alternative that fits best."""
        found: list[Gap] = []
        for number, one in enumerate(wanted):
            these = list(self._shapes(given, one, path))
            if not number or _weight(these) < _weight(found):
                found = these
            if not found:
                break
        return found

    def _shapes(self, given: Any, wanted: Any, path: str) -> Iterator[Gap]:
        self._left -= 1
        if self._left < 0:
            return
        match given:
            case List():
                yield from self._inside(given, wanted, self.types(given.element, wanted.element, f"{path}[]"))
            case Object():
                yield from self._inside(given, wanted, self._fields(given, wanted, path))
            case _:
                yield from _scalars(given, wanted, path)

    def _inside(self, given: List | Object, wanted: List | Object, found: Iterator[Gap]) -> Iterator[Gap]:
        """The gaps of what is inside, unless the same two are being compared around it."""
        pair = (given.schema or id(given), wanted.schema or id(wanted))
        if pair in self._open:
            return
        self._open.append(pair)
        yield from list(found)
        self._open.pop()

    def _fields(self, given: Object, wanted: Object, path: str) -> Iterator[Gap]:
        for name in sorted(wanted.required):
            held = wanted.fields.get(name, ANY)
            if name in given.fields:
                if name not in given.required | given.unsure:
                    yield Gap("absent", below(path, name), given.fields[name], held, False)
            elif given.rest is None:
                yield Gap("missing", below(path, name), Type((given,)), held, True)
        for name in given.fields:
            sure = name in given.required
            other = wanted.fields.get(name, wanted.rest)
            if other is None:
                yield Gap("unknown", below(path, name), given.fields[name], Type((wanted,)), sure)
                continue
            inner = self.types(given.fields[name], other, below(path, name))
            yield from (replace(gap, sure=gap.sure and sure) for gap in inner)


def _alike(shape: Shape, wanted: Type) -> list[Shape]:
    return [other for other in wanted.shapes if type(other) is type(shape)]


def _weight(found: list[Gap]) -> tuple[int, int]:
    return sum(gap.sure for gap in found), len(found)


def _scalars(given: Any, wanted: Any, path: str) -> Iterator[Gap]:
    if isinstance(given, Null):
        return
    types = Type((given,)), Type((wanted,))
    if given.values is not None and wanted.values is not None and given.values - wanted.values:
        yield Gap("choice", path, *types, not given.values & wanted.values)
    match given:
        case Text():
            yield from _text(given, wanted, path)
        case Number() if wanted.whole and not given.whole:
            yield from _number(given, path, types)


def _number(given: Number, path: str, types: tuple[Type, Type]) -> Iterator[Gap]:
    """That a number may have a fraction."""
    if given.values is None:
        yield Gap("fraction", path, *types, False)
    elif broken := [value for value in given.values if not is_whole(value)]:
        yield Gap("fraction", path, *types, len(broken) == len(given.values))


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


def below(path: str, name: str) -> str:
    """The path of a field, or of what a path leads to inside it."""
    return f"{path}.{name}" if path and name and not name.startswith("[") else path + name
