"""One exchange: a message (or one record of a flow), once. And the trace it leaves."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any, Literal, NamedTuple

Status = Literal["done", "refused", "unreachable", "mapping", "invalid", "stopped"]

Outcome = Literal["done", "sent", "skipped", "unchanged", "held", "again", "parked", "discarded"]
"""What becomes of a record of a flow; `sent`: it waits for an answer (`confirm`); `again`: its delivery
failed, and will be tried again."""

POINTS = {
    100: "received",
    120: "complete request",
    150: "mapped",
    180: "sent",
    220: "reply",
    250: "reply mapped",
    280: "complete",
}

LOGGED: ContextVar[tuple[str, str, str] | None] = ContextVar("logged", default=None)
"""The exchange that runs, for log lines: its id, the integration, the message or flow."""


class Moment(NamedTuple):
    """One measuring point passed.

    Attributes:
        point: its number, see `POINTS`.
        micros: microseconds since the exchange began.
        call: the endpoint it belongs to, empty for the message itself.
        payload: what was there, None unless payloads are logged.
    """

    point: int
    micros: int
    call: str
    payload: Any


_moment: Callable[[tuple[int, int, str, Any]], Moment] = partial(tuple.__new__, Moment)  # at half the cost of its call


class Trace:
    """The measuring points of one exchange, in the order they were passed.

    Attributes:
        parent: the trace of the caller that it belongs to (W3C `traceparent`), empty if there is none.
    """

    __slots__ = ("_began", "call", "moments", "parent", "payloads")

    def __init__(self, *, payloads: bool) -> None:
        self.payloads = payloads
        self.moments: list[Moment] = []
        self.call = ""
        self.parent = ""
        self._began = time.perf_counter_ns()

    def mark(self, point: int, payload: Any = None) -> None:
        micros = (time.perf_counter_ns() - self._began) // 1000
        self.moments.append(_moment((point, micros, self.call, payload if self.payloads else None)))

    @property
    def micros(self) -> int:
        """Microseconds since the exchange began."""
        return (time.perf_counter_ns() - self._began) // 1000


class Exchange(NamedTuple):
    """What became of one message. Its text holds no data.

    Attributes:
        id: sortable by time, unique; of an attempt at a delivery its own.
        key: the caller's Idempotency-Key, else the id; the same over all attempts and resends. Of a delivery its flow's
            key, if it has one.
        at: when it began, ISO 8601 with offset.
        status: `done`, or why not.
        reply: the message's reply, if it is done.
        error: the failure, if it failed: what a person reads.
        answered_by: `system`, `cache`, `offline cache` or `fallback`.
        moments: the measuring points.
        parent: the trace of the caller that it belongs to (W3C `traceparent`), empty if there is none.
        delivery: the exchange id of the delivery that this is an attempt at, or an answer to; empty if it is neither.
        event: what its sender called the event that the delivery comes from; empty where `key` says it, or none came.
    """

    id: str
    integration: str
    message: str
    key: str
    at: str
    status: Status
    reply: Any
    error: str
    answered_by: str
    duration: int
    moments: tuple[Moment, ...]
    parent: str = ""
    delivery: str = ""
    event: str = ""

    def __repr__(self) -> str:
        return f"<Exchange {self.id} {self.integration}.{self.message} {self.status}>"


_chance = random.Random()  # seeded by the system once; asking it for every id costs more than the rest of an exchange


def now() -> str:
    """The time as exchanges carry it; see `timestamp`."""
    return timestamp(time.time())


def timestamp(seconds: float) -> str:
    """A time (seconds since 1970) as exchanges carry it: ISO 8601, UTC, milliseconds."""
    millis = round(seconds * 1_000_000) // 1000
    return f"{_second(millis // 1000)}.{millis % 1000:03d}Z"


@lru_cache(maxsize=16)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def new_id() -> str:
    """An id that sorts by time: 12 hex digits of milliseconds, 12 of chance."""
    return id_of(time.time_ns() // 1_000_000)


def id_of(millis: int) -> str:
    """A new id of what began so many milliseconds after 1970."""
    return f"{millis:012x}{_chance.getrandbits(48):012x}"
