"""Running one example of a flow: intake, reading and attempts of production, over a store in memory.

First the records are taken in: the event is posted, the flow is read to its end, or one record is put in. Then attempts
are made, one after another, at everything that is due. The clock stands; it moves to the next attempt, or the next look
at a record that is held, only while the example lists calls for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine.delivery.accepting import Batch
from engine.delivery.claiming import Claim
from engine.delivery.clock import Clock
from engine.delivery.delivery import Delivery
from engine.delivery.listening import Listener
from engine.delivery.operating import Filter
from engine.delivery.store import IN_MEMORY, Store
from engine.delivery.writer import Writer
from engine.errors import EngineError, MappingError
from engine.examples.judge_flow import WORST, FlowEnding, Sent
from engine.examples.observe import Seen
from engine.examples.play import Theatre
from engine.examples.rehearsal import AT, Cast, FlowRehearsal, Watch, moment
from engine.examples.script import Unexpected
from engine.examples.suite import FlowCase
from engine.exchange import Outcome, timestamp
from engine.expression.expressions import Expression
from engine.functions.time import ZONE
from engine.runtime.delivering.attempt import Attempt
from engine.runtime.delivering.lane import batches
from engine.runtime.delivering.worker import Pace
from engine.runtime.intake.events import Intake, Posted
from engine.runtime.intake.reading import Reading
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.spec.flows import Flow
from engine.store_database import durable

OWNER = "example"
NAMED = "example"
"""The Idempotency-Key where an event must have an id, and the example gives none."""

MOST = 200
"""Times that the clock is moved, at most."""

Argument = TypeVar("Argument")
Result = TypeVar("Result")


class AtOnce(Writer):
    """Writes while it is asked, in no thread: a clock that jumps when everybody waits never jumps over a change."""

    async def write(self, change: Callable[[Any, list[Argument]], Sequence[Result]], argument: Argument) -> Result:
        with self._engine.begin() as connection:
            return change(connection, [argument])[0]


async def ending(theatre: Theatre, case: FlowCase) -> FlowEnding:
    """How an example of a flow ends.

    Raises:
        SettingMissing: its settings do not fit.
        EngineError: it cannot be run.
    """
    script, watch = theatre.script(case), Watch()
    engine = theatre.opened(FlowRehearsal, case, script, watch)
    name = theatre.subject.plan.name
    uses = {used: local for local, used in theatre.subject.integration.uses.items()}
    engine.cast = Cast((name, case.name), f"{name}_itself", uses, script, watch)
    live = engine.integrations[name]
    database = durable(IN_MEMORY)
    writer = AtOnce(database)
    writer.prepare()
    store = Store(writer, Listener(database))
    zone = ZONE.set(live.zone)
    try:
        if case.name not in live.flows:
            raise MappingError("the flow is switched off; give the setting of its `enabled` under `settings`")
        flow = live.flows[case.name]
        stage = _Stage(engine, store, live, flow, moment(case.example.at or AT).timestamp())
        spec = theatre.subject.integration.flows[case.name]
        return await stage.run(case, _Notes(spec, theatre.seen))
    finally:
        ZONE.reset(zone)
        store.close()
        await engine.aclose(0)


@dataclass(frozen=True)
class _Notes:
    """Notes, for coverage, what no compiled mapping does."""

    flow: Flow
    seen: Seen | None

    def changed(self, at: str) -> None:
        """An attempt that came past `changed`, or ended there."""
        if self.seen is not None and self.flow.changed and at in ("changed", "send"):
            self.seen.decided.add((id(self.flow.changed), at == "send"))


@dataclass
class _Stage:
    """One example of a flow while it runs.

    Attributes:
        at: what its clock says, in seconds since 1970.
        outcomes: what became of each record, by the id of its exchange.
        sent: the messages that were sent.
        deciders: what decided that a record is skipped, held, unchanged.
    """

    engine: FlowRehearsal
    store: Store
    live: LiveIntegration
    flow: LiveFlow
    at: float
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    deciders: dict[Outcome, Expression | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = Clock(lambda: self.at, lambda: self.at)

    async def run(self, case: FlowCase, notes: _Notes) -> FlowEnding:
        script = self.engine.cast.script
        early: EngineError | None = None
        try:
            try:
                await self._begin(case)
            except EngineError as error:
                early = error
            await self._deliver(notes)
        except Unexpected:
            return FlowEnding(script, is_broken_off=True)
        opened = await self.store.found(Filter(flow=self.flow.name.flow))
        stuck = [one for one in opened if one.state == "parked" or (one.state == "ready" and one.error)]
        self.outcomes |= {one.id: "parked" for one in stuck if one.id not in self.outcomes}
        outcome: Outcome = max(self.outcomes.values(), key=WORST.index, default="done")
        return FlowEnding(
            script,
            outcome=outcome,
            decider=self.deciders.get(outcome),
            sent=tuple(self.sent),
            failed=[{"key": one.key, "error": one.error} for one in stuck],
            error=early or self._late(stuck),
            is_early=early is not None,
            cursor=(await self.store.position(self.flow.name)).cursor,
        )

    def _late(self, stuck: Sequence[Delivery]) -> EngineError | None:
        """Why the last record failed; what could not be judged when it was read has left only its words."""
        if any(outcome in ("again", "parked", "discarded") for outcome in self.outcomes.values()):
            return self.engine.error or MappingError(stuck[-1].error)
        return None

    # -- taking in -------------------------------------------------------------------------------------------------

    async def _begin(self, case: FlowCase) -> None:
        example, event = case.example, self.flow.flow.trigger.event
        if event is not None:
            await self._post(event, case)
        elif "record" in example.model_fields_set:
            await self._put(example.record)
        else:
            if example.cursor is not None:
                await self.store.reset(self.flow.name, example.cursor)
            reading = self._reading()
            try:
                await reading.run()
            finally:
                self._skipped(reading.count.skipped, self.flow.flow.when)

    async def _post(self, event: str, case: FlowCase) -> None:
        intake = Intake(self.engine.integrations, self.store, self.clock, self.engine.new_id)
        headers = {name.lower().replace("-", "_"): value for name, value in (case.example.headers or {}).items()}
        named = "" if self.live.events[event].id is None else NAMED
        post = Posted(case.example.event, headers.get("idempotency_key", named))
        (taken,) = await intake.take(self.live.name, event, [post], headers)
        self._skipped(int(taken.ignored), self.live.events[event].event.when)

    async def _put(self, record: Any) -> None:
        id = self.engine.new_id()
        about = {"id": id, "key": id, "number": 0, "at": timestamp(self.at), "attempt": 1}
        new = self._reading().delivery(record, about)
        if new is None:
            self._skipped(1, self.flow.flow.when)
        else:
            await self.store.accept(Batch([new], self.at))

    def _reading(self) -> Reading:
        return Reading(self.engine, self.store, self.clock, self.live, self.flow)

    def _skipped(self, count: int, decider: Expression | None) -> None:
        self.outcomes |= {f"skipped {number}": "skipped" for number in range(count)}
        self.deciders["skipped"] = decider

    # -- attempts --------------------------------------------------------------------------------------------------

    async def _deliver(self, notes: _Notes) -> None:
        limit = Pace().side_by_side * self.flow.batch
        for _ in range(MOST):
            claim = Claim(self.flow.name, OWNER, limit, self.at, self.at + Pace().lease)
            claimed = await self.store.claim(claim)
            for group in batches(claimed.deliveries, self.flow.batch):
                await self._attempt(group, notes)
            if not claimed.deliveries:
                if claimed.next_due is None or not self._goes_on():
                    return
                self.at = claimed.next_due

    def _goes_on(self) -> bool:
        """Whether there are calls left, and another look or attempt may make them."""
        looks = "held" in self.outcomes.values() and self.flow.plan.refresh is not None
        return bool(self.engine.cast.script.left) and ("again" in self.outcomes.values() or looks)

    async def _attempt(self, group: Sequence[Delivery], notes: _Notes) -> None:
        before = len(self.engine.sent)
        attempt = Attempt(self.engine, self.store, self.clock, OWNER, self.live, self.flow)
        endings = await attempt.make(group)
        await attempt.end(endings)
        for one in endings:
            self.outcomes[one.delivery.id] = one.outcome
            self.deciders[one.outcome] = self._decider(one.at)
            notes.changed(one.at)
        for value in self.engine.sent[before:]:
            self.sent.append(Sent([one.delivery.key for one in endings if one.at == "send"], value))

    def _decider(self, stage: str) -> Expression | None:
        """What ends an attempt at a stage before anything is sent."""
        flow = self.flow.flow
        if stage == "hold":
            return flow.hold.until if flow.hold else None
        return {"when": flow.when, "changed": next(iter(flow.changed), None)}.get(stage)
