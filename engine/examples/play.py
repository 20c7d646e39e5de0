"""Running one example: the engine of production, with what the example says behind it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx

from engine.errors import EngineError, SettingMissing
from engine.examples.answers import Answer, by_themselves, token_reply
from engine.examples.judge import Ending, judge
from engine.examples.observe import ObservingWriter, Seen, observed
from engine.examples.others import stand_in
from engine.examples.results import Problem, Result
from engine.examples.script import BadReply, Label, Script, Unexpected
from engine.examples.stand_ins import sources
from engine.examples.suite import Case, Subject
from engine.examples.wire import Wire, wires
from engine.exchange import Exchange, Trace
from engine.parts.policies import Tls
from engine.plan import MessagePlan, Plan, compile_plan
from engine.redaction import Redactor
from engine.runtime.engine import Engine

AT = "2026-01-01T00:00:00Z"
ID = "example-exchange-0000001"
NUMBER = 1


class Rehearsal(Engine):
    """The engine of production; its exchanges are the same at each run."""

    at = AT

    def identity(self, key: str) -> dict[str, Any]:
        return {"id": ID, "key": key or ID, "number": NUMBER, "at": _moment(self.at), "attempt": 1}


class Unrecorded:
    """Keeps no exchange."""

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        return None


class Watch(Trace):
    """A trace that tells which call a request belongs to, and which step makes it."""

    __slots__ = ("asked", "step")

    def __init__(self) -> None:
        super().__init__(payloads=False)
        self.asked = ""
        self.step: Label | None = None

    def mark(self, point: int, payload: Any = None) -> None:
        super().mark(point, payload)
        if point == 150 and isinstance(self.call, Label):
            self.step = self.call
        elif point == 180:
            self.asked = self.call

    def taken(self) -> str:
        """The call of the request that is sent now; empty for one that no exchange makes (a log-off)."""
        asked, self.asked = self.asked, ""
        return asked


class Canned(httpx.AsyncBaseTransport):
    """Stands in the place of a connection's transport.

    Args:
        owner: the local name of the used integration it stands for; empty: it is a connection of the file.
    """

    def __init__(self, owner: str, script: Script, watch: Watch) -> None:
        self._owner = owner
        self._script = script
        self._watch = watch

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = self._watch.taken()
        if not asked:
            return httpx.Response(200, stream=httpx.ByteStream(b""))
        name = f"{self._owner}.{asked.partition('.')[2]}" if self._owner else str(asked)
        if name not in self._script.wires:  # the token of OAuth 2 has no endpoint
            return httpx.Response(200, json=token_reply(request).body)
        return await self._script.answer(name, self._watch.step, request)


@dataclass(frozen=True)
class Theatre:
    """Everything about one file that its examples share.

    Attributes:
        plans: its own plan and stand-ins for the integrations it uses, by name.
        wires: how each call looks on the wire.
        alone: what answers by itself.
    """

    subject: Subject
    plans: Mapping[str, Plan]
    wires: Mapping[str, Wire]
    alone: Mapping[str, Answer]

    @classmethod
    def of(cls, subject: Subject, seen: Seen | None = None) -> Theatre:
        """The stage for the examples of a file.

        Args:
            seen: notes what they exercise, if it is wanted.
        """
        others = {name: stand_in(used) for name, used in subject.others.items()}
        own = subject.plan.integration
        known = wires(own)
        for local, used in own.uses.items():
            inner = wires(others[used].integration) if used in others else {}
            known |= {f"{local}.{name.partition('.')[2]}": wire for name, wire in inner.items()}
        return cls(subject, {subject.plan.name: _staged(subject.plan, seen), **others}, known, by_themselves(own))

    async def play(self, case: Case) -> Result:
        """Run one example and judge it."""
        began = time.perf_counter_ns()
        problems = await self._problems(case)
        micros = (time.perf_counter_ns() - began) // 1000
        mark = self.subject.mark(*case.path)
        return Result(self.subject.plan.name, case.message, case.example.title, mark, tuple(problems), micros)

    async def ending(self, case: Case) -> Ending:
        """How an example ends.

        Raises:
            SettingMissing: its settings do not fit.
        """
        script, watch = Script(case.example.calls, self.wires, self.alone), Watch()
        engine = Rehearsal.start(
            self.plans,
            sources(self.subject.integration, case.example.settings),
            Unrecorded(),
            transport=lambda name, tls: Canned(self._owner(name), script, watch),
        )
        engine.at = case.example.at or AT
        try:
            answer = await engine.run(self.subject.plan.name, case.message, case.example.input, trace=watch)
            return Ending(script, answer)
        except Unexpected:
            return Ending(script, None)
        finally:
            await engine.aclose(0)

    async def _problems(self, case: Case) -> list[Problem]:
        mark = self.subject.mark(*case.path)
        try:
            return judge(self.subject, case, await self.ending(case))
        except SettingMissing as error:
            return [Problem("its settings do not fit", self.subject.mark(*case.path, "settings"), (), error.problems)]
        except BadReply as error:
            number = next(i for i, call in enumerate(case.example.calls) if call is error.call)
            place = self.subject.mark(*case.path, "calls", number, "reply", "body")
            return [Problem(f"the canned reply of call {number + 1} cannot be written: {error.words}", place)]
        except EngineError as error:
            return [Problem(str(error), mark)]

    def _owner(self, connection: str) -> str:
        integration = connection.partition(".")[0]
        if integration == self.subject.plan.name:
            return ""
        return next(local for local, used in self.subject.integration.uses.items() if used == integration)


def _staged(plan: Plan, seen: Seen | None) -> Plan:
    """The same plan; its steps can be told apart in a trace, certificates play no part, and what it does is seen."""
    if seen is not None:
        plan = compile_plan(plan.integration, lambda: ObservingWriter(seen))
    connections = {}
    for name, connection in plan.integration.connections.items():
        watched = observed(connection, seen) if seen is not None else connection
        connections[name] = watched.model_copy(update={"tls": Tls(verify="off")})
    return replace(
        plan,
        integration=plan.integration.model_copy(update={"connections": connections}),
        messages={name: _with_labels(plan.name, message) for name, message in plan.messages.items()},
    )


def _with_labels(integration: str, message: MessagePlan) -> MessagePlan:
    steps = tuple(
        replace(step, label=Label.of(step.label, integration, message.name, number))
        for number, step in enumerate(message.steps)
    )
    return replace(message, steps=steps)


def _moment(text: str) -> str:
    """A time as production writes `exchange.at`."""
    at = datetime.fromisoformat(text)
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
