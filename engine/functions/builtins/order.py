"""Builtins that compare the elements of a list: numbers with numbers, or text with text."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.errors import Fault
from engine.functions.registry import Expression, function
from engine.functions.results import most, same_list
from engine.functions.scalars import NUMBERS, exact, kind, listed
from engine.functions.takes import LIST, RANKED

_TEXT = frozenset((str,))


@function(name="max", gives=most, takes=(RANKED,))
def max_(elements: Any) -> Any:
    """The largest number, or the last text in the alphabet, of a list; null for an empty list.

    >>> max_([1, Decimal("1.5")])
    Decimal('1.5')
    """
    ranks = _ranks("max", listed("max", elements))
    return elements[ranks.index(max(ranks))] if ranks else None


@function(name="min", gives=most, takes=(RANKED,))
def min_(elements: Any) -> Any:
    """The smallest number, or the first text in the alphabet, of a list; null for an empty list.

    >>> min_(["b", "a"])
    'a'
    """
    ranks = _ranks("min", listed("min", elements))
    return elements[ranks.index(min(ranks))] if ranks else None


@function(gives=lambda elements, _: most(elements), takes=(LIST,))
def max_by(elements: Any, expression: Expression) -> Any:
    """The element for which an expression gives the most, null for an empty list.

    >>> max_by([{"qty": 1}, {"qty": 5}], lambda element: element["qty"])
    {'qty': 5}
    """
    ranks = _ranks("max_by", list(map(expression, listed("max_by", elements))))
    return elements[ranks.index(max(ranks))] if ranks else None


@function(gives=lambda elements, _: most(elements), takes=(LIST,))
def min_by(elements: Any, expression: Expression) -> Any:
    """The element for which an expression gives the least, null for an empty list.

    >>> min_by([{"qty": 1}, {"qty": 5}], lambda element: element["qty"])
    {'qty': 1}
    """
    ranks = _ranks("min_by", list(map(expression, listed("min_by", elements))))
    return elements[ranks.index(min(ranks))] if ranks else None


@function(gives=same_list, takes=(RANKED,))
def sort(elements: Any) -> list[Any]:
    """The numbers or the texts of a list in rising order.

    >>> sort([3, Decimal("1.5"), 2])
    [Decimal('1.5'), 2, 3]
    """
    ranks = _ranks("sort", listed("sort", elements))
    return [elements[n] for n in sorted(range(len(ranks)), key=ranks.__getitem__)]


@function(gives=lambda elements, _: same_list(elements), takes=(LIST,))
def sort_by(elements: Any, expression: Expression) -> list[Any]:
    """The elements of a list in the rising order of what an expression gives; equals keep their order.

    >>> sort_by([{"qty": 5}, {"qty": 1}], lambda element: element["qty"])
    [{'qty': 1}, {'qty': 5}]
    """
    ranks = _ranks("sort_by", list(map(expression, listed("sort_by", elements))))
    return [elements[n] for n in sorted(range(len(ranks)), key=ranks.__getitem__)]


def _ranks(name: str, elements: list[Any]) -> list[Any]:
    """Values that can be compared with each other: the elements, which must be only text or only numbers."""
    kinds = set(map(type, elements))
    if kinds == _TEXT:
        return elements
    if not kinds <= NUMBERS:
        first = elements[0]
        odd = next(element for element in elements if type(element) not in (_TEXT if type(first) is str else NUMBERS))
        raise Fault(f"{name}() compares numbers only or text only, not {kind(first)} with {kind(odd)}", odd)
    return [exact(name, element) for element in elements] if Decimal in kinds else elements
