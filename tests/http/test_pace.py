"""Calls at a time, and calls per time."""

from __future__ import annotations

import asyncio

import pytest

from engine.errors import Unreachable
from engine.http.pace import Pace
from engine.parts.scalars import Rate


async def test_never_more_at_a_time_than_allowed() -> None:
    pace, now, most = Pace(3, None), 0, 0

    async def call() -> None:
        nonlocal now, most
        await pace.take(5, "erp")
        now, most = now + 1, max(most, now + 1)
        await asyncio.sleep(0.002)
        now -= 1
        pace.leave()

    await asyncio.gather(*(call() for _ in range(40)))

    assert (now, most) == (0, 3)


async def test_never_more_in_any_span_of_time_than_allowed() -> None:
    pace, begun = Pace(50, Rate(5, 0.1)), list[float]()

    async def call() -> None:
        await pace.take(5, "erp")
        begun.append(asyncio.get_running_loop().time())
        pace.leave()

    await asyncio.gather(*(call() for _ in range(20)))

    assert min(later - earlier for earlier, later in zip(begun, begun[5:], strict=False)) > 0.095


async def test_who_waits_too_long_is_told_that_nothing_was_sent() -> None:
    pace = Pace(1, None)
    await pace.take(5, "erp")

    with pytest.raises(Unreachable) as error:
        await pace.take(0.01, "erp")

    assert (error.value.cause, error.value.may_have_happened, str(error.value)) == (
        "busy",
        False,
        "erp is busy: no place for another call within 0.01 s (see its `limits`)",
    )


async def test_who_gives_up_takes_neither_a_place_nor_a_turn() -> None:
    pace = Pace(1, Rate(1, 0.1))
    await pace.take(5, "erp")
    pace.leave()
    waiting = [asyncio.create_task(pace.take(5, "erp")) for _ in range(10)]
    await asyncio.sleep(0)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    before = asyncio.get_running_loop().time()

    await pace.take(5, "erp")

    assert asyncio.get_running_loop().time() - before < 0.2
