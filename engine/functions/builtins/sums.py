"""Builtins that calculate."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Any

from engine.errors import Fault
from engine.functions.registry import function
from engine.functions.results import PERHAPS, always, numbers
from engine.functions.scalars import CONTEXT, NUMBERS, exact, kind, listed, misfit
from engine.functions.takes import NUMBER_LIST
from engine.types import INTEGER, NUMBER, element_of


@function(name="abs", gives=numbers, takes=(NUMBER,))
def abs_(x: Any) -> Any:
    """The number without its sign.

    >>> abs_(Decimal("-1.50"))
    Decimal('1.50')
    """
    if type(x) is Decimal:
        return x.copy_abs()
    if type(x) not in NUMBERS:
        raise misfit("abs", "a number", x)
    return abs(x)


@function(gives=always(NUMBER.or_null(PERHAPS)), takes=(NUMBER_LIST,))
def avg(elements: Any) -> Any:
    """The average of a list of numbers, null for an empty list.

    >>> avg([1, 2]), avg([Decimal("1.10"), 2])
    (1.5, Decimal('1.55'))
    """
    addends = _addends("avg", listed("avg", elements))
    if not addends:
        return None
    try:
        with localcontext(CONTEXT):
            return sum(addends) / len(addends)
    except ArithmeticError:
        raise Fault("avg(): the numbers are too large", elements) from None


@function(gives=always(INTEGER), takes=(NUMBER,))
def ceil(x: Any) -> int:
    """The next whole number that is not smaller.

    >>> ceil(Decimal("1.01"))
    2
    """
    return math.ceil(_finite("ceil", x))


@function(gives=always(INTEGER), takes=(NUMBER,))
def floor(x: Any) -> int:
    """The next whole number that is not larger.

    >>> floor(Decimal("-1.01"))
    -2
    """
    return math.floor(_finite("floor", x))


@function(name="sum", gives=lambda elements: numbers(element_of(elements)), takes=(NUMBER_LIST,))
def sum_(elements: Any) -> Any:
    """The sum of a list of numbers, 0 for an empty list; exact if one of them is a decimal.

    >>> sum_([1, Decimal("1.10")])
    Decimal('2.10')
    """
    try:
        with localcontext(CONTEXT):
            return sum(_addends("sum", listed("sum", elements)))
    except ArithmeticError:
        raise Fault("sum(): the numbers are too large", elements) from None


def _addends(name: str, elements: list[Any]) -> list[Any]:
    """The numbers of a list; if one is a Decimal, all are."""
    kinds = set(map(type, elements))
    if not kinds <= NUMBERS:
        odd = next(element for element in elements if type(element) not in NUMBERS)
        raise Fault(f"{name}() works on a list of numbers, this one holds {kind(odd)}", odd)
    return [exact(name, element) for element in elements] if Decimal in kinds else elements


def _finite(name: str, x: Any) -> int | float | Decimal:
    if type(x) not in NUMBERS:
        raise misfit(name, "a number", x)
    if type(x) is int or (type(x) is float and math.isfinite(x)):
        return x
    return exact(name, x)
