"""A clock that jumps: what is due first comes first, and nobody waits."""

from __future__ import annotations

import asyncio

from engine.examples.clock import JumpingLoop


def test_pauses_end_in_the_order_of_their_length_and_the_clock_has_moved() -> None:
    ended: list[tuple[str, float]] = []

    async def pause(name: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        ended.append((name, asyncio.get_running_loop().time()))

    async def main() -> None:
        await asyncio.gather(pause("a year", 365 * 86400), pause("an hour", 3600), pause("nothing", 0))

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(main())

    assert [name for name, _ in ended] == ["nothing", "an hour", "a year"]
    assert [round(at) for _, at in ended] == [0, 3600, 365 * 86400]


def test_a_time_limit_ends_what_never_comes() -> None:
    async def main() -> str:
        try:
            async with asyncio.timeout(3600):
                await asyncio.get_running_loop().create_future()
        except TimeoutError:
            return f"after {asyncio.get_running_loop().time():g} s"
        return "it came"

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        assert runner.run(main()) == "after 3600 s"
