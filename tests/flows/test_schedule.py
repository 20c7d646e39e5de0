"""When flows read: without drift, by the clock of a place, never twice at once, and also after a clock was set."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.delivery.clock import Clock
from engine.delivery.delivery import FlowName
from engine.delivery.reading import NextReading
from engine.runtime.by_itself.schedule import Schedule, next_due
from engine.spec.flows import Trigger
from tests.flows.conftest import MakeFlows
from tests.flows.stage import Hands

STOCK = FlowName("acme", "stock")
CHICAGO = ZoneInfo("America/Chicago")
MESSAGES = "\n  load: {reply: =input}\n"
FLOWS = """
flows:
  stock: {trigger: {every: 1m}, read: {call: erp.list}, send: load}
  prices: {trigger: {after: stock}, read: {call: erp.list}, send: load}
"""


def at(text: str) -> float:
    return datetime.fromisoformat(text).astimezone(CHICAGO).timestamp()


def due(trigger: Trigger, now: str, count: int = 1) -> list[str]:
    """The next times, as a clock in Chicago shows them."""
    found, moment = [], at(now)
    for _ in range(count):
        moment = next_due(trigger, STOCK, moment, "America/Chicago")
        found.append(datetime.fromtimestamp(moment, CHICAGO).isoformat(timespec="minutes"))
    return found


def every(seconds: float) -> Trigger:
    return Trigger.model_construct(every=seconds, cron=None, zone=None)


def cron(text: str, zone: str | None = None) -> Trigger:
    return Trigger.model_construct(every=None, cron=text, zone=zone)


def test_every_does_not_drift() -> None:
    first = next_due(every(60), STOCK, 1000.0, "UTC")

    assert next_due(every(60), STOCK, first, "UTC") == first + 60
    assert next_due(every(60), STOCK, first + 59.9, "UTC") == first + 60
    assert next_due(every(60), STOCK, first + 3600 * 5 + 1, "UTC") == first + 3600 * 5 + 60


def test_flows_have_their_own_places_between_the_times() -> None:
    other = FlowName("acme", "prices")

    assert next_due(every(60), STOCK, 1000.0, "UTC") != next_due(every(60), other, 1000.0, "UTC")


def test_cron_goes_by_the_clock_of_the_place() -> None:
    assert due(cron("30 2 * * *"), "2026-01-10T03:00:00-06:00") == ["2026-01-11T02:30-06:00"]
    assert due(cron("30 2 * * *", "UTC"), "2026-01-10T03:00:00+00:00") == ["2026-01-10T20:30-06:00"]


def test_in_the_night_that_skips_half_past_two_it_reads_right_after() -> None:
    assert due(cron("30 2 * * *"), "2026-03-07T03:00:00-06:00", 2) == [
        "2026-03-08T03:00-05:00",
        "2026-03-09T02:30-05:00",
    ]


def test_in_the_night_that_has_half_past_one_twice_it_reads_once() -> None:
    assert due(cron("30 1 * * *"), "2026-10-31T02:00:00-05:00", 2) == [
        "2026-11-01T01:30-05:00",
        "2026-11-02T01:30-06:00",
    ]


def test_in_the_night_that_has_half_past_two_twice_it_reads_once() -> None:
    berlin, moment, found = ZoneInfo("Europe/Berlin"), datetime(2026, 10, 24, 12, tzinfo=UTC).timestamp(), []
    for _ in range(2):
        moment = next_due(cron("30 2 * * *", "Europe/Berlin"), STOCK, moment, "UTC")
        found.append(datetime.fromtimestamp(moment, berlin).isoformat(timespec="minutes"))

    assert found == ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]


# -- a clock that is set -------------------------------------------------------------------------------------------


def test_a_running_engine_does_not_follow_a_clock_that_is_set_until_it_knows() -> None:
    wall, even = Hands(5000.0), Hands(0.0)
    clock = Clock(wall, even)

    wall.at, even.at = 5010.0 - 3600, 10.0

    assert clock.now() == 5010.0
    assert clock.was_set() == pytest.approx(-3600)
    assert clock.was_set() == 0.0
    assert clock.now() == 5010.0 - 3600


# -- turns ---------------------------------------------------------------------------------------------------------


async def test_a_flow_is_read_when_it_is_due_and_those_after_it_follow(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("GET /list", {"rows": [{"sku": "A"}]})
    schedule = Schedule(s.engine, s.store, s.clock)
    stock = s.live.flows["stock"]

    await schedule._turn(s.live, stock)
    waits = await schedule._turn(s.live, stock)

    assert [(one.name.flow, one.payload["record"]) for one in await s.open()] == [
        ("stock", {"sku": "A"}),
        ("prices", {"sku": "A"}),
    ]
    assert 0 < waits <= 60
    planned = (await s.store.position(stock.name)).due
    assert planned is not None
    assert 0 < planned - s.clock.now() <= 66


async def test_a_plan_of_a_clock_that_was_ahead_is_made_anew(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("GET /list", {"rows": []})
    await s.store.plan(NextReading(STOCK, s.clock.now() + 3600, None))

    await Schedule(s.engine, s.store, s.clock)._turn(s.live, s.live.flows["stock"])

    assert s.erp.asked == ["GET /list", "GET /list"]


async def test_ten_schedules_read_a_due_flow_once(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("GET /list", {"rows": [{"sku": "A"}]})
    schedules = [Schedule(s.engine, s.store, s.clock) for _ in range(10)]

    await asyncio.gather(*[one._turn(s.live, s.live.flows["stock"]) for one in schedules])

    assert s.erp.asked == ["GET /list", "GET /list"], "stock, and prices after it"


async def test_a_reading_that_fails_comes_again_at_its_next_time(flows: MakeFlows) -> None:
    s = flows(MESSAGES, FLOWS)
    s.erp.on("GET /list", 500, {"rows": [{"sku": "A"}]})
    schedule, stock = Schedule(s.engine, s.store, s.clock), s.live.flows["stock"]
    running = asyncio.create_task(schedule._keep(s.live, stock))

    while (await s.store.position(stock.name)).ended is None:
        await asyncio.sleep(0.001)
    await schedule.stop(1)
    running.cancel()

    failed = await s.store.position(stock.name)
    assert (failed.error, failed.owner) == ("status 500", "")
    assert failed.due is not None
    assert failed.due > s.clock.now()
