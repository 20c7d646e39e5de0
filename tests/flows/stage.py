"""An engine with flows on a stage: a system behind it, a store in memory, a clock that stands until it is moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.delivery.claiming import Claim
from engine.delivery.clock import Clock
from engine.delivery.delivery import Delivery
from engine.delivery.operating import Filter
from engine.delivery.store import Store
from engine.exchange import new_id
from engine.runtime.delivering.attempt import Attempt
from engine.runtime.intake.events import Intake, Posted, Taken
from engine.runtime.intake.reading import Reading
from engine.runtime.records.pages import Range
from tests.runtime.stage import Stage, acme, staged

BEGIN = 1_764_000_000.0
US = "engine 1"


@dataclass
class Hands:
    """The hands of a clock."""

    at: float = BEGIN

    def __call__(self) -> float:
        return self.at


@dataclass
class FlowStage:
    """A stage whose flows run when told to."""

    stage: Stage
    store: Store
    hands: Hands = field(default_factory=Hands)

    def __post_init__(self) -> None:
        self.engine = self.stage.engine
        self.erp = self.stage.erp
        self.clock = Clock(self.hands, self.hands)
        self.live = self.engine.integrations["acme"]
        self.intake = Intake(self.engine.integrations, self.store, self.clock)

    async def post(self, event: str, body: Any, key: str = "", **headers: str) -> Taken:
        (taken,) = await self.intake.take("acme", event, [Posted(body, key or new_id())], headers)
        return taken

    async def read(self, flow: str, range: Range | None = None) -> Reading:
        reading = Reading(self.engine, self.store, self.clock, self.live, self.live.flows[flow], range=range)
        assert await reading.run()
        return reading

    async def work(self, seconds: float = 0.0) -> int:
        """Move the clock, then make attempts until nothing is due; gives how many."""
        self.hands.at += seconds
        made = 0
        while True:
            before = made
            for flow in self.live.flows.values():
                now = self.clock.now()
                claimed = await self.store.claim(Claim(flow.name, US, 10 * flow.batch, now, now + 30))
                attempt = Attempt(self.engine, self.store, self.clock, US, self.live, flow)
                for group in grouped(claimed.deliveries, flow.batch):
                    made += 1
                    await attempt.end(await attempt.make(group))
            if made == before:
                return made

    async def open(self, **filter: Any) -> Sequence[Delivery]:
        return await self.store.found(Filter(**filter))

    async def states(self) -> list[tuple[str, str, str]]:
        """Key, state and error of everything open."""
        return [(one.key, one.state, one.error) for one in await self.open()]


def grouped(deliveries: Sequence[Delivery], size: int) -> list[Sequence[Delivery]]:
    from engine.runtime.delivering.lane import batches

    return list(batches(deliveries, size))


def flow_stage(folder: Path, store: Store, messages: str, flows: str, *others: str, **given: str) -> FlowStage:
    settings: Mapping[str, str] = {f"acme.{name}": value for name, value in given.items()}
    return FlowStage(staged(folder, acme(messages) + flows, *others, given=settings), store)
