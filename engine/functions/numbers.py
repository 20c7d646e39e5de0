"""Arithmetic on exact decimals of 60 digits.

Operands are numbers or text that is a plain number; whole numbers stay whole numbers. Null as the first operand gives
null, null as another is a Fault: a sum with a hole in it is no sum.
"""

from __future__ import annotations

from decimal import ROUND_DOWN, Context, Decimal
from typing import Any

from engine.errors import Fault
from engine.functions.currencies import minor_digits
from engine.functions.registry import function
from engine.functions.results import numbers, unless_null
from engine.functions.scalars import CONTEXT, exact, rounded, unsigned_zero
from engine.functions.takes import PLAIN
from engine.functions.values import MISSING
from engine.types import INTEGER, NUMBER, TEXT, Type

# What is rounded once more must be cut before: 0.00499…9 rounded twice would become 0.01.
_CUT = Context(prec=CONTEXT.prec, rounding=ROUND_DOWN)


def _of_both(a: Type, b: Type) -> Type:
    return numbers(a, b).null_as(a)


@function(gives=_of_both, takes=(PLAIN.or_null(), PLAIN))
def add(a: Any, b: Any) -> int | Decimal | None:
    """The sum of two numbers.

    >>> add("19.90", 5)
    Decimal('24.90')
    """
    if type(a) is int and type(b) is int:
        return a + b
    if a is None:
        return None
    return unsigned_zero(CONTEXT.add(exact("add", a, "a"), exact("add", b, "b")))


@function(gives=_of_both, takes=(PLAIN.or_null(), PLAIN))
def subtract(a: Any, b: Any) -> int | Decimal | None:
    """The first number less the second.

    >>> subtract(10, 3)
    7
    """
    if type(a) is int and type(b) is int:
        return a - b
    if a is None:
        return None
    return unsigned_zero(CONTEXT.subtract(exact("subtract", a, "a"), exact("subtract", b, "b")))


@function(gives=_of_both, takes=(PLAIN.or_null(), PLAIN))
def multiply(a: Any, b: Any) -> int | Decimal | None:
    """The product of two numbers.

    >>> multiply(Decimal("19.90"), 3)
    Decimal('59.70')
    """
    if type(a) is int and type(b) is int:
        return a * b
    if a is None:
        return None
    return unsigned_zero(CONTEXT.multiply(exact("multiply", a, "a"), exact("multiply", b, "b")))


@function(gives=unless_null(NUMBER), takes=(PLAIN.or_null(), PLAIN))
def divide(a: Any, b: Any, places: Any = MISSING) -> Decimal | None:
    """The first number divided by the second; with `places` rounded half up to exactly that many places.

    Division by zero is a Fault.

    >>> divide("412.50", 100)
    Decimal('4.125')
    >>> divide(2, 3, 4)
    Decimal('0.6667')
    """
    if a is None:
        return None
    dividend, divisor = exact("divide", a, "a"), exact("divide", b, "b")
    if not divisor:
        raise Fault("divide(): b is zero", b)
    if places is MISSING:
        return unsigned_zero(CONTEXT.divide(dividend, divisor))
    return rounded("divide", _CUT.divide(dividend, divisor), places)


@function(gives=unless_null(INTEGER), takes=(PLAIN.or_null(), TEXT))
def minor_units(x: Any, currency: Any) -> int | None:
    """An amount in the smallest unit of its currency: 19.99 USD are 1999, 1999 JPY are 1999.

    `currency` is an ISO 4217 code in any case. An amount finer than the unit is a Fault: round it first.

    >>> minor_units("19.99", "USD"), minor_units(1999, "jpy")
    (1999, 1999)
    """
    if x is None:
        return None
    units = exact("minor_units", x).scaleb(minor_digits("minor_units", currency), CONTEXT)
    if units != units.to_integral_value():
        raise Fault("minor_units(): the amount is finer than its currency; round it with decimal(x, places)", x)
    return int(units)


@function(gives=unless_null(NUMBER), takes=(PLAIN.or_null(), TEXT))
def major_units(x: Any, currency: Any) -> Decimal | None:
    """An amount from the smallest unit of its currency: 1999 are 19.99 USD, or 1999 JPY.

    The amount must be whole.

    >>> major_units(1990, "USD")
    Decimal('19.90')
    """
    if x is None:
        return None
    units = exact("major_units", x)
    if units != units.to_integral_value():
        raise Fault("major_units(): an amount in the smallest unit must be whole", x)
    return unsigned_zero(Decimal(int(units)).scaleb(-minor_digits("major_units", currency), CONTEXT))
