"""Times: ISO 8601 dates (`2025-01-31`) and date-times (`2025-01-31T10:00:00Z`), or those of Python.

There is no `now()`: `exchange.at` is the same at every attempt.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from engine.errors import Fault
from engine.functions.registry import function
from engine.functions.results import unless_null
from engine.functions.scalars import misfit, spelled
from engine.functions.time_format import reader, writer
from engine.functions.values import MISSING
from engine.types import TEXT

_is_iso = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
).fullmatch
_is_duration = re.compile(r"([+-]?)(\d{1,9})(ms|s|m|h|d)", re.ASCII).fullmatch
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_DAY = timedelta(days=1)


ZONE: ContextVar[str] = ContextVar("zone", default="UTC")
"""The zone of times without an offset: the running integration's `zone`."""


def placed(moment: datetime) -> datetime:
    """The time with an offset; one without stands in `ZONE`. The only place that says so."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_named(ZONE.get()))


@cache
def zone_named(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)


@function(name="date", gives=unless_null(TEXT), takes=(TEXT.or_null(), TEXT))
def date_(x: Any, format: Any, zone: Any = MISSING) -> str | None:
    """The time in a format such as `%Y%m%d`; with `zone` as the clocks there show it, else as it stands.

    A date has no time of day and is the same in every zone. Letters: %Y %y %m %B %b %d %j %A %a %H %I %p %M %S,
    %L (milliseconds), %f (microseconds), %z (+0100), %:z (+01:00), %s (seconds since 1970), %%. Names are English.

    >>> date_("2025-08-25T22:30:00Z", "%d.%m.%Y %H:%M", "Europe/Berlin")
    '26.08.2025 00:30'
    """
    if x is None:
        return None
    write = writer("date", _format("date", format))
    there = None if zone is MISSING else _zone("date", zone)
    moment = _read("date", x)
    if not isinstance(moment, datetime):
        return write(datetime(moment.year, moment.month, moment.day, tzinfo=UTC))
    try:
        return write(placed(moment).astimezone(there) if there else placed(moment))
    except OverflowError:
        raise Fault("date(): the time is out of the range of years 1 to 9999", x) from None


@function(gives=unless_null(TEXT), takes=(TEXT.or_null(), TEXT))
def parse_date(x: Any, format: Any, zone: Any = MISSING) -> str | None:
    """The time in a text of another format, as ISO 8601; `zone` is where its clock stands.

    A format without time of day gives a date. Without `zone` and %z the time has no offset. Letters as in `date()`.

    >>> parse_date("25.08.2025", "%d.%m.%Y")
    '2025-08-25'
    >>> parse_date("8/25/2025 10:30 PM", "%m/%d/%Y %I:%M %p", "Europe/Berlin")
    '2025-08-25T22:30:00+02:00'
    """
    if x is None:
        return None
    read = reader("parse_date", _format("parse_date", format))
    there = None if zone is MISSING else _zone("parse_date", zone)
    moment = read(spelled("parse_date", x))
    if moment is None:
        raise Fault("parse_date(): the text does not fit the format", x)
    if not isinstance(moment, datetime):
        return moment.isoformat()
    if there and moment.tzinfo:
        raise Fault("parse_date(): the format has an offset already; leave the zone out", format)
    text = (moment.replace(tzinfo=there) if there else moment).isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


@function(gives=unless_null(TEXT), takes=(TEXT.or_null(), TEXT))
def later(x: Any, duration: Any) -> Any:
    """The time so much later, or earlier: `500ms`, `10s`, `5m`, `1h`, `7d`, `-1h`.

    The form stays: offset or none, T or blank. A date stays a date if moved by whole days, else it becomes a date-time.

    >>> later("2025-03-01T00:30:00Z", "-1h"), later("2025-02-28", "1d")
    ('2025-02-28T23:30:00Z', '2025-03-01')
    """
    if x is None:
        return None
    if type(duration) is not str:
        raise misfit("later", "a duration such as 1h", duration, "duration")
    match = _is_duration(duration)
    if not match:
        raise Fault("later(): duration is none, such as 500ms, 10s, 5m, -1h or 7d", duration)
    shift = int(match[1] + match[2]) * _UNITS[match[3]]
    moment = _read("later", x)
    try:
        moved = _moved(moment, shift)
    except OverflowError:
        raise Fault("later(): the result is out of the range of years 1 to 9999", x) from None
    return _like(x, moved) if type(x) is str else moved


def _moved(moment: date | datetime, shift: timedelta) -> date | datetime:
    if not isinstance(moment, datetime):
        return moment + shift if not shift % _DAY else datetime(moment.year, moment.month, moment.day) + shift
    if moment.tzinfo is None:
        return moment + shift
    return (moment.astimezone(UTC) + shift).astimezone(moment.tzinfo)  # Python's own sum ignores summer time


def _like(form: str, moment: date | datetime) -> str:
    if not isinstance(moment, datetime):
        return moment.isoformat()
    fraction = re.search(r"\.\d+", form)
    if not fraction and not moment.microsecond:
        precision = "seconds"
    elif moment.microsecond % 1000 or (fraction and len(fraction[0]) > 4):
        precision = "microseconds"
    else:
        precision = "milliseconds"
    text = moment.isoformat(form[10:11] or "T", precision)
    return text.removesuffix("+00:00") + "Z" if form.endswith("Z") else text


def _read(name: str, x: Any) -> date | datetime:
    if isinstance(x, date):  # datetime is one, too
        return x
    if type(x) is not str:
        raise misfit(name, "a time", x)
    try:
        if _is_iso(x):
            return date.fromisoformat(x) if len(x) == 10 else datetime.fromisoformat(x)
    except ValueError:
        pass
    raise Fault(f"{name}(): the text is not a time such as 2025-01-31 or 2025-01-31T10:00:00Z", x)


def _format(name: str, format: Any) -> str:
    if type(format) is not str or not format:
        raise misfit(name, "a format such as %Y-%m-%d", format, "format")
    return format


@lru_cache(maxsize=64)
def _known_zone(zone: str) -> tzinfo:
    return ZoneInfo(zone)


def _zone(name: str, zone: Any) -> tzinfo:
    if type(zone) is not str:
        raise misfit(name, "a time zone such as Europe/Berlin", zone, "zone")
    try:
        return _known_zone(zone)
    except (KeyError, ValueError, OSError):
        raise Fault(f"{name}(): zone is no time zone such as Europe/Berlin", zone) from None
