"""How many calls at a time, and how many per time, a connection takes."""

from __future__ import annotations

import asyncio
from types import TracebackType

from engine.parts.scalars import Rate


class Pace:
    """`async with pace:` waits for a place, then for the rate."""

    def __init__(self, concurrency: int, rate: Rate | None) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._spacing = rate.seconds / rate.count if rate else 0.0
        self._burst = rate.seconds if rate else 0.0
        self._next = 0.0

    async def __aenter__(self) -> None:
        await self._places.acquire()
        if self._spacing:
            try:
                await self._turn()
            except BaseException:
                self._places.release()
                raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._places.release()

    async def _turn(self) -> None:
        """Wait for the next free moment; unused moments of the last period may be used at once (a token bucket)."""
        now = asyncio.get_running_loop().time()
        self._next = max(self._next, now - self._burst) + self._spacing
        if self._next > now:
            await asyncio.sleep(self._next - now)
