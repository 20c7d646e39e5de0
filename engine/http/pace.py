"""How many calls at a time, and how many per time, a connection takes."""

from __future__ import annotations

import asyncio
from collections import deque

from engine.errors import Unreachable
from engine.parts.scalars import Rate
from engine.time_limit import TimeLimit


class Pace:
    """Places for calls.

    Args:
        concurrency: calls at a time.
        rate: calls that begin in any span of so many seconds, at most.
    """

    def __init__(self, concurrency: int, rate: Rate | None) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._rate = rate
        self._begun: deque[float] = deque(maxlen=rate.count if rate else 0)
        self._next = asyncio.Lock()

    async def take(self, patience: float, owner: str) -> None:
        """Wait for a place, then for the rate; give it back with `leave`.

        Raises:
            Unreachable: none was free for `patience` seconds; nothing was sent.
        """
        if self._rate is None and not self._places.locked():
            await self._places.acquire()
            return
        try:
            with TimeLimit(patience):
                await self._waited()
        except TimeoutError:
            raise Unreachable(
                f"{owner} is busy: no place for another call within {patience:g} s (see its `limits`)",
                cause="busy",
                may_have_happened=False,
            ) from None

    def leave(self) -> None:
        self._places.release()

    async def _waited(self) -> None:
        await self._places.acquire()
        if self._rate is not None:
            try:
                await self._turn(self._rate)
            except BaseException:
                self._places.release()
                raise

    async def _turn(self, rate: Rate) -> None:
        """Wait until the call before the last `count` is `seconds` ago. Who gives up has taken nobody's turn."""
        loop = asyncio.get_running_loop()
        async with self._next:
            if len(self._begun) == rate.count:
                await asyncio.sleep(self._begun[0] + rate.seconds - loop.time())
            self._begun.append(loop.time())
