"""The engine in one environment: integrations live, messages answered, exchanges recorded."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Self

from engine.errors import EngineError, InvalidInput, Refused, SettingMissing, Stopped, Unreachable
from engine.exchange import LOGGED, Exchange, Trace, new_id, now
from engine.functions.time import ZONE
from engine.plan import Plan
from engine.runtime.connections.availability import Availability
from engine.runtime.connections.outside import PRODUCTION, Outside
from engine.runtime.live.integration import LiveIntegration, LiveMessage, go_live, used_by
from engine.runtime.messages import recording
from engine.runtime.messages.answering import answered
from engine.runtime.messages.recording import Recorder, status
from engine.runtime.messages.results import Results
from engine.runtime.messages.run import Outcome, Run
from engine.runtime.messages.turns import Turns
from engine.settings import Sources

CLOSING = 10.0


@dataclass(frozen=True)
class Completed:
    """What the caller gets.

    Attributes:
        failed: of a batch, the records that failed.
        error: why there is no reply; None if there is one.
    """

    exchange: Exchange
    failed: list[Any] = field(default_factory=list)
    error: EngineError | None = None


class Engine:
    """Runs messages.

    Args:
        integrations: live, by name.
        recorder: gets every exchange.

    Attributes:
        unasked: answers that nothing waited for, by (integration, the flow that they were meant for).
    """

    def __init__(self, integrations: Mapping[str, LiveIntegration], recorder: Recorder) -> None:
        self.integrations = integrations
        self._recorder = recorder
        self._numbers = itertools.count(time.time_ns() // 1_000)
        self._turns = Turns()
        self.unasked: Counter[tuple[str, str]] = Counter()
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        for live in integrations.values():
            for availability in live.sessions.availabilities:
                availability.told = partial(self._record_outage, live, availability.asks)

    @classmethod
    def start(
        cls,
        plans: Mapping[str, Plan],
        sources: Sources,
        recorder: Recorder,
        outside: Outside = PRODUCTION,
    ) -> Self:
        """Give every plan its settings and open its connections; nothing is sent yet.

        Raises:
            SettingMissing: settings are missing or do not fit; those of all integrations are listed.
        """
        live: dict[str, LiveIntegration] = {}
        problems: list[str] = []
        for name, plan in plans.items():
            try:
                live[name] = go_live(plan, sources, outside)
            except SettingMissing as error:
                problems.extend(error.problems)
        if problems:
            raise SettingMissing(problems)
        for one in live.values():
            for used in used_by(one, live):
                one.redactor.include(used.redactor)
        return cls(live, recorder)

    @property
    def availabilities(self) -> list[Availability]:
        """Of all connections that may be found offline."""
        return [one for live in self.integrations.values() for one in live.sessions.availabilities]

    def redacted(self, text: str) -> str:
        """A text without the secrets of all integrations."""
        for live in self.integrations.values():
            text = live.redactor.text(text)
        return text

    def follow(self, other: Engine) -> None:
        """Take turns with another engine of this process: exchanges of one key run one after another in both. And count
        on where it stops."""
        self._turns = other._turns
        self.unasked = other.unasked

    def find(self, integration: str, message: str) -> tuple[LiveIntegration, LiveMessage]:
        """A live message.

        Raises:
            Refused: there is none of that name, or it is switched off.
        """
        live = self.integrations.get(integration)
        if live is None or message not in live.messages:
            raise Refused(f"there is no message {integration}.{message}", code="unknown-message")
        return live, live.messages[message]

    async def run(
        self, integration: str, message: str, value: Any, key: str = "", trace: Trace | None = None
    ) -> Completed:
        """One exchange.

        Args:
            value: the input.
            key: the caller's Idempotency-Key; exchanges that write and have the same one run one after another.
            trace: begun when the request was received.

        Raises:
            Refused: there is no such message.
        """
        live, found = self.find(integration, message)
        trace = trace or self.trace(live)
        if not trace.moments:
            trace.mark(100)
        self._running += 1
        self._idle.clear()
        try:
            return await self._exchange(live, found, value, key, trace)
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def message(
        self, target: tuple[str, str], value: Any, exchange: Mapping[str, Any], trace: Trace, results: Results | None
    ) -> Outcome:
        """Run a message for a flow: nothing kept is answered, and no fallback.

        Args:
            target: (integration, message).
            exchange: `exchange` as expressions see it.
            results: of the delivery, what its `once` calls gave before.

        Raises:
            EngineError: the first failure.
        """
        live, found = self.find(*target)
        violations = found.plan.check_input(value) if found.plan.check_input else ()
        if violations:
            raise InvalidInput(violations)
        trace.mark(120, value)
        zone = ZONE.set(live.zone)
        try:
            return await Run(live, found, self.find, exchange, trace, results=results).outcome(value)
        finally:
            ZONE.reset(zone)

    def record_attempt(
        self,
        live: LiveIntegration,
        about: Mapping[str, Any],
        flow: str,
        key: str,
        trace: Trace,
        error: EngineError | None,
    ) -> None:
        """Keep one attempt at a delivery; see `recording.attempt`."""
        self._keep(recording.attempt(live, about, flow, key, trace, error), live)

    def record_work(
        self, live: LiveIntegration, about: Mapping[str, Any], name: str, trace: Trace, error: EngineError | None
    ) -> None:
        """Keep one reading of a flow, or what a probe found; see `recording.work`."""
        self._keep(recording.work(live, about, name, trace, error), live)

    def record_answer(
        self, live: LiveIntegration, flow: str, id: str, key: str, by: str, error: EngineError | None
    ) -> None:
        """Keep an answer to what a flow has sent; see `recording.answer`."""
        self._keep(recording.answer(live, flow, id, key, by, error), live)

    def _record_outage(self, live: LiveIntegration, probe: str, error: Unreachable) -> None:
        """Keep that a connection is offline, as an exchange of its probe."""
        self.record_work(live, self.identity(""), probe, self.trace(live), error)

    def trace(self, live: LiveIntegration) -> Trace:
        """A trace for an exchange of an integration; it keeps payloads where `log.payloads` says so."""
        return Trace(payloads=live.log.payloads)

    async def aclose(self, patience: float = 30.0) -> None:
        """Wait for running exchanges, log off, close; each within bounds.

        Args:
            patience: seconds that running exchanges get.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._idle.wait()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSING):
                await asyncio.gather(*[live.sessions.aclose() for live in self.integrations.values()])

    def identity(self, key: str) -> dict[str, Any]:
        """`exchange` of a new exchange, as its expressions see it."""
        id = self.new_id()
        return {"id": id, "key": key or id, "number": next(self._numbers), "at": now(), "attempt": 1}

    def new_id(self) -> str:
        """The id of a new exchange."""
        return new_id()

    # -- one exchange --------------------------------------------------------------------------------------------

    async def _exchange(
        self, live: LiveIntegration, found: LiveMessage, value: Any, key: str, trace: Trace
    ) -> Completed:
        run = Run(live, found, self.find, self.identity(key), trace)
        ZONE.set(live.zone)
        LOGGED.set((run.exchange["id"], live.name, found.plan.name))
        outcome, answered_by = Outcome(None), "system"
        error: EngineError | None = None
        ended: BaseException | None = None
        try:
            if key and found.once:
                async with self._turns.take(f"{live.name}.{found.plan.name} {key}", found.spec.timeout):
                    outcome, answered_by = await answered(run, value)
            else:
                outcome, answered_by = await answered(run, value)
        except EngineError as failure:
            error = failure
        except BaseException as failure:  # cancelled, or a defect of ours: recorded, then raised again
            cancelled = isinstance(failure, asyncio.CancelledError)
            ended, error = (
                failure,
                Stopped("the engine stopped" if cancelled else f"a defect: {type(failure).__name__}"),
            )
        exchange = self._recorded(run, outcome.reply, answered_by, error)
        if ended is not None:
            raise ended
        return Completed(exchange, outcome.failed, error)

    def _recorded(self, run: Run, reply: Any, answered_by: str, error: EngineError | None) -> Exchange:
        """The exchange as it ended, handed to the recorder."""
        live, trace = run.integration, run.trace
        trace.call = ""
        trace.mark(280, reply)
        exchange = Exchange(
            id=run.exchange["id"],
            integration=live.name,
            message=run.message.plan.name,
            key=run.exchange["key"],
            at=run.exchange["at"],
            status=status(error),
            reply=reply,
            error=live.redactor.text(str(error)) if error else "",
            answered_by=answered_by,
            duration=trace.micros,
            moments=tuple(trace.moments),
            parent=trace.parent,
        )
        self._keep(exchange, live)
        return exchange

    def _keep(self, exchange: Exchange, live: LiveIntegration) -> None:
        self._recorder.record(exchange, live.redactor)
        recording.say(exchange)
