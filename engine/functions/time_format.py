"""Formats of times, as in `%Y-%m-%d %H:%M`: the same letters write and read, in English, whatever the machine's locale.

A format is compiled once; `writer` and `reader` give plain functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple

from engine.errors import Fault

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PART = re.compile(r"%:?.?|[^%]+", re.DOTALL)


def _offset(moment: datetime, colon: str) -> str:
    text = moment.strftime("%z")
    return text[:3] + colon + text[3:5]


class Directive(NamedTuple):
    """One letter of a format: how it is written, and the pattern it is read with (empty: it cannot be read)."""

    write: Callable[[datetime], str]
    pattern: str


_SHORT = r"\d\d?"
_DIRECTIVES: dict[str, Directive] = {
    "%Y": Directive(lambda t: f"{t.year:04}", r"\d{4}"),
    "%y": Directive(lambda t: f"{t.year % 100:02}", r"\d\d"),
    "%m": Directive(lambda t: f"{t.month:02}", _SHORT),
    "%B": Directive(lambda t: _MONTHS[t.month - 1], "|".join(_MONTHS)),
    "%b": Directive(lambda t: _MONTHS[t.month - 1][:3], "|".join(month[:3] for month in _MONTHS)),
    "%d": Directive(lambda t: f"{t.day:02}", _SHORT),
    "%j": Directive(lambda t: f"{t.timetuple().tm_yday:03}", ""),
    "%A": Directive(lambda t: _DAYS[t.weekday()], "|".join(_DAYS)),
    "%a": Directive(lambda t: _DAYS[t.weekday()][:3], "|".join(day[:3] for day in _DAYS)),
    "%H": Directive(lambda t: f"{t.hour:02}", _SHORT),
    "%I": Directive(lambda t: f"{t.hour % 12 or 12:02}", _SHORT),
    "%p": Directive(lambda t: "AM" if t.hour < 12 else "PM", "AM|PM"),
    "%M": Directive(lambda t: f"{t.minute:02}", r"\d\d"),
    "%S": Directive(lambda t: f"{t.second:02}", r"\d\d"),
    "%L": Directive(lambda t: f"{t.microsecond // 1000:03}", r"\d{3}"),
    "%f": Directive(lambda t: f"{t.microsecond:06}", r"\d{1,9}"),
    "%z": Directive(lambda t: _offset(t, ""), r"Z|[+-]\d\d:?\d\d"),
    "%:z": Directive(lambda t: _offset(t, ":"), r"Z|[+-]\d\d:\d\d"),
    "%s": Directive(lambda t: str((t - _EPOCH) // timedelta(seconds=1)), r"-?\d{1,12}"),
    "%%": Directive(lambda t: "%", "%"),
}


def _parts(function: str, format: str) -> list[str]:
    parts = _PART.findall(format)
    for part in parts:
        if part[0] == "%" and part not in _DIRECTIVES:
            raise Fault(f"{function}(): the format has an unknown {part}; known are {' '.join(_DIRECTIVES)}", format)
    return parts


@lru_cache(maxsize=256)
def writer(function: str, format: str) -> Callable[[datetime], str]:
    """The function that writes a time with offset in this format."""
    parts = [_DIRECTIVES[part].write if part[0] == "%" else part for part in _parts(function, format)]
    return lambda moment: "".join([part if isinstance(part, str) else part(moment) for part in parts])


@lru_cache(maxsize=256)
def reader(function: str, format: str) -> Callable[[str], date | datetime | None]:
    """The function that reads a text of this format: a date if the format has no time of day, null if it does not fit.

    A time has an offset if the format has one. Days, months and hours may have one digit, except beside other digits.
    """
    parts = _parts(function, format)
    _check_readable(function, format, parts)
    patterns = [_DIRECTIVES[part].pattern if part[0] == "%" else re.escape(part) for part in parts]
    for n in range(len(patterns)):
        beside = patterns[max(n - 1, 0) : n] + patterns[n + 1 : n + 2]
        if patterns[n] == _SHORT and any(pattern.startswith(r"\d") for pattern in beside):
            patterns[n] = r"\d\d"
    groups = [
        pattern if part[0] != "%" or part == "%%" else f"(?P<{part[-1]}>{pattern})"
        for part, pattern in zip(parts, patterns, strict=True)
    ]
    fits = re.compile("".join(groups), re.ASCII | re.IGNORECASE).fullmatch

    def read(text: str) -> date | datetime | None:
        match = fits(text)
        try:
            return _moment(match.groupdict()) if match else None
        except (ValueError, OverflowError):
            return None

    return read


def _check_readable(function: str, format: str, parts: list[str]) -> None:
    read = [part for part in parts if part[0] == "%" and part != "%%"]
    letters = {part[-1] for part in read}
    twice = len(letters) < len(read) or any(len(letters & set(same)) > 1 for same in ("Yy", "mbB", "HI", "Lf"))
    dated = letters & set("Yy") and letters & set("mbB") and "d" in letters
    clocked = letters & set("HI") or not letters & set("MSLfpz")
    whole = dated and clocked and ("I" in letters) == ("p" in letters)
    if twice or "j" in letters or not (whole or letters == {"s"}):
        raise Fault(f"{function}(): this format is not enough to read a time, or says something twice", format)


def _moment(read: dict[str, Any]) -> date | datetime:
    if "s" in read:
        return _EPOCH + timedelta(seconds=int(read["s"]))
    year = int(read["Y"]) if "Y" in read else int(read["y"]) + (2000 if int(read["y"]) < 69 else 1900)
    month = read.get("b") or read.get("B")
    number = [name[:3] for name in _MONTHS].index(month[:3].title()) + 1 if month else int(read["m"])
    day = date(year, number, int(read["d"]))
    if not read.keys() & {"H", "I"}:
        return day
    if "I" in read and not 1 <= int(read["I"]) <= 12:
        raise ValueError("no hour of a twelve-hour clock")
    hour = int(read["H"]) if "H" in read else int(read["I"]) % 12 + 12 * (read["p"].upper() == "PM")
    fraction = int((read.get("f") or read.get("L") or "0").ljust(6, "0")[:6])
    clock = time(hour, int(read.get("M", 0)), int(read.get("S", 0)), fraction)
    return datetime.combine(day, clock, _zone(read["z"]) if "z" in read else None)


def _zone(offset: str) -> timezone:
    if offset.upper() == "Z":
        return UTC
    size = timedelta(hours=int(offset[1:3]), minutes=int(offset[-2:]))
    return timezone(-size if offset[0] == "-" else size)
