"""`/metrics`: numbers for Prometheus. Names of files, messages and flows are in them; no payload, key or secret is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TypeVar, get_args

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from engine.api.backlog import Backlog, cursor_age
from engine.api.counts import BUCKETS
from engine.api.vitals import Vitals
from engine.delivery.delivery import State
from engine.delivery.reading import Position
from engine.runtime.live.integration import LiveIntegration

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily
Plain = TypeVar("Plain", CounterMetricFamily, GaugeMetricFamily)

BOUNDS = [*(format(seconds, "g") for seconds in BUCKETS), "+Inf"]


@dataclass(frozen=True)
class Numbers:
    """Everything that is told to one who asks.

    Attributes:
        visible: the integrations that may be told of.
        backlog: of the store; None if it cannot be read.
        now: seconds since 1970.
        unasked: answers that nothing waited for, by (integration, flow).
    """

    vitals: Vitals
    visible: Sequence[LiveIntegration]
    backlog: Backlog | None
    now: float
    unasked: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def collect(self) -> Iterator[Family]:
        """Every family of numbers, as the Prometheus library asks for them."""
        seen = {live.name for live in self.visible}
        yield from self._counted(seen)
        yield self._latency(seen)
        yield from self._process()
        yield self._connections()
        if self.backlog is not None:
            yield from self._deliveries(self.backlog, seen)
            yield from self._readings(self.backlog, {live.name: live for live in self.visible})

    def _counted(self, seen: set[str]) -> Iterator[Family]:
        counts = self.vitals.counts
        for name, words, labels, counter in (
            (
                "engine_exchanges",
                "Exchanges of messages, attempts at deliveries, and readings, by outcome",
                ("integration", "message", "outcome", "answered_by"),
                counts.exchanges,
            ),
            (
                "engine_calls",
                "Calls of remote endpoints; unanswered: no reply came",
                ("integration", "endpoint", "outcome"),
                counts.calls,
            ),
            ("engine_events", "Events posted, by outcome", ("integration", "event", "outcome"), counts.events),
        ):
            entries = [(key, count) for key, count in counter.items() if key[0] in seen]
            yield _filled(CounterMetricFamily(name, words, labels=labels), entries)

    def _latency(self, seen: set[str]) -> Family:
        words = "How long exchanges took, from the request received to the answer ready"
        family = HistogramMetricFamily("engine_exchange_seconds", words, labels=("integration", "message"))
        for name, latency in self.vitals.counts.latency.items():
            if name[0] in seen:
                buckets = list(zip(BOUNDS, accumulate(latency.buckets), strict=True))
                family.add_metric(name, buckets, latency.micros / 1_000_000)
        return family

    def _process(self) -> Iterator[Family]:
        vitals = self.vitals
        denied = CounterMetricFamily(
            "engine_requests_denied", "Requests answered with a problem before anything ran", labels=("reason",)
        )
        yield _filled(denied, [((kind,), count) for kind, count in vitals.counts.denied.items()])
        lost = "Exchanges that the journal could not keep"
        yield CounterMetricFamily("engine_journal_lost", lost, value=vitals.losses.lost)
        stripped = "Exchanges that the journal kept without their payloads"
        yield CounterMetricFamily("engine_journal_stripped", stripped, value=vitals.losses.stripped)
        yield GaugeMetricFamily("engine_store_up", "1: the store can be read", value=self.backlog is not None)
        yield GaugeMetricFamily("engine_generation", "How many sets of files were taken over", value=vitals.generation)
        failed = "1: the files have changed and could not be taken over"
        yield GaugeMetricFamily("engine_reload_failed", failed, value=bool(vitals.trouble))

    def _connections(self) -> Family:
        words = "1: the connection is offline, calls are refused until one was answered"
        family = GaugeMetricFamily("engine_connection_offline", words, labels=("integration", "connection"))
        entries = [
            (tuple(one.name.split(".", 1)), one.is_offline)
            for live in self.visible
            for one in live.sessions.availabilities
        ]
        return _filled(family, entries)

    def _deliveries(self, backlog: Backlog, seen: set[str]) -> Iterator[Family]:
        """Open deliveries; a state that has none is told as 0, so that an alarm has something to look at."""
        flows = {(live.name, name) for live in self.visible for name in live.flows}
        found = {(one.name.integration, one.name.flow, one.state): one for one in backlog.open}
        keys = dict.fromkeys([(*flow, state) for flow in sorted(flows) for state in get_args(State)])
        keys |= dict.fromkeys(key for key in found if key[0] in seen)
        labels = ("integration", "flow", "state")
        yield from self._answers(backlog, [flow for flow in sorted(flows) if self._asks(flow)])
        entries = [(key, found[key].count if key in found else 0) for key in keys]
        yield _filled(GaugeMetricFamily("engine_deliveries", "Deliveries that are open", labels=labels), entries)
        ages = [(key, max(self.now - found[key].oldest, 0.0)) for key in keys if key in found]
        oldest = "Seconds since the oldest of them was accepted"
        yield _filled(GaugeMetricFamily("engine_deliveries_oldest_seconds", oldest, labels=labels), ages)

    def _asks(self, flow: tuple[str, str]) -> bool:
        return any(live.flows[flow[1]].flow.confirm is not None for live in self.visible if live.name == flow[0])

    def _answers(self, backlog: Backlog, asking: Sequence[tuple[str, str]]) -> Iterator[Family]:
        """Of flows whose deliveries wait for an answer: how many wait too long, and what nobody asked."""
        late = {(one.name.integration, one.name.flow): one.late for one in backlog.open if one.state == "sent"}
        labels = ("integration", "flow")
        words = "Deliveries that were sent and whose answer has not come in time"
        yield _filled(
            GaugeMetricFamily("engine_answers_late", words, labels=labels),
            [(flow, late.get(flow, 0)) for flow in asking],
        )
        words = "Answers that no delivery of the flow waited for"
        yield _filled(
            CounterMetricFamily("engine_answers_unasked", words, labels=labels),
            [(flow, self.unasked.get(flow, 0)) for flow in asking],
        )

    def _readings(self, backlog: Backlog, live: dict[str, LiveIntegration]) -> Iterator[Family]:
        known = [one for one in backlog.positions if one.name.integration in live]
        ended = [(one, self.now - one.ended) for one in known if one.ended is not None]
        failed = [(one, float(bool(one.error))) for one in known if one.ended is not None]
        ages = [(one, cursor_age(one, self.now, live[one.name.integration].zone)) for one in known]
        for name, words, values in (
            ("engine_reading_age_seconds", "Seconds since the flow's last reading ended", ended),
            ("engine_reading_failed", "1: the flow's last reading failed", failed),
            (
                "engine_cursor_age_seconds",
                "Seconds since the time that the flow's cursor holds: how far it lags behind",
                [(one, age) for one, age in ages if age is not None],
            ),
        ):
            entries = [(_labels(one), value) for one, value in values]
            yield _filled(GaugeMetricFamily(name, words, labels=("integration", "flow")), entries)


def exposed(numbers: Numbers) -> bytes:
    """Numbers in the text format of Prometheus."""
    return generate_latest(numbers)  # it asks a registry for nothing but `collect`


def _labels(position: Position) -> tuple[str, str]:
    return position.name.integration, position.name.flow


def _filled(family: Plain, entries: Iterable[tuple[Sequence[str], float]]) -> Plain:
    for labels, value in entries:
        family.add_metric(labels, value)
    return family
