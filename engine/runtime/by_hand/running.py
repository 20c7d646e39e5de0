"""Running one flow by hand: read it, and deliver what came of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from engine.delivery.clock import Clock
from engine.delivery.delivery import FlowName
from engine.delivery.store import Store
from engine.errors import Refused, Unreachable
from engine.runtime.connections.availability import Availability
from engine.runtime.delivering.needed import needed
from engine.runtime.delivering.straight import Straight
from engine.runtime.delivering.worker import Pace, Worker
from engine.runtime.intake.reading import Reading, Tally
from engine.runtime.messages.engine import Engine
from engine.runtime.records.pages import Range

PATIENCE = 30.0
"""Seconds that running attempts get to end when the work is stopped."""
_LOOK = 0.05
_COUNT = 0.5
"""Seconds between two countings of what is left; where counting takes long, so many times as long as that took: 20."""


@dataclass(frozen=True)
class Left:
    """How far the delivering of what is kept is.

    Attributes:
        done: of the most there were at a time.
        stuck: those that are parked.
    """

    done: int
    total: int
    stuck: int


@dataclass(frozen=True)
class Ran:
    """What a run by hand came to; it is done also where answers to what was sent are still to come.

    Attributes:
        read: None for a flow that begins with an event: then only what was there is delivered.
        open: how many deliveries of the flow are left, by state.
    """

    flow: FlowName
    read: Tally | None
    open: dict[str, int]

    @property
    def is_done(self) -> bool:
        return not self.open.keys() - {"sent"} and not self.aside

    @property
    def aside(self) -> Sequence[str]:
        """What is told of what could not be read as records."""
        return self.read.aside if self.read else ()

    @property
    def words(self) -> str:
        """What people are told."""
        read = self.read
        told = f"{self.flow}: "
        told += f"{read.read} read, {read.skipped} skipped, {read.accepted} to deliver; " if read else ""
        return "\n".join([told + self._left, *self.aside])

    @property
    def _left(self) -> str:
        if not self.open.keys() - {"sent"}:
            sent = self.open.get("sent")
            return "all delivered" if not sent else f"all sent, {sent} wait for an answer"
        left = ", ".join(f"{count} {state}" for state, count in self.open.items())
        return f"left: {left} (`engine parked` shows what is stuck)"


async def run_flow(
    engine: Engine,
    store: Store,
    integration: str,
    flow: str,
    range: Range | None = None,
    watch: Callable[[Tally], None] | None = None,
    watch_left: Callable[[Left], None] | None = None,
) -> Ran:
    """Read a flow to its end and make an attempt at everything that is due, unless its system is offline.

    Args:
        watch: hears now and then how far the reading is.
        watch_left: hears now and then how far the delivering of what is kept is.

    Raises:
        Refused: somebody else reads this flow now.
        EngineError: it could not be read to its end; what was read is safe.
    """
    clock, live = Clock(), engine.integrations[integration]
    found = live.flows[flow]
    count: Tally | None = None
    if found.reads:
        straight = Straight.of(engine, store, live, found)
        reading = Reading(engine, store, clock, live, found, range=range, straight=straight)
        async with _watching(reading.count, watch):
            is_read = await reading.run()
        if not is_read:
            until = f"if that was killed, this works within {reading.lease:.0f} s"
            raise Refused(f"{found.name} is read by another engine now; {until}", code="busy", temporary=True)
        count = reading.count
    needs = needed(engine, live, found)
    async with working(engine, store, clock, found.name, Pace()), _counting(store, found.name, watch_left):
        while await store.is_due(found.name, clock.now()) and not any(_is_shut(one) for one in needs):
            await asyncio.sleep(_LOOK)
    return Ran(found.name, count, await left_of(store, found.name))


def _is_shut(connection: Availability) -> bool:
    """Whether nothing goes there for now; where one call tries, what comes of it is waited for."""
    return bool(connection.closed_for) and not connection.is_trying


@asynccontextmanager
async def _watching(count: Tally, watch: Callable[[Tally], None] | None) -> AsyncIterator[None]:
    """Tell while something else runs."""

    async def tell() -> None:
        while watch is not None:
            await asyncio.sleep(_LOOK)
            watch(count)

    task = asyncio.create_task(tell())
    try:
        yield
    finally:
        task.cancel()


@asynccontextmanager
async def _counting(store: Store, name: FlowName, watch: Callable[[Left], None] | None) -> AsyncIterator[None]:
    """Tell what is left while something else works on it."""

    async def tell() -> None:
        total = 0
        while watch is not None:
            began = time.monotonic()
            with suppress(Unreachable):
                open_ = await left_of(store, name)
                total = max(total, sum(open_.values()))
                watch(Left(total - sum(open_.values()), total, open_.get("parked", 0)))
            await asyncio.sleep(max(_COUNT, 20 * (time.monotonic() - began)))

    task = asyncio.create_task(tell())
    try:
        yield
    finally:
        task.cancel()


async def left_of(store: Store, name: FlowName) -> dict[str, int]:
    """How many deliveries of a flow are open, by state."""
    return {one.state: one.count for one in await store.counts() if one.name == name}


@asynccontextmanager
async def working(
    engine: Engine, store: Store, clock: Clock, name: FlowName, pace: Pace
) -> AsyncIterator[asyncio.Task[None]]:
    """A worker for one flow, beside what is done inside; then what runs may end."""
    worker = Worker(engine, store, clock, pace, only=[name])
    task = asyncio.create_task(worker.run())
    try:
        yield task
    finally:
        await worker.stop(PATIENCE)
        await task
