"""An outage is known to all engines on one store, and a flow whose system is offline leaves its deliveries alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.delivery.accepting import Batch
from engine.delivery.claiming import Claim
from engine.delivery.clock import Clock
from engine.delivery.delivery import FlowName, NewDelivery
from engine.delivery.operating import Filter
from engine.delivery.store import Store
from engine.errors import Unreachable
from engine.exchange import new_id
from engine.runtime.by_hand.running import run_flow
from engine.runtime.connections.availability import Availability
from engine.runtime.connections.outages import sharing
from engine.runtime.delivering.needed import needed
from engine.runtime.delivering.worker import Pace, Worker
from engine.runtime.intake.reading import Reading
from tests.runtime.stage import UNREACHABLE, Held, Stage, acme, after, staged

FLOW = FlowName("acme", "orders")
MESSAGES = """
  ask: {steps: [{call: erp.list, save: rows}], reply: =rows}
  place: {steps: [{call: erp.post, save: done, body: =input}], reply: =done}
  some: {steps: [{call: erp.list, when: =input.asks, save: rows}, {call: erp.get, optional: true, path: {id: 1}}]}
  asking: {steps: [{value: =input.known, save: known}, {call: erp.post, unless: known}]}
  inside: {steps: [{call: place, body: =input}]}
events: {placed: {}}
flows:
  orders: {trigger: {event: placed}, key: =event.no, send: place, delivery: {backoff: 10ms..10ms}}
  some: {trigger: {event: placed}, send: some}
  asking: {trigger: {event: placed}, send: asking}
  inside: {trigger: {event: placed}, send: inside}
  fetched: {trigger: {event: placed}, read: {call: erp.get, path: {id: =event.no}}, send: some}
  nightly: {trigger: {cron: "30 2 1 1 *"}, read: {call: erp.list}, send: some}
"""


@asynccontextmanager
async def engines(folder: Path, store: Store, count: int, lasts: str = "1h") -> AsyncIterator[list[Stage]]:
    """Engines of one file, each with a system of its own behind it, on one store."""
    text = acme(MESSAGES, connection=f"offline: {{probe: erp.ping, lasts: {lasts}}}")
    stages = [staged(folder, text) for _ in range(count)]
    async with AsyncExitStack() as stack:
        for stage in stages:
            await stack.enter_async_context(sharing(stage.engine.availabilities, store, Clock()))
        yield stages
    for stage in stages:
        await stage.engine.aclose(1)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    store = Store.open()
    yield store
    store.close()


def connection(stage: Stage) -> Availability:
    return stage.engine.integrations["acme"].sessions.availabilities[0]


def is_offline(stage: Stage) -> bool:
    return connection(stage).is_offline


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(100):
        while not condition():
            await asyncio.sleep(0.005)


def goes_away(stage: Stage) -> None:
    for call in ("GET /list", "GET /ping", "POST /orders"):
        stage.erp.on(call, UNREACHABLE)


async def test_what_one_engine_finds_stops_the_calls_of_all(tmp_path: Path, store: Store) -> None:
    async with engines(tmp_path, store, 2) as (ours, theirs):
        goes_away(ours)
        await ours.run("ask")
        await until(lambda: is_offline(theirs))

        error = (await theirs.run("ask")).error

    assert isinstance(error, Unreachable)
    assert (error.cause, theirs.erp.asked) == ("offline", [])


async def test_then_one_call_of_all_engines_tries_and_its_answer_counts_for_all(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.runtime.connections.outages.PATIENCE", 100.0)
    held = Held({"rows": [1]})
    async with engines(tmp_path, store, 3, lasts="300ms") as stages:
        goes_away(stages[0])
        await stages[0].run("ask")
        for stage in stages:
            await until(lambda stage=stage: is_offline(stage))
            stage.erp.on("GET /list", held)
        await until(lambda: not any(connection(stage).closed_for for stage in stages))
        asked = [len(stage.erp.requests) for stage in stages]

        asking = [asyncio.create_task(stage.run("ask")) for stage in stages for _ in range(10)]
        await until(lambda: sum(one.done() for one in asking) == 29)
        held.goes_on.set()
        answers = await asyncio.gather(*asking)
        tried = sum(len(stage.erp.requests) for stage in stages) - sum(asked)
        for stage in stages:
            await until(lambda stage=stage: not is_offline(stage))

    assert tried == 1
    assert sum(answer.error is None for answer in answers) == 1


async def test_while_the_store_is_away_an_engine_goes_by_what_it_finds_itself(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(asked: Any) -> Any:
        raise Unreachable("the disk is full", cause="store", may_have_happened=False)

    async with engines(tmp_path, store, 2, lasts="50ms") as (ours, theirs):
        with monkeypatch.context() as patch:
            patch.setattr(store, "share", away)
            patch.setattr(store, "try_again", away)
            goes_away(ours)
            await ours.run("ask")
            alone = is_offline(ours), is_offline(theirs)
            await asyncio.sleep(0.06)
            await ours.run("ask")
        await until(lambda: is_offline(theirs))

    assert alone == (True, False)
    assert ours.erp.asked == ["GET /list", "GET /ping"] * 2


async def test_no_call_asks_the_store(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime.connections.outages.LOOK", 3600.0)
    async with engines(tmp_path, store, 1) as (ours,):
        asked: list[Any] = []
        share = store.share
        monkeypatch.setattr(store, "share", lambda one: asked.append(one) or share(one))
        monkeypatch.setattr(store, "try_again", asked.append)
        ours.erp.on("GET /list", {"rows": []})
        await asyncio.gather(*[ours.run("ask") for _ in range(100)])
        goes_away(ours)
        await ours.run("ask")
        await asyncio.gather(*[ours.run("ask") for _ in range(100)])

    assert len(asked) < 10


async def test_an_engine_that_begins_knows_of_the_outage(tmp_path: Path, store: Store) -> None:
    async with engines(tmp_path, store, 1) as (ours,):
        goes_away(ours)
        await ours.run("ask")
    async with engines(tmp_path, store, 1) as (another,):
        await until(lambda: is_offline(another))

        assert await another.failure("ask") == "Unreachable: acme.erp is offline"


async def accepted(store: Store, body: Any) -> None:
    now = Clock().now()
    delivery = NewDelivery(FLOW, new_id(), str(body["no"]), new_id(), {"event": body}, now)
    await store.accept(Batch([delivery], now))


@asynccontextmanager
async def working(stage: Stage, store: Store) -> AsyncIterator[None]:
    worker = Worker(stage.engine, store, Clock(), Pace(look=0.02), only=[FLOW])
    task = asyncio.create_task(worker.run())
    yield
    await worker.stop(5)
    await task


async def until_empty(store: Store) -> None:
    async with asyncio.timeout(100):
        while await store.found(Filter()):
            await asyncio.sleep(0.01)


# -- flows ---------------------------------------------------------------------------------------------------------


async def test_while_its_system_is_offline_a_flow_touches_one_delivery_at_a_time(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with engines(tmp_path, store, 1, lasts="200ms") as (ours,):
        goes_away(ours)
        await ours.run("ask")
        for no in range(200):
            await accepted(store, {"no": no})
        claims: list[int] = []
        claim = store.claim

        async def counted(asked: Claim) -> Any:
            claims.append(asked.limit)
            return await claim(asked)

        monkeypatch.setattr(store, "claim", counted)
        async with working(ours, store):
            await until(lambda: ours.erp.asked.count("POST /orders") == 3)
            untouched = [one for one in await store.found(Filter()) if one.attempts == 0 and not one.error]
            tried, at_most = ours.erp.asked.count("POST /orders"), set(claims)
            for call in ("GET /ping", "POST /orders"):
                ours.erp.on(call, {})
            await until_empty(store)

    assert (at_most, len(untouched) >= 200 - tried) == ({1}, True)
    assert sorted(one["no"] for one in ours.erp.bodies() if one)[-1] == 199


async def test_what_was_taken_ahead_of_an_outage_is_handed_back_untried(tmp_path: Path, store: Store) -> None:
    async with engines(tmp_path, store, 1) as (ours,):
        goes_away(ours)
        for no in range(32):
            await accepted(store, {"no": no})
        async with working(ours, store):
            await until(lambda: is_offline(ours))
            async with asyncio.timeout(100):
                while await store.found(Filter(state="running")):
                    await asyncio.sleep(0.01)
            found = await store.found(Filter())

    assert len(ours.erp.asked) <= 16 + 1
    assert [(one.state, one.attempts) for one in found] == [("ready", 0)] * 32
    assert sum(not one.error for one in found) >= 16


async def test_an_attempt_that_found_the_system_away_is_not_counted(tmp_path: Path, store: Store) -> None:
    async with engines(tmp_path, store, 1, lasts="20ms") as (ours,):
        goes_away(ours)
        await accepted(store, {"no": 1})
        async with working(ours, store):
            await until(lambda: ours.erp.asked.count("POST /orders") == 12)  # more than its 8 attempts
            ours.erp.on("POST /orders", httpx.Response(200, json={}))
            ours.erp.on("GET /ping", {})
            await until_empty(store)


async def test_a_run_by_hand_ends_when_its_system_is_offline(tmp_path: Path, store: Store) -> None:
    async with engines(tmp_path, store, 1) as (ours,):
        goes_away(ours)
        for no in range(50):
            await accepted(store, {"no": no})

        ran = await run_flow(ours.engine, store, "acme", "orders")

    assert ran.words == "acme.orders: left: 50 ready (`engine parked` shows what is stuck)"


async def test_a_run_by_hand_waits_for_the_one_call_that_tries_and_goes_on(tmp_path: Path, store: Store) -> None:
    async with engines(tmp_path, store, 1, lasts="20ms") as (ours,):
        goes_away(ours)
        for no in range(50):
            await accepted(store, {"no": no})
        await run_flow(ours.engine, store, "acme", "orders")
        await asyncio.sleep(0.05)
        ours.erp.on("POST /orders", after(0.3, {}))

        ran = await run_flow(ours.engine, store, "acme", "orders")

    assert ran.open.get("ready", 0) < 30  # those of the first run are not due yet


async def test_a_nightly_flow_that_met_an_outage_reads_when_it_is_over_and_not_a_night_later(
    tmp_path: Path, store: Store
) -> None:
    async with engines(tmp_path, store, 1, lasts="2s") as (ours,):
        live, began = ours.engine.integrations["acme"], Clock().now()
        goes_away(ours)
        with pytest.raises(Unreachable):
            await Reading(ours.engine, store, Clock(), live, live.flows["nightly"]).run(began + 86_400)

        met = await store.position(FlowName("acme", "nightly"))

    assert met.error.startswith("acme.erp is offline")
    assert met.due is not None
    assert 0 < met.due - began < 60


async def test_a_flow_needs_what_each_of_its_deliveries_calls(tmp_path: Path, store: Store) -> None:
    async with engines(tmp_path, store, 1) as (ours,):
        live = ours.engine.integrations["acme"]
        found = {name: [one.name for one in needed(ours.engine, live, flow)] for name, flow in live.flows.items()}

    erp = ["acme.erp"]
    assert found == {"orders": erp, "some": [], "asking": erp, "inside": erp, "fetched": erp, "nightly": []}
