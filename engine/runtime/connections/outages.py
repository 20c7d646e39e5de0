"""Outages that all engines on one store know: what one of them finds, the others know within a second.

No call waits for the store, but the one that tries a connection again. While the store is away, each engine goes by what
it finds itself.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from engine.delivery.clock import Clock
from engine.delivery.outages import Outage, Share, Try
from engine.delivery.store import Store
from engine.errors import Unreachable
from engine.exchange import new_id
from engine.runtime.connections.availability import AGAIN, Availability

LOOK = 1.0  # seconds after which the store is looked at though nobody said that something changed
PATIENCE = 1.0  # seconds that the store gets to answer
LEASE = 10.0  # seconds after which another engine tries in the place of one that died

log = logging.getLogger("engine.connections")


class Outages:
    """Keeps what an engine knows of its connections, and what the store knows, the same."""

    def __init__(self, connections: Sequence[Availability], store: Store, clock: Clock) -> None:
        self._connections = connections
        self._store = store
        self._clock = clock
        self._owner = new_id()
        self._versions = dict.fromkeys((one.name for one in self._connections), 0)
        self._woken = asyncio.Event()
        self._stopping = False
        self._is_away = False

    async def run(self) -> None:
        """Share until `stop`, and what was found until then."""
        if not self._connections:
            return
        self._store.watch_outages(self._woken.set)
        for one in self._connections:
            one.shared = self
        self._woken.set()
        try:
            while not self._stopping:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), LOOK)
                self._woken.clear()
                await self._look()
        finally:
            self._store.unwatch_outages(self._woken.set)
            for one in self._connections:
                one.shared = None

    def stop(self) -> None:
        """Share no more."""
        self._stopping = True
        self._woken.set()

    # -- as availabilities see it ------------------------------------------------------------------------------------

    def changed(self) -> None:
        self._woken.set()

    async def may_try(self, availability: Availability) -> float | None:
        if availability.version != self._versions[availability.name]:  # nobody else knows of this outage
            return 0.0
        now = self._clock.now()
        asked = Try(availability.name, self._owner, availability.lasts, now, now + LEASE)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._store.try_again(asked)
        except (Unreachable, TimeoutError):
            return 0.0

    # -- the store ---------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Tell what was found here, take over what others found."""
        versions, now = {one.name: one.version for one in self._connections}, self._clock.now()
        found = {
            one.name: now + one.closed_for if one.is_offline else None
            for one in self._connections
            if one.version != self._versions[one.name]
        }
        trying = [one.name for one in self._connections if one.is_trying]
        try:
            async with asyncio.timeout(PATIENCE):
                known = await self._store.share(Share(self._owner, found, trying, now, now + LEASE))
        except (Unreachable, TimeoutError) as error:
            self._say_away(error)
            return
        self._is_away = False
        self._versions = versions
        outages = {one.connection: one for one in known}
        for one in self._connections:
            if one.version == versions[one.name]:  # else it was found meanwhile, and is told the next time
                one.learn(self._wait(outages.get(one.name)))

    def _wait(self, outage: Outage | None) -> float | None:
        """Seconds until one call tries; None: there is no outage."""
        if outage is None:
            return None
        elsewhere = outage.tried_by not in ("", self._owner)
        return max(outage.until - self._clock.now(), AGAIN if elsewhere else 0.0)

    def _say_away(self, error: Exception) -> None:
        if not self._is_away:
            log.warning("outages are not shared with other engines: %s", str(error) or "the store does not answer")
        self._is_away = True


@asynccontextmanager
async def sharing(connections: Sequence[Availability], store: Store, clock: Clock) -> AsyncIterator[None]:
    """Share outages with other engines while something is done."""
    outages = Outages(connections, store, clock)
    task = asyncio.create_task(outages.run())
    try:
        yield
    finally:
        outages.stop()
        await task
