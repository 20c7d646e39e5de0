"""What generated code calls: comparisons and printing, as JMESPath has them, with Decimals as numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.errors import Fault
from engine.functions.scalars import spelled

MAX_TEXT = 1_000_000

_NUMBERS = (int, float, Decimal)


def truth(value: Any) -> bool:
    """Everything is true but null, false and what is empty; 0 is true."""
    return bool(value) or (value == 0 and value is not False)


def equal(left: Any, right: Any) -> bool:
    """Equality of values: numbers by value, but true is not 1."""
    if isinstance(left, bool) != isinstance(right, bool) and isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        return False
    if type(left) is float and type(right) is Decimal:
        return Decimal(repr(left)) == right
    if type(left) is Decimal and type(right) is float:
        return left == Decimal(repr(right))
    return bool(left == right)


def less(left: Any, right: Any) -> bool | None:
    """`left < right`; null where one is neither number nor text."""
    pair = _comparable(left, right)
    return None if pair is None else bool(pair[0] < pair[1])


def less_or_equal(left: Any, right: Any) -> bool | None:
    """`left <= right`; null where one is neither number nor text."""
    pair = _comparable(left, right)
    return None if pair is None else bool(pair[0] <= pair[1])


def _comparable(left: Any, right: Any) -> tuple[Any, Any] | None:
    number = type(left) in _NUMBERS
    if number and type(right) in _NUMBERS:
        if type(left) is not type(right):
            return _exact(left), _exact(right)
        return left, right
    if type(left) is str and type(right) is str:
        return left, right
    if (number or type(left) is str) and (type(right) in _NUMBERS or type(right) is str):
        raise Fault("text is compared with a number; convert one with decimal() or text()", left if number else right)
    return None


def _exact(value: Any) -> Any:
    return Decimal(repr(value)) if type(value) is float else value


def printed(value: Any) -> str:
    """A value as text inside a Template: numbers digit for digit, booleans as `true` and `false`.

    Raises:
        Fault: it is null, a list or an object, which have no text.
    """
    if isinstance(value, str):
        return str(value)
    if value is None:
        raise Fault("a null would be printed; write coalesce(…, '') if nothing may stand here")
    if isinstance(value, (list, dict)):
        kind = "a list" if isinstance(value, list) else "an object"
        raise Fault(f"{kind} cannot be printed; choose one of its values", value)
    return spelled("text", value)


def too_long(text: str) -> None:
    """Says that a Template's text grew too long.

    Raises:
        Fault: always.
    """
    raise Fault(f"the text grew to {len(text):,} characters; at most {MAX_TEXT:,} are built")


def sliced(value: Any, start: int | None, stop: int | None, step: int | None) -> Any:
    """`value[start:stop:step]` of a list, else null."""
    if not isinstance(value, list):
        return None
    return value[start:stop:step]


def flattened(value: Any) -> Any:
    """One level of lists dissolved; null if it is no list."""
    if not isinstance(value, list):
        return None
    merged: list[Any] = []
    for element in value:
        if isinstance(element, list):
            merged.extend(element)
        else:
            merged.append(element)
    return merged
