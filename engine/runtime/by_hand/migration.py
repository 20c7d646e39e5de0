"""The initial data migration: the flows of `migrate:` in order, each read and delivered before the next begins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from engine.delivery.clock import Clock
from engine.delivery.delivery import FlowName
from engine.delivery.migrating import Reached, Step
from engine.delivery.store import Store
from engine.runtime.by_hand.running import left_of, working
from engine.runtime.delivering.straight import Straight
from engine.runtime.delivering.worker import Pace
from engine.runtime.intake.reading import LEASE, Reading, Tally
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine

_SOONEST, _LATEST = 0.05, 1.0  # seconds between two looks at how far it has come


@dataclass(frozen=True)
class Headway:
    """How far a flow has come.

    Attributes:
        phase: `taken`: another run reads it, or one that was killed a moment ago; its lease is waited for.
        done: records read, or delivered.
        total: of them, where it is known.
        stuck: of the total, how many will not go by themselves.
    """

    flow: FlowName
    phase: Literal["taken", "reading", "delivering"]
    done: int = 0
    total: int | None = None
    stuck: int = 0


@dataclass(frozen=True)
class Migrated:
    """What became of a flow.

    Attributes:
        count: what this run read; None if an earlier run had read it.
        left: how many deliveries are open, by state.
        before: whether an earlier run had ended it.
    """

    flow: FlowName
    count: Tally | None = None
    left: Mapping[str, int] = field(default_factory=dict)
    before: bool = False

    @property
    def aside(self) -> Sequence[str]:
        """What is told of what could not be read as records."""
        return self.count.aside if self.count else ()


@dataclass(frozen=True)
class Migration:
    """The migration of one integration.

    Attributes:
        told: hears how far it has come, several times a second at first, then every second.
        lease: seconds after which what a killed run had is taken over.
    """

    engine: Engine
    store: Store
    clock: Clock
    live: LiveIntegration
    told: Callable[[Headway], None]
    lease: float = LEASE

    @property
    def flows(self) -> list[LiveFlow]:
        """Those that are switched on, in order."""
        return [self.live.flows[name] for name in self.live.plan.integration.migrate if name in self.live.flows]

    async def run(self) -> AsyncIterator[Migrated]:
        """Migrate; gives each flow as it ends. What an earlier run has done is not done again.

        Raises:
            EngineError: a flow could not be read to its end; what was read is safe, and those after it were not begun.
        """
        known = await self.store.migrated(self.live.name)
        for flow in self.flows:
            if known.get(flow.name.flow) == "ended":
                yield Migrated(flow.name, left=await left_of(self.store, flow.name), before=True)
                continue
            count: Tally | None = None
            if known.get(flow.name.flow) is None:
                count = await self._read(flow)
                await self._reached(flow, "read")
            await self._deliver(flow)
            await self._reached(flow, "ended")
            yield Migrated(flow.name, count, await left_of(self.store, flow.name))

    async def restart(self) -> None:
        """Forget what earlier runs have done, and how far they have read."""
        await self.store.restart([flow.name for flow in self.flows])

    async def _reached(self, flow: LiveFlow, step: Step) -> None:
        await self.store.reached(Reached(flow.name, step, self.clock.now()))

    async def _read(self, flow: LiveFlow) -> Tally:
        while True:
            count = Tally()
            reading = Reading(
                self.engine,
                self.store,
                self.clock,
                self.live,
                flow,
                count=count,
                lease=self.lease,
                straight=Straight.of(self.engine, self.store, self.live, flow),
            )
            async with watched(partial(self._tell_read, flow.name, count)):
                if await reading.run():
                    return count
            self.told(Headway(flow.name, "taken"))
            await asyncio.sleep(_LATEST)

    def _tell_read(self, name: FlowName, count: Tally) -> None:
        self.told(Headway(name, "reading", count.read))

    async def _deliver(self, flow: LiveFlow) -> None:
        """Work until nothing goes by itself any more: what failed is tried again at its time, and waited for."""
        total, look = 0, _SOONEST
        async with working(self.engine, self.store, self.clock, flow.name, Pace(lease=self.lease)) as worker:
            while not worker.done():
                left = await left_of(self.store, flow.name)
                going, still = left.get("ready", 0) + left.get("running", 0), sum(left.values())
                total = max(total, still)
                sent = left.get("sent", 0)
                stuck = still - going - sent - (left.get("waiting", 0) if going or sent else 0)
                self.told(Headway(flow.name, "delivering", total - still, total, stuck))
                if not going:
                    return
                await asyncio.sleep(look)
                look = min(look * 1.5, _LATEST)


@asynccontextmanager
async def watched(tell: Callable[[], None]) -> AsyncIterator[None]:
    """Tell again and again, and at the end."""

    async def again() -> None:
        look = _SOONEST
        while True:
            await asyncio.sleep(look)
            tell()
            look = min(look * 1.5, _LATEST)

    task = asyncio.create_task(again())
    try:
        yield
        tell()
    finally:
        task.cancel()
        await asyncio.wait([task])
