"""What happened since the process started, counted: plain numbers, a microsecond an exchange."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from engine.exchange import Exchange
from engine.redaction import Redactor
from engine.runtime.messages.recording import Recorder

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds up to which exchanges are counted together; the rest is above."""

_LIMITS = tuple(round(seconds * 1_000_000) for seconds in BUCKETS)


@dataclass
class Latency:
    """How long exchanges took.

    Attributes:
        buckets: how many by bucket, each only its own; the last is above all.
        micros: of all together.
    """

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    micros: int = 0


class Counts:
    """Counts exchanges on their way to the recorder, and whatever else it is told of.

    It outlives engines: a reload makes a new engine, the counting goes on. Its names are those of the files, so it cannot
    grow without bounds.

    Attributes:
        exchanges: by (integration, message or flow, outcome, who answered).
        latency: by (integration, message or flow).
        calls: by (integration, endpoint, `answered` or `unanswered`).
        events: by (integration, event, outcome).
        denied: requests that were answered with a problem before anything ran, by its kind.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self.exchanges: Counter[tuple[str, str, str, str]] = Counter()
        self.latency: dict[tuple[str, str], Latency] = {}
        self.calls: Counter[tuple[str, str, str]] = Counter()
        self.events: Counter[tuple[str, str, str]] = Counter()
        self.denied: Counter[str] = Counter()

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        """Count an exchange and pass it on."""
        self._recorder.record(exchange, redactor)
        name = (exchange.integration, exchange.message)
        self.exchanges[(*name, exchange.status, exchange.answered_by)] += 1
        if not exchange.duration:  # an answer to what was sent: it took nobody's time
            return
        latency = self.latency.get(name)
        if latency is None:
            latency = self.latency[name] = Latency()
        latency.buckets[bisect_left(_LIMITS, exchange.duration)] += 1
        latency.micros += exchange.duration
        self._count_calls(exchange)

    def _count_calls(self, exchange: Exchange) -> None:
        """Of each call there is a moment when it was sent, and one when its reply was there, if one came."""
        for point, _, call, _ in exchange.moments:
            if point == 180:
                self.calls[exchange.integration, call, "unanswered"] += 1
            elif point == 220:
                self.calls[exchange.integration, call, "unanswered"] -= 1
                self.calls[exchange.integration, call, "answered"] += 1
