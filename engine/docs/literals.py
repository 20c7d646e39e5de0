"""Constants in plain English, and what words consist of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

ATOM, PHRASE, LIST = 0, 1, 2
"""How loosely words hang together: an atom can stand anywhere, a list only at the end of a sentence."""

_SIGNS = {"": "an empty text", " ": "a blank", "\n": "a line break", "\t": "a tab"}
_TIMES = {"%Y": "YYYY", "%y": "YY", "%m": "MM", "%d": "DD", "%H": "hh", "%M": "mm", "%S": "ss", "%L": "mmm", "%%": "%"}
_UNITS = {"ms": "millisecond", "s": "second", "m": "minute", "h": "hour", "d": "day"}
_DURATION = re.compile(r"([+-]?)(\d+)(ms|s|m|h|d)")


class Unsayable(Exception):
    """There are no words for this."""


@dataclass(frozen=True)
class Said:
    """Words, and how loosely they hang together."""

    text: str
    loose: int = ATOM

    def within(self, loosest: int) -> str:
        """The words inside others, in parentheses where they hang together too loosely."""
        return self.text if self.loose <= loosest else f"({self.text})"


def literal(value: Any) -> Said:
    """A constant; text in quotes.

    Raises:
        Unsayable: it is an object, or a list of them.
    """
    if value is None:
        return Said("nothing")
    if isinstance(value, bool):
        return Said("true" if value else "false")
    if isinstance(value, (int, float, Decimal)):
        return Said(str(value))
    if isinstance(value, str):
        return Said(_SIGNS.get(value, f"“{value}”"))
    if not value:
        return Said("an empty list" if isinstance(value, list) else "an empty object")
    if isinstance(value, list) and not any(isinstance(element, (list, dict)) for element in value):
        return Said(f"the list of {enumerated([literal(element).text for element in value])}", LIST)
    raise Unsayable


def time_form(form: Any) -> str:
    """The form of a time: `%Y-%m-%d` is YYYY-MM-DD; in its own letters where it has others."""
    if not isinstance(form, str):
        raise Unsayable
    shown = re.sub(r"%.", lambda found: _TIMES.get(found[0], found[0]), form)
    return form if "%" in shown else shown


def time_shift(duration: Any) -> str:
    """A shift of a time: `-1d` is "1 day before", `2h` is "2 hours after"."""
    found = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if found is None:
        raise Unsayable
    count, unit = int(found[2]), _UNITS[found[3]]
    return f"{count} {unit}{'' if count == 1 else 's'} {'before' if found[1] == '-' else 'after'}"


def enumerated(parts: list[str], last: str = " and ") -> str:
    """`a, b and c`."""
    return last.join(filter(None, [", ".join(parts[:-1]), parts[-1]])) if parts else "nothing"
