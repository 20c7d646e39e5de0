"""One after another: exchanges that write, for the same key of the caller.

A shop that lost its patience sends an order again while the first try still runs. Side by side, both would find that the
ERP has no such order, and place it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from engine.errors import Unreachable


class Turns:
    """Who waits for whom, by key."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._users: dict[str, int] = {}

    @asynccontextmanager
    async def take(self, key: str, patience: float) -> AsyncIterator[None]:
        """Run when nobody else of this key does.

        Raises:
            Unreachable: others did for `patience` seconds; nothing was done.
        """
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._users[key] = self._users.get(key, 0) + 1
        try:
            await self._acquire(lock, patience)
            try:
                yield
            finally:
                lock.release()
        finally:
            self._users[key] -= 1
            if not self._users[key]:
                del self._users[key], self._locks[key]

    @staticmethod
    async def _acquire(lock: asyncio.Lock, patience: float) -> None:
        try:
            async with asyncio.timeout(patience):
                await lock.acquire()
        except TimeoutError:
            text = "an exchange with the same key still runs"
            raise Unreachable(text, cause="busy", may_have_happened=False) from None
