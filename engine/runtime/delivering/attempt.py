"""One attempt: a delivery, or a batch of them, on the way from record to message, and what becomes of each."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from engine.delivery.clock import Clock
from engine.delivery.confirming import GIVEN, OfRecord
from engine.delivery.decision import Discard, Retry, decide
from engine.delivery.delivery import Delivery
from engine.delivery.ending import Ending, Result, Stage
from engine.delivery.store import Store
from engine.errors import EngineError
from engine.exchange import Trace, timestamp
from engine.expression.operations import truth
from engine.runtime.delivering.confirming import answers, tell
from engine.runtime.delivering.kept import kept
from engine.runtime.delivering.sending import deliver, digest_of
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine
from engine.runtime.messages.results import NOTHING_KEPT
from engine.runtime.records.reader import read_one, with_details
from engine.runtime.records.rows import SENT, Rows, told

_chance = random.Random()


@dataclass(frozen=True)
class Attempt:
    """One attempt at the deliveries of a flow.

    Attributes:
        owner: the engine that claimed them.
        again: seconds until it is tried again to keep an outcome when the store is away.
    """

    engine: Engine
    store: Store
    clock: Clock
    owner: str
    live: LiveIntegration
    flow: LiveFlow
    again: float = 1.0

    async def make(self, deliveries: Sequence[Delivery]) -> list[Ending]:
        """Bring deliveries to their target; gives what became of each, for `end` to keep."""
        found = [await self._judged(delivery) for delivery in deliveries]
        endings = [one for one in found if isinstance(one, Ending)]
        ready: list[_Ready] = []
        wanted = [one for one in found if isinstance(one, _Ready)]
        known = await self._delivered([one.delivery.key for one in wanted if one.digest is not None])
        for one in wanted:
            if one.digest is not None and one.digest == known.get(one.delivery.key):
                endings.append(self._ending(one.delivery, "gone", at="changed"))
            else:
                ready.append(one)
        if ready:
            endings += await self._sent(ready)
        rows = Rows.of(self.live, self.flow)
        return endings if rows is None else await self._written_back(rows, endings)

    async def end(self, endings: Sequence[Ending]) -> None:
        """Keep what became of deliveries."""
        await kept(partial(self.store.end, endings), self.again)

    async def _written_back(self, rows: Rows, endings: Sequence[Ending]) -> list[Ending]:
        """Say in the rows of deliveries what became of them, before they end here: what is written twice is the same.

        If a row cannot be written, its delivery goes on later; what was sent is not sent again for that.
        """
        final = [one for one in endings if one.state in ("gone", "sent", "parked")]
        trace = self.engine.trace(self.live)
        scopes = {one.delivery.sequence: self._scope(one.delivery) for one in final}
        done = [{**scopes[one.delivery.sequence], "reply": one.reply} for one in final if not one.error]
        failed = [{**scopes[one.delivery.sequence], "error": told(one.cause, one.error)} for one in final if one.error]
        try:
            await rows.done(done, trace)
            await rows.failed(failed, trace)
        except EngineError as error:
            again = [await self._unwritten(one, error, trace) for one in final]
            return [*again, *(one for one in endings if one not in final)]
        return list(endings)

    async def _unwritten(self, ending: Ending, error: EngineError, trace: Trace) -> Ending:
        """A delivery whose row could not be written: put back, with what was sent."""
        self._recorded(self._scope(ending.delivery)["exchange"], ending.delivery.key, trace, error)
        if not ending.error:
            result = Result(ending.delivery.sequence, self.owner, SENT, ending.reply)
            await kept(partial(self.store.keep_result, result), self.again)
        due = self.clock.now() + self.flow.policy.backoff.first
        text = self.live.redactor.text(str(error))
        return self._ending(ending.delivery, "ready", due=due, spent=False, error=text)

    # -- before sending --------------------------------------------------------------------------------------------

    async def _judged(self, delivery: Delivery) -> _Ready | Ending:
        """A record that may go, or what becomes of one that may not: skipped, held, or it cannot be told."""
        trace = self.engine.trace(self.live)
        try:
            return await self._prepared(delivery, trace)
        except EngineError as error:
            self._recorded(self._scope(delivery)["exchange"], delivery.key, trace, error)
            return self._failed(delivery, error, "read", alone=True)

    async def _prepared(self, delivery: Delivery, trace: Trace) -> _Ready | Ending:
        plan, scope = self.flow.plan, self._scope(delivery)
        trace.mark(100, delivery.payload)
        record = await self._record(delivery, scope, trace)
        scope["record"] = record
        await self._answer_others(delivery, scope)
        if plan.when is not None and not truth(plan.when(scope)):
            return self._ending(delivery, "gone", at="when")
        if plan.until is not None:
            held = await self._held(delivery, scope, trace)
            if held is not None:
                return held
        digest = digest_of(plan.changed(scope)) if plan.changed is not None else None
        return _Ready(delivery, scope, digest, trace)

    async def _answer_others(self, delivery: Delivery, scope: Mapping[str, Any]) -> None:
        """Give what the record of an event answers; what is read has answered when it was read."""
        if self.flow.reads or GIVEN in delivery.results:
            return
        given = list(answers(self.live, self.flow, scope, self.clock.now()))
        if given:
            record = OfRecord(delivery.sequence, self.owner, given)
            told = await kept(partial(self.store.answer, record), self.again)
            tell(self.engine, self.live, self.flow.name.flow, told)

    async def _delivered(self, keys: Sequence[str]) -> Mapping[str, str]:
        """The digests of what was delivered last of these keys."""
        return await kept(partial(self.store.delivered, self.flow.name, keys), self.again) if keys else {}

    def _scope(self, delivery: Delivery) -> dict[str, Any]:
        about = {
            "id": delivery.id,
            "key": delivery.exchange_key,
            "number": delivery.sequence,
            "at": timestamp(delivery.created),
            "attempt": delivery.attempts,
        }
        return {"settings": self.live.public, "exchange": about, **delivery.payload}

    async def _record(self, delivery: Delivery, scope: dict[str, Any], trace: Trace) -> Any:
        """The record: as it was read, as the event brought it, or as it is fetched now."""
        if "record" in delivery.payload:
            return delivery.payload["record"]
        if self.flow.plan.read is None:
            return delivery.payload["event"]
        record = await read_one(self.engine, self.live, self.flow.plan.read, scope, trace)
        (whole,) = await with_details(self.engine, self.live, self.flow.plan.details, [record], scope, trace)
        return whole

    async def _held(self, delivery: Delivery, scope: dict[str, Any], trace: Trace) -> Ending | None:
        """How a record is held that may not go yet; None: it may."""
        plan, hold = self.flow.plan, self.flow.flow.hold
        assert plan.until is not None
        assert hold is not None
        if plan.refresh is not None:
            outcome = await self.engine.message(plan.refresh, scope["record"], scope["exchange"], trace, None)
            scope["record"] = outcome.reply
        if truth(plan.until(scope)):
            return None
        now = self.clock.now()
        if hold.limit is not None and now >= delivery.created + hold.limit:
            why = f"it waited {hold.limit:g} s and may still not go"
            return self._ending(delivery, "parked", at="hold", error=why)
        return self._ending(delivery, "held", at="hold", due=now + hold.every, spent=False)

    # -- sending ---------------------------------------------------------------------------------------------------

    async def _sent(self, ready: list[_Ready]) -> list[Ending]:
        """Send one message with all these records; gives what became of each."""
        first, alone = ready[0], len(ready) == 1
        scope = {**first.scope} if alone else {**first.scope, "exchange": self._of_batch(first)}
        if self.flow.flow.batch is not None:
            scope["records"] = [one.scope["record"] for one in ready]
        trace = first.trace if alone else self.engine.trace(self.live)
        if alone and SENT in first.delivery.results:
            return [self._gone(first, first.delivery.results[SENT])]
        results = _Results(self.store, first.delivery, self.owner, self.again) if alone else NOTHING_KEPT
        sent = await deliver(self.engine, self.flow, scope, trace, results)
        self._recorded(scope["exchange"], first.delivery.key if alone else "", trace, sent.why)
        return [
            self._gone(one, sent.reply)
            if (why := sent.of(index)) is None
            else self._failed(one.delivery, why, "send", alone=alone)
            for index, one in enumerate(ready)
        ]

    def _gone(self, ready: _Ready, reply: Any) -> Ending:
        """What was taken is done, or waits until another flow's record says so."""
        confirm = self.flow.flow.confirm
        if confirm is None:
            return self._ending(ready.delivery, "gone", digest=ready.digest, reply=reply)
        due = self.clock.now() + confirm.within
        return self._ending(ready.delivery, "sent", digest=ready.digest, due=due, reply=reply)

    def _of_batch(self, first: _Ready) -> dict[str, Any]:
        """`exchange` of a batch: it is made up anew at every attempt, so it has an id of its own."""
        id = self.engine.new_id()
        return {**first.scope["exchange"], "id": id, "key": id}

    # -- endings ---------------------------------------------------------------------------------------------------

    def _recorded(self, about: Mapping[str, Any], key: str, trace: Trace, error: EngineError | None) -> None:
        began = timestamp(self.clock.now() - trace.micros / 1_000_000)
        self.engine.record_attempt(self.live, {**about, "at": began}, self.flow.name.flow, key, trace, error)

    def _failed(self, delivery: Delivery, error: EngineError, at: Stage, *, alone: bool) -> Ending:
        """Put back, park or drop a delivery. What failed among others goes on alone before anything is said of it."""
        text, now = self.live.redactor.text(str(error)), self.clock.now()
        decision = decide(self.flow.policy, error, delivery.attempts, now, _chance.random())
        if not alone and not isinstance(decision, Retry):
            decision = Retry(now)
        if isinstance(decision, Retry):
            return self._ending(delivery, "ready", at=at, due=decision.at, spent=decision.spent, error=text)
        state = "gone" if isinstance(decision, Discard) else "parked"
        return self._ending(delivery, state, at=at, error=text, cause=error)

    def _ending(self, delivery: Delivery, state: Any, **more: Any) -> Ending:
        return Ending(delivery, self.owner, state, self.clock.now(), **more)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A record that may go.

    Attributes:
        scope: the names that the flow's expressions see.
        digest: of what `changed` watches.
    """

    delivery: Delivery
    scope: dict[str, Any] = field(repr=False)
    digest: str | None
    trace: Trace


@dataclass(frozen=True)
class _Results:
    """The results of `once` calls, kept in the store with the delivery."""

    store: Store
    delivery: Delivery
    owner: str
    again: float

    def known(self, call: str) -> bool:
        return call in self.delivery.results

    def get(self, call: str) -> Any:
        return self.delivery.results[call]

    async def keep(self, call: str, value: Any) -> None:
        result = Result(self.delivery.sequence, self.owner, call, value)
        await kept(partial(self.store.keep_result, result), self.again)
