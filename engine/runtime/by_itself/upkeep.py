"""What an engine looks after beside its work: answers that do not come, fragments nothing meets, and what may be forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from engine.delivery.clock import Clock
from engine.delivery.merging import Abandoned
from engine.delivery.remembering import Forget
from engine.delivery.store import Store
from engine.errors import Unreachable
from engine.runtime.delivering.confirming import tell_late
from engine.runtime.live.flow import LiveFlow
from engine.runtime.messages.engine import Engine

log = logging.getLogger("engine.upkeep")

LOOK = 15.0
"""Seconds between two looks at what waits too long."""
HOUR = 3600.0

EVENTS = 30 * 86_400.0
"""Seconds for which an event is known by its id, and longer where the journal is kept longer."""
DIGESTS = 400 * 86_400.0
"""Seconds for which the digest of what was delivered is kept: what has not changed for so long is sent once more."""


class Upkeep:
    """Looks after the store until it is stopped; every engine on a store may."""

    def __init__(self, engine: Engine, store: Store, clock: Clock) -> None:
        self._engine = engine
        self._store = store
        self._clock = clock
        self._stopping = asyncio.Event()
        self._forgets_at = clock.now()

    async def run(self) -> None:
        """Look again and again, until `stop`."""
        while not self._stopping.is_set():
            try:
                await self.look()
            except Unreachable as error:
                log.warning("%s", error)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), LOOK)

    def stop(self) -> None:
        self._stopping.set()

    async def look(self) -> None:
        """Look once.

        Raises:
            Unreachable: the store is away.
        """
        now = self._clock.now()
        await self._tell_late(now)
        for live in self._engine.integrations.values():
            for flow in live.flows.values():
                await self._park_fragments(flow, now)
        if now >= self._forgets_at or now < self._forgets_at - HOUR:  # it is time, or the clock was set back
            self._forgets_at = now + HOUR
            await self._forget(now)

    async def _tell_late(self, now: float) -> None:
        """Tell of answers that have not come in time; each is told by one engine, once."""
        while found := await self._store.late(now):
            for late in found:
                live = self._engine.integrations.get(late.name.integration)
                if live is not None:
                    tell_late(self._engine, live, late, now)

    async def _park_fragments(self, flow: LiveFlow, now: float) -> None:
        hold = flow.flow.hold
        if hold is None or not hold.merge or hold.limit is None:
            return
        why = f"no {flow.flow.trigger.event} of this key came within {hold.limit:g} s"
        parked = await self._store.park_fragments(Abandoned(flow.name, now - hold.limit, now, why))
        if parked:
            log.warning("%s: %d parked: %s", flow.name, parked, why)

    async def _forget(self, now: float) -> None:
        """Forget, some at a time, so that others can write in between."""
        keeps = (live.log.keep for live in self._engine.integrations.values())
        asked = Forget(now - max(EVENTS, *keeps, 0.0), now - DIGESTS)
        while await self._store.forget(asked) and not self._stopping.is_set():
            await asyncio.sleep(0)
