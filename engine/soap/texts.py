"""Texts in the simple types of XSD, both ways."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from engine.errors import Fault
from engine.expression.operations import printed
from engine.formats.format import Undecodable
from engine.formats.xml import clean, local
from engine.wsdl.shape import Kind, Simple

_DAY = r"-?[0-9]{4,}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_TIME = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_ZONE = r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?"
_WRITTEN: dict[Kind, re.Pattern[str]] = {
    "integer": re.compile(r"[+-]?[0-9]+"),
    "decimal": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"),
    "boolean": re.compile(r"true|false|1|0"),
    "date": re.compile(_DAY + _ZONE),
    "date-time": re.compile(f"{_DAY}T{_TIME}{_ZONE}"),
    "time": re.compile(_TIME + _ZONE),
}
"""How XSD writes each kind of value; `text` is written as it is."""
_CALLED: dict[Kind, str] = {
    "integer": "a whole number",
    "decimal": "a number",
    "boolean": "true or false",
    "date": "a date such as 2025-01-31",
    "date-time": "a time such as 2025-01-31T10:00:00Z",
    "time": "a time of day such as 10:00:00",
}
_NO_NUMBERS = frozenset({"INF", "+INF", "-INF", "NaN"})
"""What xs:double has besides numbers; it stays text."""


Where = tuple[str, ...]
"""The fields that lead to a value."""


def told(where: Where) -> str:
    """A place, as errors name it."""
    return ".".join(where)


def written(simple: Simple, value: Any, where: Where) -> str:
    """A value as a text of its type.

    Raises:
        Fault: it is none of its type, too long, or none of the choices.
    """
    try:
        text = clean(printed(value))
    except Fault as fault:
        raise Fault(f"{told(where)}: {fault.message}", value) from None
    if simple.kind == "integer":
        text = _whole(text)
    if simple.kind != "text" and not fits(simple.kind, text):
        raise Fault(f"{told(where)} is {_CALLED[simple.kind]}, not this text", value)
    if simple.longest is not None and len(text) > simple.longest:
        raise Fault(f"{told(where)} has {len(text)} characters; at most {simple.longest} fit", value)
    if simple.choices and text not in simple.choices:
        raise Fault(f"{told(where)} is one of: {', '.join(simple.choices)}", value)
    return text


def fits(kind: Kind, text: str) -> bool:
    """Whether a text is written as XSD writes its kind; a day must be one of the calendar."""
    pattern = _WRITTEN.get(kind)
    if pattern is None:
        return True
    if pattern.fullmatch(text) is None:
        return False
    return kind not in ("date", "date-time") or _is_day(text)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return text.startswith("-") or text[4] != "-"  # years that Python does not count
    return True


def _whole(text: str) -> str:
    """A whole number without a fraction: `5.00` is 5. What is none stays as it is."""
    if "." not in text or not fits("decimal", text):
        return text
    number = Decimal(text)
    return str(int(number)) if number == number.to_integral_value() else text


def read(simple: Simple, text: str, tag: str) -> Any:
    """A text of a type as a value; an empty one is null, of the type `text` an empty text. Dates and times stay as they come.

    Args:
        tag: of the element or attribute that holds it.

    Raises:
        Undecodable: it is none of its type.
    """
    if simple.kind == "text":
        return text
    text = text.strip()
    if not text:
        return None
    if simple.kind not in ("integer", "decimal", "boolean"):
        return text
    if not fits(simple.kind, text) and not (simple.kind == "decimal" and text in _NO_NUMBERS):
        raise Undecodable(f"{local(tag)} holds no {simple.kind}: {text[:40]!r}")
    try:
        return valued(simple.kind, text)
    except ValueError:  # int() takes so many digits and no more
        raise Undecodable(f"{local(tag)} holds a number with too many digits") from None


def valued(kind: Kind, text: str) -> Any:
    """A text that fits its kind as a value."""
    if kind == "integer":
        return int(text)
    if kind == "decimal":
        return text if text in _NO_NUMBERS else Decimal(text)
    return text in ("true", "1") if kind == "boolean" else text
