"""`/metrics` and the details of `/readyz`: what is counted, what is told, and to whom."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from engine.api.access import Proxies
from engine.api.app import App
from engine.api.counts import Counts
from engine.api.vitals import Vitals
from engine.delivery.store import Store
from engine.runtime.by_itself.flows import Flows
from engine.runtime.by_itself.upkeep import Upkeep
from tests.flows.stage import FlowStage
from tests.runtime.stage import UNREACHABLE, Recorder, acme, staged

MESSAGES = """
  ask: {steps: [{call: erp.list, save: rows}], reply: =rows}
  order: {steps: [{call: erp.post, body: =input}]}
events:
  placed: {schema: {type: object, required: [no]}, id: =body.no}
  asked: {}
flows:
  asking: {trigger: {event: asked}, key: =event.no, send: order, confirm: {flow: answers, within: 1h}}
  answers: {trigger: {manual: true}, read: {call: erp.list}, key: =record.no, send: order}
  orders: {trigger: {event: placed}, key: =event.no, send: order, delivery: {attempts: 1}}
  changes:
    trigger: {manual: true}
    read:
      call: erp.list
      cursor: {start: {changed: "2025-11-24T00:00:00Z"}, next: {changed: =record.changed}}
    send: order
"""


LABELS = [
    "integration",
    "message",
    "endpoint",
    "connection",
    "event",
    "flow",
    "outcome",
    "answered_by",
    "state",
    "reason",
    "le",
]


class Losses:
    lost, stripped = 2, 3


class Site:
    """An application whose every exchange is counted."""

    def __init__(self, folder: Path) -> None:
        stage = staged(folder, acme(MESSAGES, connection="offline: {probe: erp.ping, lasts: 1h}"))
        self.counts = Counts(Recorder())
        stage.engine._recorder = self.counts
        self.vitals = Vitals(self.counts, Losses())
        self.store = Store.open()
        self.flows = FlowStage(stage, self.store)
        served = Flows.of(stage.engine, self.store)
        made = Flows(**{**vars(served), "clock": self.flows.clock, "intake": self.flows.intake})
        self._app = App(stage.engine, Proxies(), flows=made, vitals=self.vitals)

    def from_(self, address: str) -> httpx.AsyncClient:
        transport = httpx.ASGITransport(self._app, client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://engine")

    async def numbers(self) -> dict[tuple[str, ...], float]:
        """Every number by its name and the values of its labels."""
        async with self.from_("127.0.0.1") as client:
            answer = await client.get("/metrics")
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        return {
            (sample.name, *(sample.labels[label] for label in LABELS if label in sample.labels)): sample.value
            for family in text_string_to_metric_families(answer.text)
            for sample in family.samples
        }

    async def call(self, path: str, body: Any) -> int:
        async with self.from_("127.0.0.1") as client:
            return (await client.post(f"/v1/acme/{path}", json=body)).status_code

    async def readiness(self, address: str = "127.0.0.1") -> tuple[int, Any]:
        async with self.from_(address) as client:
            answer = await client.get("/readyz")
        return answer.status_code, answer.json()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    made = Site(tmp_path)
    made.flows.erp.on("GET /list", {"rows": [{"changed": "2025-11-24T15:00:00Z"}]})
    yield made
    made.store.close()
    await made.flows.engine.aclose(1)


async def test_exchanges_and_calls_are_counted_by_outcome(site: Site) -> None:
    await site.call("messages/ask", {})
    site.flows.erp.on("GET /list", UNREACHABLE)
    await site.call("messages/ask", {})

    found = await site.numbers()

    assert found["engine_exchanges_total", "acme", "ask", "done", "system"] == 1
    assert found["engine_exchanges_total", "acme", "ask", "unreachable", "system"] == 1
    assert found["engine_calls_total", "acme", "erp.list", "answered"] == 1
    assert found["engine_calls_total", "acme", "erp.list", "unanswered"] == 1
    assert found["engine_exchange_seconds_count", "acme", "ask"] == 2
    assert found["engine_exchange_seconds_bucket", "acme", "ask", "+Inf"] == 2


async def test_events_and_requests_that_are_denied_are_counted(site: Site) -> None:
    for body in ({"no": "1"}, {"no": "1"}, {"no": "2"}, {}):
        await site.call("events/placed", body)
    await site.call("events/nothing", {})

    found = await site.numbers()

    assert found["engine_events_total", "acme", "placed", "accepted"] == 2
    assert found["engine_events_total", "acme", "placed", "known"] == 1
    assert found["engine_events_total", "acme", "placed", "invalid"] == 1
    assert found["engine_requests_denied_total", "not-found"] == 1


async def test_deliveries_are_told_by_state_and_a_state_that_has_none_is_0(site: Site) -> None:
    site.flows.erp.on("POST /orders", 422)
    await site.call("events/placed", {"no": "1"})
    await site.flows.work(60.0)

    found = await site.numbers()

    states = ("waiting", "ready", "held", "running", "sent", "parked", "fragment")
    assert [found["engine_deliveries", "acme", "orders", state] for state in states] == [0, 0, 0, 0, 0, 1, 0]
    assert found["engine_deliveries_oldest_seconds", "acme", "orders", "parked"] == 60.0


async def test_what_waits_for_an_answer_is_told_and_what_waits_too_long(site: Site) -> None:
    upkeep = Upkeep(site.flows.engine, site.store, site.flows.clock)
    site.flows.erp.on("POST /orders", {})
    for no in ("1", "2"):
        await site.flows.post("asked", {"no": no})
        await site.flows.work(3600.0)
    await upkeep.look()
    site.flows.erp.on("GET /list", {"rows": [{"no": "7"}, {"no": "8"}]})
    await site.flows.read("answers")

    found = await site.numbers()

    assert found["engine_deliveries", "acme", "asking", "sent"] == 2
    assert found["engine_answers_late", "acme", "asking"] == 1
    assert found["engine_answers_unasked_total", "acme", "asking"] == 2
    assert found["engine_exchanges_total", "acme", "asking", "unreachable", "nobody"] == 1
    assert found["engine_exchange_seconds_count", "acme", "asking"] == 2
    assert ("engine_answers_late", "acme", "orders") not in found


async def test_how_far_a_flow_has_read_is_told_by_the_time_in_its_cursor(site: Site) -> None:
    await site.flows.read("changes")
    site.flows.hands.at += 100

    found = await site.numbers()

    assert found["engine_reading_age_seconds", "acme", "changes"] == 100
    assert found["engine_reading_failed", "acme", "changes"] == 0
    assert found["engine_cursor_age_seconds", "acme", "changes"] == 1_764_000_100 - 1_763_996_400


async def test_connections_and_losses_are_told(site: Site) -> None:
    site.flows.erp.on("GET /list", UNREACHABLE)
    site.flows.erp.on("GET /ping", UNREACHABLE)
    await site.call("messages/ask", {})

    found = await site.numbers()

    assert found[("engine_connection_offline", "acme", "erp")] == 1
    assert found[("engine_journal_lost_total",)] == 2
    assert found[("engine_journal_stripped_total",)] == 3
    assert found[("engine_store_up",)] == 1
    assert found[("engine_reload_failed",)] == 0


async def test_numbers_are_for_networks_that_may_connect(site: Site) -> None:
    async with site.from_("203.0.113.9") as client:
        answer = await client.get("/metrics")

    assert (answer.status_code, answer.json()["detail"]) == (403, "this network may not connect")


async def test_readiness_tells_allowed_networks_what_is_wrong_and_stays_200(site: Site) -> None:
    site.flows.erp.on("POST /orders", 422)
    await site.call("events/placed", {"no": "1"})
    await site.flows.work()
    site.flows.erp.on("GET /list", UNREACHABLE)
    site.flows.erp.on("GET /ping", UNREACHABLE)
    await site.call("messages/ask", {})
    site.vitals.trouble = "acme.yaml:1:1: unknown-key"

    assert await site.readiness() == (
        200,
        {
            "status": "ready",
            "store": "reachable",
            "offline": ["acme.erp"],
            "parked": 1,
            "reload": "acme.yaml:1:1: unknown-key",
        },
    )
    assert await site.readiness("203.0.113.9") == (200, {"status": "ready"})
