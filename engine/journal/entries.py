"""What a journal holds, how it is asked, and what every journal can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.errors import EngineError
from engine.exchange import Exchange, Moment
from engine.redaction import Redactor
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


class AnySearch(Protocol):
    """A journal, asked."""

    def entries(self, filter: Filter) -> Iterator[Entry]:
        """Exchanges, newest first."""

    def get(self, id: str) -> Entry:
        """One exchange whole, with its payloads, by its id or a beginning of the id that only it has; of a delivery the
        last attempt.

        Raises:
            NoSuchExchange: none or several begin so.
        """

    def latest(self) -> int:
        """The sequence of the exchange written last, 0 if there is none: what a follower begins with."""

    def close(self) -> None:
        """Give back what it holds."""


class AnyJournal(Protocol):
    """What every journal can do."""

    @property
    def lost(self) -> int:
        """Exchanges that could not be kept."""

    @property
    def stripped(self) -> int:
        """Exchanges that were kept without their payloads because too much was waiting."""

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        """Keep an exchange; returns at once and never fails."""

    def flush(self, timeout: float = 10.0) -> bool:
        """Wait until everything asked for so far is done; False if it is not within so many seconds."""

    def purge(self, keep: Mapping[str, float]) -> None:
        """Ask once for the exchanges to go that began longer ago than their integration keeps them (seconds).

        Integrations that are not named keep everything. `flush` waits for it.
        """

    def retain(self, keep: Mapping[str, float]) -> None:
        """Purge now and every hour from now on."""

    def search(self) -> AnySearch:
        """What was kept, to be asked."""

    def close(self) -> None:
        """Write what is left and stop."""


def id_at(moment: datetime) -> str:
    """The beginning of the ids of exchanges that begin at a time: ids sort by it."""
    return id_at_seconds(moment.timestamp())


def id_at_seconds(seconds: float) -> str:
    """The same for seconds since 1970."""
    return f"{max(int(seconds * 1000), 0):012x}"
