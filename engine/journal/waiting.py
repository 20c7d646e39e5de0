"""What was recorded and is not yet written: a queue with bounds that counts what it could not take."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from engine.exchange import Exchange, Moment
from engine.http.client import HttpReply, HttpRequest
from engine.redaction import Redactor

_WEIGHT = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait, and how it is written.

    Attributes:
        waiting: exchanges that may wait; more are lost.
        payload_bytes: payloads that may wait, roughly; exchanges then lose their payloads and are kept.
        collect: seconds in which exchanges gather for one transaction.
        batch: exchanges in one transaction.
        retry: seconds between attempts while the store cannot be written: the first and the longest.
        closing: seconds in which `close` still tries.
    """

    waiting: int = 10_000
    payload_bytes: int = 64_000_000
    collect: float = 0.02
    batch: int = 200
    retry: tuple[float, float] = (0.5, 30.0)
    closing: float = 5.0


class Recorded(NamedTuple):
    """An exchange to be written. Its reply is not held, so that a long queue does not hold replies."""

    id: str
    integration: str
    message: str
    key: str
    at: str
    status: str
    answered_by: str
    duration: int
    error: str
    moments: tuple[Moment, ...]
    delivery: str
    event: str
    redactor: Redactor
    weight: int


class Waiting:
    """A bounded queue. One thread puts, another takes; each counter is written by one of them only."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._queue: deque[Recorded] = deque()
        self._came = 0
        self._went = 0
        self.lost = 0
        self.stripped = 0

    def __len__(self) -> int:
        return len(self._queue)

    def put(self, exchange: Exchange, redactor: Redactor) -> None:
        """Take an exchange in: without its payloads if they weigh too much, not at all if too many wait."""
        if len(self._queue) >= self._limits.waiting:
            self.lost += 1
            return
        moments = exchange.moments
        weight = _weight(moments)
        if weight:
            if self._came - self._went + weight > self._limits.payload_bytes:
                moments, weight = tuple([moment._replace(payload=None) for moment in moments]), 0
                self.stripped += 1
            self._came += weight
        self._queue.append(
            Recorded(
                exchange.id,
                exchange.integration,
                exchange.message,
                exchange.key,
                exchange.at,
                exchange.status,
                exchange.answered_by,
                exchange.duration,
                exchange.error,
                moments,
                exchange.delivery,
                exchange.event,
                redactor,
                weight,
            )
        )

    def take(self, count: int) -> list[Recorded]:
        """At most so many, oldest first; they weigh until `written`."""
        return [self._queue.popleft() for _ in range(min(count, len(self._queue)))]

    def written(self, batch: Sequence[Recorded]) -> None:
        """These need no more room."""
        self._went += sum(recorded.weight for recorded in batch)


def _weight(moments: tuple[Moment, ...]) -> int:
    """Roughly the bytes of the payloads; a plain value was mapped to or from a body that is weighed."""
    weight = 0
    for _, _, _, payload in moments:
        if payload is not None:
            content = len(payload.content) if isinstance(payload, (HttpRequest, HttpReply)) else 0
            weight += _WEIGHT + content + getattr(payload, "weight", 0)
    return weight
