"""What is in a single value: the number, the text, or the Fault that says why there is none.

Every function reads its arguments through these, so a value means the same everywhere.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

from engine.errors import Fault

CONTEXT = Context(prec=60, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
NUMBERS = frozenset((int, float, Decimal))
MAGNITUDE = 1000
"""Most digits before the point, or zeros behind it: written out, 1E+999999999 would fill the memory."""

_SHORT = 10**15
"""A whole number below it needs no look at its length."""

_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    Decimal: "a number",
    str: "text",
    list: "a list",
    dict: "an object",
}
_QUANTA = tuple(Decimal((0, (1,), -places)) for places in range(31))
_is_plain = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII).fullmatch


def kind(value: Any) -> str:
    """The kind of a value in the words of the language: `null`, `a number`, `text`, …"""
    return _KINDS.get(type(value), "a value of another kind")


def misfit(function: str, needs: str, value: Any, operand: str = "") -> Fault:
    """The Fault for a value of the wrong kind; `operand` names the argument, empty for the subject."""
    if operand:
        return Fault(f"{function}(): {operand} must be {needs}, not {kind(value)}", value)
    return Fault(f"{function}() works on {needs}, not on {kind(value)}", value)


def listed(function: str, value: Any) -> list[Any]:
    """The value, which must be a list."""
    if type(value) is not list:
        raise misfit(function, "a list", value)
    return value


def exact(function: str, value: Any, operand: str = "") -> Decimal:
    """The number in a number, or in text that is a plain number (`412.50`, but not `1E10`)."""
    held = type(value)
    if held is Decimal:
        number: Decimal = value
    elif held is int:
        if -_SHORT < value < _SHORT:
            return Decimal(value)
        number = Decimal(value)
    elif held is str:
        if not _is_plain(value):
            raise Fault(f"{function}(): {operand or 'this text'} is not a number", value)
        number = Decimal(value)
    elif held is float:
        number = Decimal(repr(value))
    else:
        raise misfit(function, "a number", value, operand)
    if not number.is_finite() or not -MAGNITUDE <= number.adjusted() <= MAGNITUDE:
        raise Fault(f"{function}(): {operand or 'this number'} is not finite, or longer than {MAGNITUDE} digits", value)
    return number


def unsigned_zero(number: Decimal) -> Decimal:
    """The number, but never `-0.00`."""
    return number if number else number.copy_abs()


def rounded(function: str, number: Decimal, places: Any) -> Decimal:
    """The number with exactly so many places, halves away from zero."""
    count: int = places if type(places) is int else whole(function, places, "places")
    if not 0 <= count < len(_QUANTA):
        raise Fault(f"{function}(): places must be 0 to {len(_QUANTA) - 1}", places)
    try:
        return unsigned_zero(number.quantize(_QUANTA[count], context=CONTEXT))
    except InvalidOperation:
        raise Fault(f"{function}(): the result has more than {CONTEXT.prec} digits", number) from None


def whole(function: str, value: Any, operand: str) -> int:
    """The whole number in a number; text is refused, as positions and lengths are never data of a record."""
    if type(value) is int:
        return value
    if type(value) not in NUMBERS:
        raise misfit(function, "a whole number", value, operand)
    number = exact(function, value, operand)
    if number != number.to_integral_value():
        raise Fault(f"{function}(): {operand} must be a whole number", value)
    return int(number)


def spelled(function: str, value: Any, operand: str = "") -> str:
    """The text of text, of a number (no exponent, zeros kept) or of a boolean; null, lists and objects have none."""
    held = type(value)
    if held is str:
        return value  # type: ignore[no-any-return]
    if held is bool:
        return "true" if value else "false"
    if held is int and value.bit_length() <= 64:
        return str(value)
    if held in NUMBERS:
        return format(unsigned_zero(exact(function, value, operand)), "f")
    raise misfit(function, "text, a number or a boolean", value, operand)
