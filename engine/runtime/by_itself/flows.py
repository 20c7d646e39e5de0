"""Everything that travels by itself in one process: events in, readings, deliveries."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from engine.delivery.clock import Clock
from engine.delivery.store import Store
from engine.runtime.by_itself.notifying import NOBODY, Notifier, Post
from engine.runtime.by_itself.schedule import Schedule
from engine.runtime.by_itself.upkeep import Upkeep
from engine.runtime.connections.outages import Outages
from engine.runtime.delivering.worker import Pace, Worker
from engine.runtime.intake.events import Intake
from engine.runtime.messages.engine import Engine


@dataclass(frozen=True)
class Duties:
    """What a process does of the engine's work.

    Attributes:
        api: answers messages and takes events in.
        work: reads and delivers.
        lease: seconds after which another engine takes over what this one had.
    """

    api: bool = True
    work: bool = True
    lease: float = 30.0


@dataclass(frozen=True)
class Flows:
    """The flows of an engine.

    Attributes:
        intake: where events come in.
    """

    engine: Engine
    store: Store
    clock: Clock
    intake: Intake
    worker: Worker
    schedule: Schedule
    upkeep: Upkeep
    outages: Outages
    notifier: Notifier
    duties: Duties

    @classmethod
    def of(cls, engine: Engine, store: Store, duties: Duties = Duties(), post: Post = NOBODY) -> Flows:
        clock = Clock()
        return cls(
            engine,
            store,
            clock,
            Intake(engine.integrations, store, clock),
            Worker(engine, store, clock, Pace(lease=duties.lease)),
            Schedule(engine, store, clock, duties.lease),
            Upkeep(engine, store, clock),
            Outages(engine.availabilities, store, clock),
            Notifier(engine, store, clock, post),
            duties,
        )

    async def run(self) -> None:
        """Share outages until `stop`; read and deliver too, if that is this process's duty."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.outages.run())
            if self.duties.work:
                group.create_task(self.worker.run())
                group.create_task(self.schedule.run())
                group.create_task(self.upkeep.run())
                group.create_task(self.notifier.run())

    async def stop(self, patience: float) -> None:
        """Take nothing more, give what runs some seconds, hand the rest back."""
        if self.duties.work:
            self.upkeep.stop()
            self.notifier.stop()
            await asyncio.gather(self.schedule.stop(patience), self.worker.stop(patience))
        self.outages.stop()
