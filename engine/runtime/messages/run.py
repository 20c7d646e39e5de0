"""Running one message: its steps in order, then its reply."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.calls import ABSENT, Call, Reply
from engine.errors import EngineError, Fault, MappingError, Refused, Violation
from engine.exchange import Trace
from engine.expression.compiled import Compiled
from engine.expression.operations import printed, truth
from engine.formats.json import dumps
from engine.functions.time import ZONE
from engine.plan import StepPlan
from engine.runtime.live.integration import LiveIntegration, LiveMessage
from engine.runtime.messages.deadline import Deadline
from engine.runtime.messages.results import Results

MAX_DEPTH = 8

Find = Callable[[str, str], tuple[LiveIntegration, LiveMessage]]


@dataclass(frozen=True)
class Outcome:
    """What a message came to.

    Attributes:
        reply: built and checked.
        failed: of a batch, the records that failed: `{index, error, temporary}`.
    """

    reply: Any
    failed: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """One attempt at one message.

    Attributes:
        find: a message by integration and name, for steps that call messages.
        exchange: `exchange` as expressions see it.
        within: the time the calling message has left; None for the outermost.
        results: of a delivery, what `once` calls gave in earlier attempts; None in real time.
        place: the steps on the way here, for a message that another one calls.
    """

    integration: LiveIntegration
    message: LiveMessage
    find: Find
    exchange: Mapping[str, Any]
    trace: Trace
    depth: int = 0
    within: Deadline | None = None
    results: Results | None = None
    place: str = ""

    async def outcome(self, value: Any) -> Outcome:
        """Run all steps and build the reply.

        Args:
            value: the input, already checked.

        Raises:
            EngineError: the first failure; steps with `always` have run.
        """
        scope: dict[str, Any] = {"settings": self.integration.public, "exchange": self.exchange, "input": value}
        deadline, failure = self._deadline(self.within), None
        for plan in self.message.plan.steps:
            name, result = plan.step.save, None
            if failure is None or plan.step.always:
                ends = deadline if failure is None else max(deadline, self._deadline(None), key=lambda end: end.at)
                try:
                    result = await self._step(plan, scope, ends)
                except EngineError as error:
                    if not plan.step.optional:
                        failure = failure or error
            if name:
                scope[name] = result
        if failure is not None:
            raise failure
        return self._finished(scope)

    def _deadline(self, within: Deadline | None) -> Deadline:
        limit = self.message.spec.timeout
        name = f"{self.integration.name}.{self.message.plan.name}"
        return Deadline.of(name, limit).or_sooner(within)

    def _finished(self, scope: dict[str, Any]) -> Outcome:
        plan = self.message.plan
        reply = self.fitting(plan.reply(scope) if plan.reply else None)
        failed = plan.failed(scope) if plan.failed else None
        self.trace.mark(250, reply)
        return Outcome(reply, failed if isinstance(failed, list) else [failed] if failed else [])

    def fitting(self, reply: Any) -> Any:
        """The reply itself, if it fits the output schema.

        Raises:
            MappingError: it does not.
        """
        plan = self.message.plan
        violations = plan.check_output(reply) if plan.check_output else ()
        if violations:
            raise MappingError(
                f"the reply of {self.integration.name}.{plan.name} does not fit its output schema: {listed(violations)}"
            )
        return reply

    # -- one step ------------------------------------------------------------------------------------------------

    async def _step(self, plan: StepPlan, scope: dict[str, Any], ends: Deadline) -> Any:
        if plan.when is not None and not truth(plan.when(scope)):
            return None
        if plan.kind == "value":
            assert plan.value is not None
            return plan.value(scope)
        if plan.kind == "refuse":
            assert plan.refuse is not None
            raise Refused(_words(plan.refuse(scope)), code="refused", temporary=plan.step.temporary)
        if plan.step.unless is not None and scope.get(plan.step.unless) is not None:
            return scope[plan.step.unless]
        before, self.trace.call = self.trace.call, plan.label
        try:
            if plan.each is None:
                return await self._called(plan, scope, ends)
            return [
                await self._called(plan, {**scope, plan.step.item: element, "number": number}, ends)
                for number, element in enumerate(_elements(plan.each, scope), 1)
            ]
        finally:
            self.trace.call = before

    async def _called(self, plan: StepPlan, scope: dict[str, Any], ends: Deadline) -> Any:
        """What a step's call gives; a `once` call that an earlier attempt of the delivery made is not made again."""
        if self.results is None or not plan.once:
            return await self._asked(plan, scope, ends)
        name = self._place(plan, scope)
        if self.results.known(name):
            return self.results.get(name)
        value = await self._asked(plan, scope, ends)
        await self.results.keep(name, value)
        return value

    async def _asked(self, plan: StepPlan, scope: dict[str, Any], ends: Deadline) -> Any:
        """Make a step's call, again while `repeat` says so, and give what its name stands for."""
        path, query, headers, body = plan.request(scope)
        answer: Callable[[], Awaitable[Reply]]
        if plan.kind == "message":
            self.trace.mark(150, body)
            place = self._place(plan, scope)
            answer = lambda: self._ask_message(plan, body, ends, place)  # noqa: E731
        else:
            sent = body if plan.has_body else ABSENT
            call = Call(plan.target[1], path, query, headers, sent, plan.step.timeout, self._repeats(plan))
            self.trace.mark(150, body if plan.has_body else query)
            answer = lambda: ends.keep(plan.label, lambda: self._ask_endpoint(plan, call), once=plan.once)  # noqa: E731
        reply = await (answer() if plan.until is None else self._repeated(plan, scope, answer, ends))
        value = self._value(plan, scope, reply)
        self.trace.mark(250, value)
        return value

    def _place(self, plan: StepPlan, scope: Mapping[str, Any]) -> str:
        """The place of a call in the whole: `2`, of an `each` `2.1`, inside another message `2/3.1`."""
        return f"{self.place}{plan.number}" + (f".{scope['number']}" if plan.each is not None else "")

    def _repeats(self, plan: StepPlan) -> bool:
        """Whether the endpoint's `retry` counts: under a flow a call that writes is repeated by its `delivery` only."""
        return self.results is None or plan.reads

    def _value(self, plan: StepPlan, scope: dict[str, Any], reply: Reply) -> Any:
        if plan.value is None:
            return reply.records if reply.records is not None else reply.body
        return plan.value({**scope, **_answered(reply)})

    async def _repeated(
        self, plan: StepPlan, scope: dict[str, Any], answer: Callable[[], Awaitable[Reply]], ends: Deadline
    ) -> Reply:
        repeat = plan.step.repeat
        assert repeat is not None
        assert plan.until is not None
        limit = _now() + repeat.limit
        while True:
            reply = await answer()
            if truth(plan.until({**scope, **_answered(reply)})):
                return reply
            if _now() + repeat.every > limit:
                raise Refused(
                    f"{plan.label} was not done within {repeat.limit:g} s", code="repeat-limit", temporary=True
                )
            await ends.keep(plan.label, lambda: asyncio.sleep(repeat.every), once=plan.once)

    # -- calls ---------------------------------------------------------------------------------------------------

    async def _ask_endpoint(self, plan: StepPlan, call: Call) -> Reply:
        session = self.integration.sessions[plan.target[0]]
        if not session.is_paged(call.endpoint):
            return await session.send(call, self.trace)
        records: list[Any] = []
        last: Reply | None = None
        async for page in session.pages(call, self.trace):
            records.extend(page.records or [])
            last = page
        assert last is not None
        return Reply(last.status, last.headers, last.body, records)

    async def _ask_message(self, plan: StepPlan, body: Any, ends: Deadline, place: str) -> Reply:
        """Run another message inside this one; its young replies count, its offline ones and its fallback do not.

        It ends by itself when our time is over, so that its `always` steps run.
        """
        if self.depth >= MAX_DEPTH:
            raise MappingError(f"messages call each other more than {MAX_DEPTH} deep")
        integration, message = self.find(*plan.target)
        violations = message.plan.check_input(body) if message.plan.check_input else ()
        if violations:
            raise MappingError(f"the body does not fit the input of {plan.label}: {listed(violations)}")
        limit = plan.step.timeout
        within = Deadline.of(plan.label, limit).or_sooner(ends) if limit else ends
        inner = replace(
            self, integration=integration, message=message, depth=self.depth + 1, within=within, place=f"{place}/"
        )
        zone = ZONE.set(integration.zone)
        try:
            return Reply(200, {}, await inner._as_step(plan.label, body), None)
        finally:
            ZONE.reset(zone)

    async def _as_step(self, label: str, value: Any) -> Any:
        """The reply to a message that calls this one."""
        cache = self.message.cache
        key = cache.key(cached_on(self, value)) if cache else b""
        kept = cache.young(key) if cache else None
        if kept is not None:
            return kept.reply
        outcome = await self.outcome(value)
        if outcome.failed:
            raise Refused(f"{label} failed in part: {dumps(outcome.failed).decode()[:500]}", code="partly")
        if cache is not None:
            cache.put(key, outcome.reply)
        return outcome.reply


def cached_on(run: Run, value: Any) -> Any:
    """What tells the kept replies of a message apart: `cache.key`, else the whole input."""
    key = run.message.plan.cache_key
    if key is None:
        return value
    return key({"settings": run.integration.public, "exchange": run.exchange, "input": value})


def listed(violations: tuple[Violation, ...]) -> str:
    return "; ".join(f"{violation.path} {violation.message}".strip() for violation in violations)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _words(value: Any) -> str:
    """The text of a `refuse`."""
    try:
        return printed(value)
    except Fault as fault:
        raise MappingError(f"`refuse` is no text: {fault.message}") from None


def _answered(reply: Reply) -> dict[str, Any]:
    return {"reply": reply.body, "records": reply.records, "status": reply.status, "headers": reply.headers}


def _elements(each: Compiled, scope: dict[str, Any]) -> list[Any]:
    found = each(scope)
    if found is None:
        return []
    if not isinstance(found, list):
        raise MappingError("`each` wants a list")
    return found
