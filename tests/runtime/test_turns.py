"""The same order sent twice at once is placed once."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from engine.errors import Unreachable
from tests.runtime.conftest import MakeStage
from tests.runtime.stage import Stage, after

ORDER = """
  m:
    timeout: 200ms
    steps:
      - {call: erp.get, save: known, path: {id: =input.no}}
      - {call: erp.post, save: order, unless: known, body: =input}
    reply: =order
  look: {timeout: 200ms, steps: [{call: erp.get, path: {id: =input.no}}]}
"""


def at_work(stage: MakeStage, seconds: float) -> Stage:
    """A system that finds an order once it was posted."""
    s = stage(ORDER)
    orders: list[httpx.Request] = []

    async def find(request: httpx.Request) -> Any:
        await asyncio.sleep(0.01)
        return {"no": 1} if orders else 404

    async def place(request: httpx.Request) -> Any:
        await asyncio.sleep(seconds)
        orders.append(request)
        return {"no": 1}

    s.erp.on("GET /things/7", find)
    s.erp.on("POST /orders", place)
    return s


async def test_with_the_same_key_the_second_waits_and_finds_the_first(stage: MakeStage) -> None:
    s = at_work(stage, 0.05)

    answers = await asyncio.gather(*[s.run(value={"no": "7"}, key="order 7") for _ in range(3)])

    assert [answer.exchange.reply for answer in answers] == [{"no": 1}] * 3
    assert s.erp.asked.count("POST /orders") == 1


async def test_other_keys_and_no_keys_do_not_wait(stage: MakeStage) -> None:
    s = stage(ORDER)
    s.erp.on("GET /things/7", after(0.05, 404))
    s.erp.on("POST /orders", {})

    await asyncio.gather(*[s.run(value={"no": "7"}, key=key) for key in ("a", "b", "", "")])

    assert s.erp.asked[:4] == ["GET /things/7"] * 4


async def test_reading_does_not_wait(stage: MakeStage) -> None:
    s = stage(ORDER)
    s.erp.on("GET /things/7", after(0.15, {}))

    answers = await asyncio.gather(*[s.run("look", {"no": "7"}, key="same") for _ in range(5)])

    assert [answer.error for answer in answers] == [None] * 5


async def test_who_waits_too_long_is_told_that_nothing_was_done(stage: MakeStage) -> None:
    s = at_work(stage, 0)

    async with s.engine._turns.take("acme.m k", 1):
        answer = await s.run(value={"no": "7"}, key="k")

    assert str(answer.error) == "an exchange with the same key still runs"
    assert isinstance(answer.error, Unreachable)
    assert not answer.error.may_have_happened
    assert s.erp.asked == []


async def test_nothing_is_left_behind(stage: MakeStage) -> None:
    s = at_work(stage, 0.01)

    await asyncio.gather(*[s.run(value={"no": "7"}, key=f"k{n % 3}") for n in range(9)])

    assert (s.engine._turns._locks, s.engine._turns._users) == ({}, {})
