"""What a journal holds, and how it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.errors import EngineError
from engine.exchange import Moment
from engine.store_database import StoreUnusable

DEFAULT = "sqlite:///engine.db"


class JournalUnusable(StoreUnusable):
    """The store cannot serve as a journal: the message says what it is and what to do."""


class NoSuchExchange(EngineError):
    """No exchange, or more than one, has this id or begins with it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One exchange as it was kept.

    Attributes:
        sequence: the order in which exchanges were written, which is the order in which they ended.
        duration: microseconds.
        error: empty if there was none; redacted.
        reached: the highest measuring point passed, 0 if none.
        moments: the measuring points; `payload` is redacted text, None where none was kept or none was asked for.

    The others are those of `engine.exchange.Exchange`.
    """

    sequence: int
    id: str
    integration: str
    message: str
    key: str
    at: str
    status: str
    answered_by: str
    duration: int
    error: str
    reached: int
    delivery: str
    event: str
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which exchanges are meant; what is None does not restrict.

    Attributes:
        since: began then or later; with an offset.
        until: began before then; with an offset.
        point: passed this measuring point; entries then carry the payloads of that point.
        key: has this key, or comes from the event that its sender called so.
        delivery: are attempts at this delivery, or answers to it.
        after: written after the entry of this sequence.
        limit: at most so many, the newest.
    """

    integration: str | None = None
    message: str | None = None
    status: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    point: int | None = None
    key: str | None = None
    delivery: str | None = None
    after: int | None = None
    limit: int | None = None


def id_at(moment: datetime) -> str:
    """The beginning of the ids of exchanges that begin at a time: ids sort by it."""
    return id_at_seconds(moment.timestamp())


def id_at_seconds(seconds: float) -> str:
    """The same for seconds since 1970."""
    return f"{max(int(seconds * 1000), 0):012x}"
