"""The worker: takes what is due, at once, side by side; stops in order; takes over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from engine.delivery.claiming import Claim, Keep
from engine.delivery.clock import Clock
from engine.delivery.delivery import FlowName
from engine.delivery.ending import Ending
from engine.errors import Unreachable
from engine.runtime.by_hand.running import Left, run_flow
from engine.runtime.delivering.contact import Contact
from engine.runtime.delivering.worker import Pace, Worker
from engine.runtime.intake.events import Intake
from tests.flows.conftest import MakeFlows
from tests.flows.stage import FlowStage
from tests.runtime.stage import Held

MESSAGES = "\n  place: {steps: [{call: erp.post, save: done, body: =input}], reply: =done}\n"
FLOWS = """
events: {placed: {}}
flows:
  orders: {trigger: {event: placed}, key: =event.customer, send: place, delivery: {backoff: 10ms..10ms}}
  stock: {trigger: {manual: true}, read: {call: erp.list}, key: =record.sku, send: place}
"""
ORDERS = FlowName("acme", "orders")


@asynccontextmanager
async def working(s: FlowStage, **pace: Any) -> AsyncIterator[Worker]:
    s.clock = Clock()
    worker = Worker(s.engine, s.store, s.clock, Pace(**pace))
    task = asyncio.create_task(worker.run())
    yield worker
    await worker.stop(5)
    await task


async def emptied(s: FlowStage) -> None:
    async with asyncio.timeout(100):
        while await s.open():
            await asyncio.sleep(0.005)


async def test_what_is_accepted_is_delivered_without_being_looked_for(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("POST /orders", {})

    async with working(s, look=3600.0):
        await asyncio.sleep(0)
        for no in range(50):
            await s.post("placed", {"no": no, "customer": no % 7})
        await emptied(s)

    assert sorted(one["no"] for one in s.erp.bodies()) == list(range(50))
    for customer in range(7):
        mine = [one["no"] for one in s.erp.bodies() if one["customer"] == customer]
        assert mine == sorted(mine)


async def test_a_retry_comes_at_its_time(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("POST /orders", 500, 500, {})

    async with working(s, look=3600.0):
        await s.post("placed", {"no": 1, "customer": 1})
        await emptied(s)

    assert len(s.erp.bodies()) == 3


async def test_attempts_run_side_by_side_up_to_a_bound(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    going, most, together = 0, 0, asyncio.Barrier(3)

    async def slow(request: httpx.Request) -> Any:
        nonlocal going, most
        going += 1
        most = max(most, going)
        await together.wait()
        await asyncio.sleep(0.01)
        going -= 1
        return {}

    s.erp.on("POST /orders", slow)
    for no in range(12):
        await s.post("placed", {"no": no, "customer": no})
    async with working(s, side_by_side=3):
        await emptied(s)

    assert most == 3


async def test_what_runs_when_it_is_stopped_is_finished_or_handed_back(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    never = Held()
    s.erp.on("POST /orders", never)
    async with working(s) as worker:
        await s.post("placed", {"no": 1, "customer": 1})
        await never.asked.wait()
        await worker.stop(0.01)

    assert await s.states() == [("1", "ready", "the engine stopped before it ended")]


async def begun(s: FlowStage, held: Held, taken: int) -> None:
    """Wait until an attempt is under way, and so many deliveries are taken."""
    async with asyncio.timeout(100):
        await held.asked.wait()
        while len(await s.open(state="running")) < taken:
            await asyncio.sleep(0.005)


async def test_what_was_taken_ahead_when_it_is_stopped_is_handed_back_untouched(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    never = Held()
    s.erp.on("POST /orders", never)
    for no in (1, 2):
        await s.post("placed", {"no": no, "customer": no})
    async with working(s, side_by_side=1) as worker:
        await begun(s, never, taken=2)
        await worker.stop(0.01)

    assert await s.states() == [("1", "ready", "the engine stopped before it ended"), ("2", "ready", "")]
    assert ([one.attempts for one in await s.open()], len(s.erp.bodies())) == ([0, 0], 1)


async def test_what_is_taken_ahead_stays_with_its_engine_however_long_it_waits(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    slow = Held()
    s.erp.on("POST /orders", slow)
    for no in (1, 2):
        await s.post("placed", {"no": no, "customer": no})
    async with working(s, side_by_side=1, lease=0.6):
        await begun(s, slow, taken=2)
        async with working(s, side_by_side=1, lease=0.6):
            await asyncio.sleep(1.5)  # longer than the lease, and than the other engine waits before it takes over
            sent = len(s.erp.bodies())
            slow.goes_on.set()
            await emptied(s)

    assert (sent, [one["no"] for one in s.erp.bodies()]) == (1, [1, 2])


async def test_what_was_taken_ahead_is_not_sent_when_its_lease_could_not_be_renewed(
    flows: MakeFlows, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = flows(MESSAGES, FLOWS)
    slow = Held()

    async def away(asked: Any) -> Any:
        raise Unreachable("the store is locked", cause="store", may_have_happened=False)

    s.erp.on("POST /orders", slow)
    for no in (1, 2):
        await s.post("placed", {"no": no, "customer": no})
    monkeypatch.setattr(s.store, "keep", away)
    async with working(s, side_by_side=1, lease=0.3):
        await begun(s, slow, taken=2)
        monkeypatch.setattr(s.store, "claim", away)
        await asyncio.sleep(0.5)  # longer than the lease: another engine may have taken both
        slow.goes_on.set()
        async with asyncio.timeout(100):
            while await s.states() != [("2", "ready", "")]:
                await asyncio.sleep(0.005)

    assert ([one.attempts for one in await s.open()], len(s.erp.bodies())) == ([0], 1)


async def test_what_a_dead_engine_had_is_delivered_by_another(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("POST /orders", {})
    s.clock = Clock()
    await s.post("placed", {"no": 1, "customer": 1})
    now = s.clock.now()
    await s.store.claim(Claim(ORDERS, "a dead engine", 10, now, now - 1))

    async with working(s, lease=0.3):
        await emptied(s)

    assert [one["no"] for one in s.erp.bodies()] == [1]


async def test_a_store_that_is_away_for_a_while_stops_nothing(
    flows: MakeFlows, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("POST /orders", {})
    await s.post("placed", {"no": 1, "customer": 1})
    claim, failures = s.store.claim, iter(range(3))

    async def sometimes(asked: Claim) -> Any:
        if next(failures, None) is not None:
            raise Unreachable("the store is locked", cause="store", may_have_happened=False)
        return await claim(asked)

    monkeypatch.setattr(s.store, "claim", sometimes)
    async with working(s, again=0.01):
        await emptied(s)

    assert len(s.erp.bodies()) == 1


async def test_a_defect_parks_one_and_stops_nothing(flows: MakeFlows, monkeypatch: pytest.MonkeyPatch) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("POST /orders", {})
    message = s.engine.message

    async def defective(target: Any, value: Any, *rest: Any) -> Any:
        if value["no"] == 1:
            raise ZeroDivisionError
        return await message(target, value, *rest)

    monkeypatch.setattr(s.engine, "message", defective)
    async with working(s):
        for no in (1, 2):
            await s.post("placed", {"no": no, "customer": no})
        async with asyncio.timeout(100):
            while len(await s.open()) > 1 or not await s.open(state="parked"):
                await asyncio.sleep(0.005)

    assert await s.states() == [("1", "parked", "a defect of the engine: ZeroDivisionError; its log says more")]


async def test_a_flow_is_run_by_hand(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("GET /list", {"rows": [{"sku": "A"}, {"sku": "B"}]})
    told: list[Left] = []
    counted = asyncio.Event()

    def tell(left: Left) -> None:
        told.append(left)
        counted.set()

    async def takes_one(request: httpx.Request) -> Any:
        await counted.wait()
        return {} if b'"A"' in request.content else 400

    s.erp.on("POST /orders", takes_one)

    ran = await run_flow(s.engine, s.store, "acme", "stock", watch_left=tell)

    assert told[0] == Left(done=0, total=2, stuck=0)
    assert (
        ran.words == "acme.stock: 2 read, 0 skipped, 2 to deliver; left: 1 parked (`engine parked` shows what is stuck)"
    )
    assert not ran.is_done


async def test_what_was_delivered_is_not_sent_again_because_the_store_was_away(
    flows: MakeFlows, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("POST /orders", {})
    end, failures = s.store.end, iter(range(3))

    async def sometimes(endings: Sequence[Ending]) -> Sequence[bool]:
        if next(failures, None) is not None:
            raise Unreachable("the disk is full", cause="store", may_have_happened=False)
        return await end(endings)

    monkeypatch.setattr(s.store, "end", sometimes)
    async with working(s, again=0.01, lease=0.3):
        for no in (1, 2):
            await s.post("placed", {"no": no, "customer": 1})
        await emptied(s)

    assert [one["no"] for one in s.erp.bodies()] == [1, 2]


async def test_what_an_engine_works_on_is_not_taken_over_because_the_store_was_away(
    flows: MakeFlows, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = flows(MESSAGES, FLOWS)
    slow = Held()
    s.erp.on("POST /orders", slow)
    keep, away, back, renewed = s.store.keep, asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def sometimes(asked: Keep) -> int:
        """The engine that has nothing to do is the first to reach the store again."""
        if away.is_set() and (asked.sequences or not back.is_set()):
            raise Unreachable("the store is locked", cause="store", may_have_happened=False)
        if back.is_set():
            away.clear()
        kept = await keep(asked)
        if asked.sequences:
            renewed.set()
        return kept

    monkeypatch.setattr(s.store, "keep", sometimes)
    async with working(s, lease=2.4), working(s, lease=2.4):
        await s.post("placed", {"no": 1, "customer": 1})
        await slow.asked.wait()
        away.set()
        await asyncio.sleep(3)  # longer than the lease
        renewed.clear()
        back.set()
        async with asyncio.timeout(100):
            await renewed.wait()
        slow.goes_on.set()
        await emptied(s)

    assert [one["no"] for one in s.erp.bodies()] == [1]


def test_a_store_is_believed_when_it_was_reached_for_long_enough_without_silence() -> None:
    contact = Contact(15.0)

    assert [contact.made(at) for at in (0.0, 10.0, 20.0, 30.0)] == [False, False, True, True]
    contact.lost()
    assert [contact.made(at) for at in (40.0, 50.0, 60.0)] == [False, False, True]
    assert [contact.made(at) for at in (90.0, 100.0, 110.0)] == [False, False, True]


async def test_a_claim_whose_answer_was_lost_comes_again(flows: MakeFlows, monkeypatch: pytest.MonkeyPatch) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("POST /orders", {})
    await s.post("placed", {"no": 1, "customer": 1})
    claim, failures = s.store.claim, iter(range(1))

    async def lost(asked: Claim) -> Any:
        claimed = await claim(asked)
        if next(failures, None) is not None:
            raise Unreachable("the connection broke", cause="store", may_have_happened=False)
        return claimed

    monkeypatch.setattr(s.store, "claim", lost)
    async with working(s, again=0.01, lease=0.3, look=0.05):
        await emptied(s)

    assert len(s.erp.bodies()) == 1


async def test_what_is_claimed_while_it_is_stopped_is_handed_back(
    flows: MakeFlows, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = flows(MESSAGES, FLOWS)
    await s.post("placed", {"no": 1, "customer": 1})
    s.clock = Clock()
    worker, claim = Worker(s.engine, s.store, s.clock), s.store.claim

    async def stopped_meanwhile(asked: Claim) -> Any:
        claimed = await claim(asked)
        await worker.stop(0)
        return claimed

    monkeypatch.setattr(s.store, "claim", stopped_meanwhile)
    await worker.run()

    assert (await s.states(), s.erp.asked) == ([("1", "ready", "")], [])


async def test_a_running_engine_whose_clock_steps_back_an_hour_tries_again_in_time(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS.replace("10ms..10ms", "1s..1s"))
    steps = [0.0]
    s.clock = Clock(lambda: time.time() + steps[-1])
    s.intake = Intake(s.engine.integrations, s.store, s.clock)

    async def steps_back(request: httpx.Request) -> int:
        steps.append(steps[-1] - 3600)
        return 500

    s.erp.on("POST /orders", steps_back, {}, steps_back, {})
    worker = Worker(s.engine, s.store, s.clock, Pace(lease=0.3))
    working = asyncio.create_task(worker.run())
    for no in range(2):
        await s.post("placed", {"no": no, "customer": 1})
        await emptied(s)
    async with asyncio.timeout(100):
        while s.clock.now() > time.time() - 7000:  # until it has noticed
            await asyncio.sleep(0.005)
    await worker.stop(5)
    await working

    assert [one["no"] for one in s.erp.bodies()] == [0, 0, 1, 1]
