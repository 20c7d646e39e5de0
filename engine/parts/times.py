"""Times of day that come again: cron."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

from cronsim import CronSim, CronSimError

from engine.parts.scalars import ReadBy, text, wrong


def cron(value: Any) -> str:
    """`30 2 * * 1-5`: minute, hour, day, month, day of the week."""
    written = text(value)
    try:
        CronSim(written, datetime(2000, 1, 1))
    except CronSimError:
        hint = "write minute, hour, day, month and day of the week, such as 30 2 * * 1-5"
        raise wrong(f'"{written}" is no cron time', hint) from None
    return written


def times(cron: str, after: datetime) -> Iterator[datetime]:
    """The times after one, which carries the zone. A time that a clock skips in spring comes right after the gap; one
    that comes twice in autumn counts once."""
    yield from CronSim(cron, after)


Cron = Annotated[str, ReadBy(cron, {"type": "string"})]
