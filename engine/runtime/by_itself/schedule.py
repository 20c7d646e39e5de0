"""When flows read: every so often, at times of day, or after another flow."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.delivery.clock import Clock
from engine.delivery.delivery import FlowName
from engine.delivery.reading import NextReading
from engine.delivery.store import Store
from engine.errors import EngineError
from engine.exchange import LOGGED
from engine.parts.times import times
from engine.runtime.delivering.straight import Straight
from engine.runtime.intake.reading import LEASE, Reading
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine
from engine.spec.flows import Trigger

log = logging.getLogger("engine.schedule")

LOOK = 5.0
"""Seconds after which a plan is looked at again: another engine may have read meanwhile, or the clock was set."""
MOST_JITTER = 5.0


class Schedule:
    """Reads an engine's flows when it is time, until it is stopped.

    Args:
        lease: seconds after which another engine may read a flow that this one was reading, if it dies.
    """

    def __init__(self, engine: Engine, store: Store, clock: Clock, lease: float = LEASE) -> None:
        self._engine = engine
        self._store = store
        self._clock = clock
        self._lease = lease
        self._stopping = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Read until `stop`."""
        timed = [
            (live, flow)
            for live in self._engine.integrations.values()
            for flow in live.flows.values()
            if flow.flow.trigger.every or flow.flow.trigger.cron
        ]
        async with asyncio.TaskGroup() as group:
            for live, flow in timed:
                self._running.add(group.create_task(self._keep(live, flow)))

    async def stop(self, patience: float) -> None:
        """Begin no more; give running readings some seconds. What they have read is safe, they go on from there."""
        self._stopping.set()
        if self._running:
            await asyncio.wait(self._running, timeout=patience)
        for task in self._running:
            task.cancel()

    async def _keep(self, live: LiveIntegration, flow: LiveFlow) -> None:
        """One flow, again and again."""
        while not self._stopping.is_set():
            try:
                wait = await self._turn(live, flow)
            except EngineError as error:
                log.warning("%s: %s", flow.name, live.redactor.text(str(error)))
                wait = LOOK
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait)

    async def _turn(self, live: LiveIntegration, flow: LiveFlow) -> float:
        """Read if it is time; gives the seconds until the next look."""
        LOGGED.set(None)
        now, trigger = self._clock.now(), flow.flow.trigger
        due = (await self._store.position(flow.name)).due
        soonest = now if trigger.every else next_due(trigger, flow.name, now, live.zone)
        if due is None or due > next_due(trigger, flow.name, now, live.zone) + MOST_JITTER:  # never planned; clock set
            await self._store.plan(NextReading(flow.name, soonest, due))
            due = soonest
        if due > now:
            return min(due - now, LOOK)
        await self._read(live, flow)
        return 0.0 if self._clock.now() - now < LOOK else 0.01

    async def _read(self, live: LiveIntegration, flow: LiveFlow) -> None:
        """One reading, and those that come after it."""
        planned = next_due(flow.flow.trigger, flow.name, self._clock.now(), live.zone)
        if await self._reading(live, flow, scheduled=True).run(planned):
            await self.follow(live, flow)

    async def follow(self, live: LiveIntegration, flow: LiveFlow) -> None:
        """Read what comes after a flow that has read all there was."""
        for other in live.flows.values():
            if other.flow.trigger.after == flow.name.flow:
                await self._reading(live, other).run()
                await self.follow(live, other)

    def _reading(self, live: LiveIntegration, flow: LiveFlow, scheduled: bool = False) -> Reading:
        return Reading(
            self._engine,
            self._store,
            self._clock,
            live,
            flow,
            scheduled=scheduled,
            lease=self._lease,
            straight=Straight.of(self._engine, self._store, live, flow),
        )


def next_due(trigger: Trigger, name: FlowName, now: float, zone: str) -> float:
    """When a flow reads next: the first of its times after now (seconds since 1970).

    The times of `every` do not depend on when somebody looks, so they do not drift; each flow has its own place between
    them, so that not all begin at once.
    """
    if trigger.cron:
        local = datetime.fromtimestamp(now, UTC).astimezone(ZoneInfo(trigger.zone or zone))
        return next(times(trigger.cron, local)).timestamp()
    period = float(trigger.every or 60.0)
    offset = _place(name) * min(period / 10, MOST_JITTER)
    return ((now - offset) // period + 1) * period + offset


def _place(name: FlowName) -> float:
    """From 0 to 1, always the same for a flow."""
    return int.from_bytes(hashlib.blake2b(str(name).encode(), digest_size=4).digest(), "big") / 2**32
