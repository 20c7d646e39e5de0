"""Everything that travels by itself in one process: events in, readings, deliveries."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from engine.delivery.store import Store
from engine.runtime.clock import Clock
from engine.runtime.engine import Engine
from engine.runtime.intake import Intake
from engine.runtime.schedule import Schedule
from engine.runtime.worker import Worker


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

    @classmethod
    def of(cls, engine: Engine, store: Store) -> Flows:
        clock = Clock()
        return cls(
            engine,
            store,
            clock,
            Intake(engine.integrations, store, clock),
            Worker(engine, store, clock),
            Schedule(engine, store, clock),
        )

    async def run(self) -> None:
        """Read and deliver until `stop`."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.worker.run())
            group.create_task(self.schedule.run())

    async def stop(self, patience: float) -> None:
        """Take nothing more, give what runs some seconds, hand the rest back."""
        await asyncio.gather(self.schedule.stop(patience), self.worker.stop(patience))
