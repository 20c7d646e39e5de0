"""What is expected against what came: every difference, each with its path. Matchers may stand in what is expected."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.document import Path_
from engine.errors import Fault
from engine.expression.operations import equal, printed
from engine.spec.matchers import KINDS, is_number, matcher


class Nothing:
    """Stands for a field or element that is not there (null is a value)."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()

Equal = Callable[[Any, Any], bool]


@dataclass(frozen=True)
class Difference:
    """One place where the two differ; NOTHING on the side that has nothing there."""

    path: Path_
    expected: Any
    got: Any


def as_text(expected: Any, got: Any) -> bool:
    """Two scalars where the wire knows text only (parameters, forms, XML); numbers by value."""
    try:
        if is_number(expected) and isinstance(got, str):
            return bool(Decimal(got) == expected)
        return (None if expected is None else printed(expected)) == (None if got is None else printed(got))
    except (Fault, InvalidOperation):
        return False


def differences(expected: Any, got: Any, same: Equal = equal, path: Path_ = ()) -> Iterator[Difference]:
    """Every difference, in the order of what is expected; none if it matches."""
    if matcher(expected):
        if not _fits(expected, got, same):
            yield Difference(path, expected, got)
    elif isinstance(expected, dict) and isinstance(got, dict):
        yield from _of_objects(expected, got, same, path)
    elif isinstance(expected, list) and isinstance(got, list):
        yield from _of_lists(expected, got, same, path)
    elif isinstance(expected, (dict, list)) or isinstance(got, (dict, list)) or not same(expected, got):
        yield Difference(path, expected, got)


def matches(expected: Any, got: Any, same: Equal = equal) -> bool:
    """Whether there is no difference."""
    return next(differences(expected, got, same), None) is None


def _of_objects(expected: dict[str, Any], got: dict[str, Any], same: Equal, path: Path_) -> Iterator[Difference]:
    for name, value in expected.items():
        if name in got:
            yield from differences(value, got[name], same, (*path, name))
        else:
            yield Difference((*path, name), value, NOTHING)
    for name in got:
        if name not in expected:
            yield Difference((*path, name), NOTHING, got[name])


def _of_lists(expected: list[Any], got: list[Any], same: Equal, path: Path_) -> Iterator[Difference]:
    """Elements side by side; where one side has more, those that match stay together."""
    for wanted, found in pairs(expected, got, same):
        if wanted is None and found is not None:
            yield Difference((*path, found), NOTHING, got[found])
        elif found is None and wanted is not None:
            yield Difference((*path, wanted), expected[wanted], NOTHING)
        elif wanted is not None and found is not None:
            yield from differences(expected[wanted], got[found], same, (*path, found))


def pairs(expected: list[Any], got: list[Any], same: Equal = equal) -> list[tuple[int | None, int | None]]:
    """Which elements of two lists belong together, by index; None where an element has no counterpart."""
    if len(expected) == len(got):
        return [(index, index) for index in range(len(got))]
    found: list[tuple[int | None, int | None]] = []
    first = second = 0
    for wanted, there in [*_longest(expected, got, same), (len(expected), len(got))]:
        while first < wanted or second < there:
            found.append((first if first < wanted else None, second if second < there else None))
            first, second = first + (first < wanted), second + (second < there)
        if wanted < len(expected) and there < len(got):
            found.append((wanted, there))
        first, second = wanted + 1, there + 1
    return found


def _longest(expected: list[Any], got: list[Any], same: Equal) -> list[tuple[int, int]]:
    """The longest common part of two lists."""
    lengths = [[0] * (len(got) + 1) for _ in range(len(expected) + 1)]
    equals = [[matches(wanted, found, same) for found in got] for wanted in expected]
    for i in reversed(range(len(expected))):
        for j in reversed(range(len(got))):
            longer = max(lengths[i + 1][j], lengths[i][j + 1])
            lengths[i][j] = 1 + lengths[i + 1][j + 1] if equals[i][j] else longer
    common, i, j = [], 0, 0
    while i < len(expected) and j < len(got):
        if equals[i][j]:
            common.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return common


def _fits(expected: dict[str, Any], got: Any, same: Equal) -> bool:
    """Whether a value is as a matcher wants it."""
    held = next(iter(expected.values()))
    match matcher(expected):
        case None:
            return False
        case _ if isinstance(got, Nothing):
            return False
        case "$any":
            return KINDS[held](got)
        case "$regex":
            return isinstance(got, str) and re.search(held, got) is not None
        case "$contains":
            return _contains(held, got, same)
        case _:
            number = _number(got, same)
            return number is not None and abs(number - expected["$approx"]) <= expected["$within"]


def _contains(held: Any, got: Any, same: Equal) -> bool:
    if isinstance(got, str):
        return isinstance(held, str) and held in got
    if isinstance(got, list):
        return any(matches(held, element, same) for element in got)
    if isinstance(got, dict) and isinstance(held, dict):
        return all(name in got and matches(value, got[name], same) for name, value in held.items())
    return False


def _number(value: Any, same: Equal) -> Decimal | None:
    try:
        return Decimal(value) if is_number(value) or (same is as_text and isinstance(value, str)) else None
    except InvalidOperation:
        return None
