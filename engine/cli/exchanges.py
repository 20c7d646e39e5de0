"""Exchanges of the journal as people read them: a line each, or one whole; and as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.exchange import POINTS

if TYPE_CHECKING:
    from engine.journal import Entry

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # what another system sent must not steer the terminal
_SWITCH_ON = (
    "No payloads were kept. `log: {{payloads: true}}` in {integration}.yaml keeps them, redacted, "
    "from the next exchange on;\nwhere it names a setting, an administrator can switch that on."
)


def lines(entries: list[Entry], point: int | None, *, as_json: bool) -> Iterator[str]:
    """A line for each, and below it the payloads of a measuring point, if one was asked for."""
    if as_json:
        yield from (json.dumps(as_object(entry, point), ensure_ascii=False) for entry in entries)
        return
    rows = [_columns(entry, point) for entry in entries]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for entry, row in zip(entries, rows, strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        kept = [moment for moment in entry.moments if moment.point == point and moment.payload is not None]
        for moment in kept:
            if len(kept) > 1:
                yield f"    -- {moment.call} +{_duration(moment.micros)}"
            yield _indented(moment.payload)


def _columns(entry: Entry, point: int | None) -> list[str]:
    passed = [moment for moment in entry.moments if moment.point == point]
    return [
        _local(entry.at),
        entry.id,
        f"{entry.integration}.{entry.message}",
        entry.status,
        _duration(entry.duration).rjust(9),
        ", ".join(f"{point} {moment.call} +{_duration(moment.micros)}".replace("  ", " ") for moment in passed),
        _key(entry),
        _plain(entry.error).strip().partition("\n")[0],
    ]


def _key(entry: Entry) -> str:
    """By which people look for it; empty if it has none of its own."""
    return " ".join(_plain(entry.key).split()) if entry.key not in (entry.id, entry.delivery) else ""


def whole(entry: Entry) -> Iterator[str]:
    """One exchange with its measuring points, and the payloads that were kept."""
    head = {
        "id": entry.id,
        "delivery": entry.delivery,
        "event": _plain(entry.event),
        "key": _key(entry),
        "message": f"{entry.integration}.{entry.message}",
        "began": _local(entry.at),
        "took": _duration(entry.duration),
        "status": entry.status,
        "answered by": entry.answered_by,
        "error": _plain(entry.error).replace("\n", "\n" + " " * 13),
    }
    for name, value in head.items():
        if value:
            yield f"{name:<13}{value}"
    yield f"\n{'measuring point':<22}{'after':>12}{'step':>12}  call"
    before = 0
    for moment in entry.moments:
        name = f"{moment.point} {POINTS.get(moment.point, '')}"
        step = f"+{_duration(moment.micros - before)}"
        yield f"{name:<22}{_duration(moment.micros):>12}{step:>12}  {moment.call}".rstrip()
        before = moment.micros
    kept = [moment for moment in entry.moments if moment.payload is not None]
    for moment in kept:
        yield f"\n-- {moment.point} {POINTS.get(moment.point, '')} {moment.call}".rstrip()
        yield _plain(moment.payload)
    if not kept:
        yield "\n" + _SWITCH_ON.format(integration=entry.integration)


def as_object(entry: Entry, point: int | None) -> dict[str, Any]:
    """One as JSON, with all its measuring points, or with one."""
    moments = [moment for moment in entry.moments if point in (None, moment.point)]
    return {
        "id": entry.id,
        "integration": entry.integration,
        "message": entry.message,
        "key": entry.key,
        "event": entry.event,
        "delivery": entry.delivery,
        "at": entry.at,
        "status": entry.status,
        "answered_by": entry.answered_by,
        "duration": entry.duration,
        "error": entry.error,
        "reached": entry.reached,
        "moments": [
            {"point": number, "name": POINTS.get(number, ""), "micros": micros, "call": call}
            | ({} if payload is None else {"payload": payload})
            for number, micros, call, payload in moments
        ],
    }


def _local(at: str) -> str:
    try:
        moment = datetime.fromisoformat(at).astimezone()
    except ValueError:
        return at
    return moment.strftime("%Y-%m-%d %H:%M:%S.") + f"{moment.microsecond // 1000:03d}"


def _duration(micros: int) -> str:
    return f"{micros / 1000:.1f} ms" if micros < 1_000_000 else f"{micros / 1_000_000:.2f} s"


def _plain(text: str) -> str:
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in _plain(text).split("\n"))
