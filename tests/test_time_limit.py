"""A time limit promises what `asyncio.timeout` does: each case is tried on both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from engine.time_limit import TimeLimit

Limit = Callable[[float], AbstractAsyncContextManager[object]]


@asynccontextmanager
async def ours(seconds: float) -> AsyncIterator[None]:
    with TimeLimit(seconds):
        yield


both = pytest.mark.parametrize("limit", [ours, asyncio.timeout], ids=["ours", "asyncio"])


@both
async def test_what_ends_in_time_gives_its_result(limit: Limit) -> None:
    async with limit(60):
        await asyncio.sleep(0)
        found = "done"

    assert found == "done"


@both
@pytest.mark.parametrize("seconds", [0.001, 0, -1])
async def test_what_takes_too_long_is_cancelled(limit: Limit, seconds: float) -> None:
    ended = []

    async def work() -> None:
        async with limit(seconds):
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(True)

    with pytest.raises(TimeoutError):
        await work()

    task = asyncio.current_task()
    assert ended == [True]
    assert task is not None
    assert task.cancelling() == 0


@both
async def test_the_outer_limit_ends_the_inner_block_too(limit: Limit) -> None:
    inner = []

    async def work() -> None:
        async with limit(0.001):
            try:
                async with limit(60):
                    await asyncio.Event().wait()
            except BaseException as error:
                inner.append(type(error))
                raise

    with pytest.raises(TimeoutError):
        await work()
    assert inner == [asyncio.CancelledError]


@both
async def test_the_inner_limit_leaves_the_outer_block_alone(limit: Limit) -> None:
    async with limit(60):
        with pytest.raises(TimeoutError):
            async with limit(0.001):
                await asyncio.Event().wait()
        await asyncio.sleep(0)


@both
async def test_a_cancellation_from_elsewhere_stays_one(limit: Limit) -> None:
    began = asyncio.Event()

    async def work() -> None:
        async with limit(60):
            began.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await began.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


@both
async def test_a_cancellation_at_the_same_moment_is_not_swallowed(limit: Limit) -> None:
    async def work() -> None:
        task = asyncio.current_task()
        assert task is not None
        async with limit(0):
            asyncio.get_running_loop().call_soon(task.cancel)
            asyncio.get_running_loop().call_later(0, task.cancel)
            await asyncio.Event().wait()

    task = asyncio.create_task(work())

    with pytest.raises(asyncio.CancelledError):
        await task


@both
async def test_an_error_of_the_block_is_raised_as_it_is(limit: Limit) -> None:
    with pytest.raises(ValueError, match="mine"):
        async with limit(60):
            raise ValueError("mine")


@both
async def test_work_that_ends_although_cancelled_is_done(limit: Limit) -> None:
    async with limit(0.001):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            found = "done all the same"

    assert found == "done all the same"
