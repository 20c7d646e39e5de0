"""The offline semaphore: the probe decides, then nobody asks, then one tries."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from engine.errors import Unreachable
from tests.runtime.conftest import MakeStage
from tests.runtime.stage import UNREACHABLE, Stage, after

LIST = """
  m: {steps: [{call: erp.list, save: rows}], reply: =rows}
  paged: {steps: [{call: erp.pages, save: rows}], reply: =rows}
"""


def offline(stage: MakeStage, lasts: str = "1h", messages: str = LIST) -> Stage:
    return stage(messages, connection=f"offline: {{probe: erp.ping, lasts: {lasts}}}")


async def test_one_failed_message_is_no_outage(stage: MakeStage) -> None:
    s = offline(stage)
    s.erp.on("GET /list", UNREACHABLE, {"rows": [1]})
    s.erp.on("GET /ping", {})

    assert (await s.failure()).startswith("Unreachable: erp.example:443 cannot be reached")
    assert await s.reply() == [1]
    assert s.erp.asked == ["GET /list", "GET /ping", "GET /list"]


async def test_a_probe_that_is_refused_has_been_answered(stage: MakeStage) -> None:
    s = offline(stage)
    s.erp.on("GET /list", UNREACHABLE, {"rows": [1]})
    s.erp.on("GET /ping", 403)

    await s.run()

    assert await s.reply() == [1]


async def test_when_the_probe_fails_too_every_call_is_refused_at_once(stage: MakeStage) -> None:
    s = offline(stage)
    s.erp.on("GET /list", UNREACHABLE)
    s.erp.on("GET /ping", UNREACHABLE)
    await s.run()
    asked = len(s.erp.requests)

    error = (await s.run()).error

    assert isinstance(error, Unreachable)
    assert (error.text, error.cause, error.may_have_happened) == ("acme.erp is offline", "offline", False)
    assert error.retry_after is not None
    assert 3590 < error.retry_after < 3601
    assert len(s.erp.requests) == asked == 2


async def test_later_one_call_tries_and_the_others_still_wait(stage: MakeStage) -> None:
    s = offline(stage, lasts="30ms")
    s.erp.on("GET /list", UNREACHABLE, after(0.05, {"rows": [1]}))
    s.erp.on("GET /ping", UNREACHABLE)
    await s.run()
    await asyncio.sleep(0.04)

    answers = await asyncio.gather(*[s.run() for _ in range(5)])

    assert sum(answer.error is None for answer in answers) == 1
    assert s.erp.asked.count("GET /list") == 2
    assert await s.reply() == [1]


async def test_a_try_that_fails_is_followed_by_the_probe_too(stage: MakeStage) -> None:
    s = offline(stage, lasts="30ms")
    s.erp.on("GET /list", UNREACHABLE)
    s.erp.on("GET /ping", UNREACHABLE)
    await s.run()
    await asyncio.sleep(0.04)

    await asyncio.gather(*[s.run() for _ in range(3)])

    assert s.erp.asked == ["GET /list", "GET /ping", "GET /list", "GET /ping"]


async def test_when_only_the_message_that_tries_fails_the_others_go_on(stage: MakeStage) -> None:
    s = offline(stage, lasts="30ms")
    s.erp.on("GET /list", UNREACHABLE, httpx.ReadError("broken off"), {"rows": [1]})
    s.erp.on("GET /ping", UNREACHABLE, {})
    await s.run()
    await asyncio.sleep(0.04)

    await s.run()

    assert await s.reply() == [1]


async def test_a_call_that_surely_did_not_happen_is_told_to_be_the_systems_failure_not_its_own(
    stage: MakeStage,
) -> None:
    s = offline(stage)
    s.erp.on("GET /list", UNREACHABLE)
    s.erp.on("GET /ping", UNREACHABLE)

    error = (await s.run()).error

    assert isinstance(error, Unreachable)
    assert (error.text, error.cause) == (
        "acme.erp is offline: erp.example:443 cannot be reached: no route",
        "offline",
    )


async def test_a_call_that_may_have_happened_keeps_its_failure(stage: MakeStage) -> None:
    s = offline(stage, messages="  m: {steps: [{call: erp.post}]}")
    s.erp.on("POST /orders", httpx.ReadError("broken off"))
    s.erp.on("GET /ping", UNREACHABLE)

    error = (await s.run()).error

    assert isinstance(error, Unreachable)
    assert (error.cause, error.may_have_happened) == ("reset", True)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_what_cannot_be_done_now_nor_the_probe_is_an_outage(stage: MakeStage, status: int) -> None:
    s = offline(stage)
    s.erp.on("GET /list", status)
    s.erp.on("GET /ping", status)

    first = (await s.run()).error

    assert isinstance(first, Unreachable)
    told = (first.text, first.cause, first.may_have_happened)
    assert told == (f"acme.erp is offline: status {status}", "offline", status != 503)
    assert (await s.failure()) == "Unreachable: acme.erp is offline"
    assert s.erp.asked == ["GET /list", "GET /ping"]


async def test_what_cannot_be_done_now_while_the_probe_works_is_only_this_message(stage: MakeStage) -> None:
    s = offline(stage)
    s.erp.on("GET /list", 500, {"rows": [1]})
    s.erp.on("GET /ping", {})

    assert (await s.failure()) == "Refused: status 500"
    assert await s.reply() == [1]
    assert s.erp.asked == ["GET /list", "GET /ping", "GET /list"]


@pytest.mark.parametrize("status", [404, 429])
async def test_a_no_for_good_and_a_wish_to_ask_less_ask_no_probe(stage: MakeStage, status: int) -> None:
    s = offline(stage)
    s.erp.on("GET /list", status)

    await s.run()

    assert s.erp.asked == ["GET /list"]


async def test_an_outage_is_an_exchange_of_its_probe(stage: MakeStage) -> None:
    s = offline(stage)
    s.erp.on("GET /list", UNREACHABLE)
    s.erp.on("GET /ping", UNREACHABLE)

    await s.run()

    assert [(one.message, one.status, one.error) for one in s.exchanges] == [
        ("erp.ping", "unreachable", "acme.erp is offline for 3600 s: erp.example:443 cannot be reached: no route"),
        ("m", "unreachable", "acme.erp is offline: erp.example:443 cannot be reached: no route"),
    ]


async def test_a_try_that_is_refused_was_answered(stage: MakeStage) -> None:
    s = offline(stage, lasts="20ms")
    s.erp.on("GET /list", UNREACHABLE, 400, {"rows": [1]})
    s.erp.on("GET /ping", UNREACHABLE)
    await s.run()
    await asyncio.sleep(0.03)

    await s.run()

    assert await s.reply() == [1]


async def test_a_refused_page_ends_the_outage_as_well(stage: MakeStage) -> None:
    s = offline(stage, lasts="20ms")
    s.erp.on("GET /pages", UNREACHABLE, 400, {"rows": [1]})
    s.erp.on("GET /ping", UNREACHABLE)
    await s.run("paged")
    await asyncio.sleep(0.03)

    await s.run("paged")

    assert await s.reply("paged") == [1]


async def test_many_failures_ask_the_probe_once(stage: MakeStage) -> None:
    s = offline(stage)
    s.erp.on("GET /list", after(0.01, UNREACHABLE))
    s.erp.on("GET /ping", after(0.03, UNREACHABLE))

    await asyncio.gather(*[s.run() for _ in range(20)])

    assert s.erp.asked.count("GET /ping") == 1


async def test_a_message_that_runs_out_of_time_has_the_probe_asked(stage: MakeStage) -> None:
    s = offline(
        stage,
        messages="  m: {timeout: 40ms, steps: [{call: erp.list}]}\n  p: {timeout: 40ms, steps: [{call: erp.pages}]}",
    )
    s.erp.on("GET /list", after(30))
    s.erp.on("GET /ping", UNREACHABLE)

    first = await s.failure()
    await asyncio.sleep(0.02)

    assert first == "Unreachable: acme.m took longer than 0.04 s (at erp.list)"
    assert await s.failure() == "Unreachable: acme.erp is offline"


async def test_a_try_that_runs_out_of_time_does_not_block_for_ever(stage: MakeStage) -> None:
    s = offline(stage, lasts="20ms", messages="  p: {timeout: 40ms, steps: [{call: erp.pages, save: x}], reply: =x}")
    s.erp.on("GET /pages", UNREACHABLE, after(30), {"rows": [1]})
    s.erp.on("GET /ping", UNREACHABLE, UNREACHABLE, {})
    await s.run("p")
    await asyncio.sleep(0.03)

    assert (await s.failure("p")).startswith("Unreachable: acme.p took longer")
    await asyncio.sleep(0.04)

    assert await s.reply("p") == [1]


async def test_a_try_that_our_own_limits_hold_back_leaves_the_next_one_to_try(stage: MakeStage) -> None:
    s = stage(LIST, connection="offline: {probe: erp.ping, lasts: 20ms}\n    timeout: 50ms\n    limits: {rate: 2/h}")
    s.erp.on("GET /list", UNREACHABLE, {"rows": [1]})
    s.erp.on("GET /ping", UNREACHABLE)
    await s.run()
    await asyncio.sleep(0.03)

    assert (await s.failure()).startswith("Unreachable: acme.erp is busy")
    await asyncio.sleep(3600)

    assert await s.reply() == [1]


async def test_a_system_that_answers_nobody_so_that_the_probe_has_no_place_is_offline(stage: MakeStage) -> None:
    s = stage(LIST, connection="offline: {probe: erp.ping}\n    timeout: 50ms\n    limits: {concurrency: 2}")
    s.erp.on("GET /list", after(30))
    s.erp.on("GET /ping", after(30))

    async def again_and_again() -> None:
        for _ in range(10):
            await s.run()

    await asyncio.gather(*[again_and_again() for _ in range(30)])

    assert await s.failure() == "Unreachable: acme.erp is offline"
    assert len(s.erp.asked) < 10


async def test_a_call_that_fails_while_the_probe_waits_for_its_place_counts(stage: MakeStage) -> None:
    s = stage(
        LIST + "  hasty: {steps: [{call: erp.list, timeout: 30ms}]}",
        connection="offline: {probe: erp.ping}\n    timeout: 50ms\n    limits: {concurrency: 1}",
    )
    s.erp.on("GET /list", after(30))

    async def later(seconds: float, message: str) -> None:
        await asyncio.sleep(seconds)
        await s.run(message)

    calls = asyncio.gather(later(0, "m"), later(0.001, "hasty"), later(0.02, "m"))
    await asyncio.sleep(0.09)  # the first has failed, the probe that the second asks for waits behind the third

    assert await s.failure() == "Unreachable: acme.erp is offline"
    assert s.erp.asked == ["GET /list"] * 2
    await calls


async def test_while_offline_kept_replies_and_the_fallback_answer_at_once(stage: MakeStage) -> None:
    s = offline(
        stage,
        messages="""
  m:
    steps: [{call: erp.list, save: rows}]
    reply: =rows
    cache: {keep: 1ms, offline: 1h}
    fallback: {why: =error.cause}
""",
    )
    s.erp.on("GET /list", {"rows": [1]}, UNREACHABLE)
    s.erp.on("GET /ping", UNREACHABLE)
    await s.run()
    await asyncio.sleep(0.01)
    await s.run(value={"b": 1})

    kept, fallback = await s.run(), await s.run(value={"b": 1})

    assert (kept.exchange.answered_by, kept.exchange.reply) == ("offline cache", [1])
    assert (fallback.exchange.answered_by, fallback.exchange.reply) == ("fallback", {"why": "offline"})
    assert len(s.erp.requests) == 3


async def test_stopping_while_the_probe_is_asked_leaves_nothing_behind(stage: MakeStage) -> None:
    s = offline(stage, messages="  m: {timeout: 30ms, steps: [{call: erp.list}]}")
    s.erp.on("GET /list", after(30))
    s.erp.on("GET /ping", after(30))
    before = asyncio.all_tasks()
    await s.run()

    await s.engine.aclose(1)

    assert asyncio.all_tasks() == before
