"""Scalars that their place gives a type: durations, ranges, rates, sizes, flags, numbers, names, networks."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from engine.diagnostics import shown

RESERVED = frozenset(
    [
        "settings",
        "exchange",
        "input",
        "reply",
        "records",
        "status",
        "headers",
        "error",
        "event",
        "record",
        "cursor",
        "started",
        "file",
        "notice",
        "item",
        "number",
        "key",
        "true",
        "false",
        "null",
    ]
)

NAME = r"^[a-z][a-z0-9_]*$"
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_BYTES = {"B": 1, "kB": 1_000, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}
_DURATION = re.compile(r"(\d{1,12}(?:\.\d{1,9})?)(ms|s|m|h|d)")
DURATION = f"^{_DURATION.pattern}$"


def wrong(message: str, hint: str) -> PydanticCustomError:
    """A wrong value, as a finding: the fact and what to write."""
    return PydanticCustomError("wrong-value", "{message}", {"message": message, "hint": hint})


def duration(value: Any) -> float:
    """Seconds of `500ms`, `10s`, `5m`, `1h`, `7d`."""
    if isinstance(value, float):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise wrong(f"{_quoted(value)} is no duration", "write a number with ms, s, m, h or d, such as 10s")
    return float(match[1]) * _SECONDS[match[2]]


@dataclass(frozen=True)
class Range:
    """A span of waiting times, in seconds: the first wait and the longest."""

    first: float
    last: float


def range_(value: Any) -> Range:
    """`5s..1h`."""
    if isinstance(value, Range):
        return value
    first, dots, last = value.partition("..") if isinstance(value, str) else ("", "", "")
    if not dots:
        raise wrong(f"{_quoted(value)} is no range", "write two durations, such as 5s..1h")
    return Range(duration(first), duration(last))


@dataclass(frozen=True)
class Rate:
    """So many calls per so many seconds."""

    count: int
    seconds: float


def rate(value: Any) -> Rate:
    """`20/s`, `600/m`."""
    if isinstance(value, Rate):
        return value
    match = re.fullmatch(r"([1-9]\d{0,8})/(s|m|h|d)", value) if isinstance(value, str) else None
    if match is None:
        raise wrong(f"{_quoted(value)} is no rate", "write calls per time, such as 20/s or 600/m")
    return Rate(int(match[1]), _SECONDS[match[2]])


def size(value: Any) -> int:
    """Bytes of `16MB`."""
    if isinstance(value, int):
        return value
    match = re.fullmatch(r"(\d{1,12})(B|kB|KB|MB|GB)", value) if isinstance(value, str) else None
    if match is None:
        raise wrong(f"{_quoted(value)} is no size", "write a number with kB, MB or GB, such as 16MB")
    return int(match[1]) * _BYTES[match[2]]


def flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise wrong(f"{_quoted(value)} is neither true nor false", "write true or false")
    return bool(value == "true")


def whole(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,18}", value):
        raise wrong(f"{_quoted(value)} is no whole number", "write digits, such as 3")
    return int(value)


def natural(value: Any) -> int:
    number = whole(value)
    if number < 1:
        raise wrong(f"{number} is too small", "write 1 or more")
    return number


def text(value: Any) -> str:
    if isinstance(value, str):
        return str(value)
    kind = {dict: "a mapping", list: "a list", type(None): "nothing"}.get(type(value), str(value))
    raise wrong(f"text is wanted here, this is {kind}", "write one line of text")


def name(value: Any) -> str:
    found = text(value)
    if not re.fullmatch(NAME, found):
        near = re.sub(r"\W+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", found)).lower().strip("_")
        write = f"write {near}: " if re.fullmatch(NAME, near) else ""
        raise wrong(
            f"{_quoted(value)} is no name", f"{write}names have small letters, digits and _, and begin with a letter"
        )
    return found


def own_name(value: Any) -> str:
    found = name(value)
    if found in RESERVED:
        raise wrong(f'"{found}" is a name of the language', "choose another name")
    return found


def network(value: Any) -> str:
    try:
        return str(ipaddress.ip_network(text(value), strict=False))
    except ValueError:
        raise wrong(
            f"{_quoted(value)} is no network", "write an address or a range, such as 10.20.0.0/16 or ::1"
        ) from None


def zone(value: Any) -> str:
    try:
        ZoneInfo(text(value))
    except (ValueError, OSError, KeyError):
        raise wrong(f"{_quoted(value)} is no time zone", "write a name such as America/Chicago or UTC") from None
    return str(value)


def _quoted(value: Any) -> str:
    return shown(str(value)) if isinstance(value, (str, int, float)) else "this"


class ReadBy:
    """Annotation of a field: what gives a scalar its type, and how it is written, as JSON Schema.

    size: Annotated[int, ReadBy(size, {"type": "string"})]
    """

    def __init__(self, read: Callable[..., Any], written: JsonSchemaValue) -> None:
        self.read = read
        self.written = written

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**self.written}


def matching(pattern: str) -> JsonSchemaValue:
    """Text that matches a pattern, as JSON Schema."""
    return {"type": "string", "pattern": pattern}


Text = Annotated[str, ReadBy(text, {"type": ["string", "number"]})]
Name = Annotated[str, ReadBy(name, matching(NAME))]
OwnName = Annotated[str, ReadBy(own_name, matching(NAME))]
Flag = Annotated[bool, ReadBy(flag, {"type": "boolean"})]
Whole = Annotated[int, ReadBy(whole, {"type": "integer"})]
Natural = Annotated[int, ReadBy(natural, {"type": "integer", "minimum": 1})]
Duration = Annotated[float, ReadBy(duration, matching(DURATION))]
Backoff = Annotated[Range, ReadBy(range_, matching(rf"^{_DURATION.pattern}\.\.{_DURATION.pattern}$"))]
PerTime = Annotated[Rate, ReadBy(rate, matching(r"^[1-9]\d{0,8}/(s|m|h|d)$"))]
Size = Annotated[int, ReadBy(size, matching(r"^\d{1,12}(B|kB|KB|MB|GB)$"))]
Network = Annotated[str, ReadBy(network, {"type": "string"})]
Zone = Annotated[str, ReadBy(zone, {"type": "string"})]
