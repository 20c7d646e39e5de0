"""Running one example: the engine of production, with what the example says behind it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from engine.errors import EngineError, SettingMissing
from engine.examples.answers import Answer, by_themselves
from engine.examples.files import CannedDisk
from engine.examples.judge import Ending, judge
from engine.examples.judge_flow import FlowEnding, judge_flow
from engine.examples.observe import ObservingWriter, Seen, observed
from engine.examples.others import stand_in
from engine.examples.rehearsal import AT, Canned, Rehearsal, Unrecorded, Watch
from engine.examples.results import Problem, Result
from engine.examples.rows import CannedDatabase, task_wires
from engine.examples.script import AnyWire, BadReply, Label, Script, Unexpected
from engine.examples.stand_ins import sources
from engine.examples.suite import Case, FlowCase, Subject
from engine.examples.wire import wires
from engine.parts.part import Part
from engine.parts.policies import Tls
from engine.plan import FlowPlan, MessagePlan, Plan, compile_plan
from engine.runtime.connections.outside import Outside

R = TypeVar("R", bound=Rehearsal)


@dataclass(frozen=True)
class Theatre:
    """Everything about one file that its examples share.

    Attributes:
        plans: its own plan, stand-ins for the integrations it uses, and one for its own messages, by name.
        prefixes: what the names of a stand-in's messages begin with in `calls`, by its name.
        wires: how each call looks on the wire.
        alone: what answers by itself.
        seen: notes what examples exercise; None: nobody asks.
    """

    subject: Subject
    plans: Mapping[str, Plan]
    prefixes: Mapping[str, str]
    wires: Mapping[str, AnyWire]
    alone: Mapping[str, Answer]
    seen: Seen | None

    @classmethod
    def of(cls, subject: Subject, seen: Seen | None = None) -> Theatre:
        """The stage for the examples of a file.

        Args:
            seen: notes what they exercise, if it is wanted.
        """
        own = subject.plan.integration
        others = {name: stand_in(used) for name, used in subject.others.items()}
        prefixes = {used: f"{local}." for local, used in own.uses.items()}
        if subject.flow_cases:
            itself = stand_in(own.model_copy(update={"name": f"{own.name}_itself"}))
            others[itself.name], prefixes[itself.name] = itself, ""
        known: dict[str, AnyWire] = {**wires(own), **task_wires(own)}
        for name, plan in others.items():
            inner = wires(plan.integration) if name in prefixes else {}
            known |= {f"{prefixes[name]}{called.partition('.')[2]}": wire for called, wire in inner.items()}
        plans = {own.name: _staged(subject.plan, seen), **others}
        return cls(subject, plans, prefixes, known, by_themselves(own), seen)

    async def play(self, case: Case | FlowCase) -> Result:
        """Run one example and judge it."""
        began = time.perf_counter_ns()
        problems = await self._problems(case)
        micros = (time.perf_counter_ns() - began) // 1000
        mark = self.subject.mark(*case.path)
        return Result(self.subject.plan.name, case.name, case.example.title, mark, tuple(problems), micros)

    async def ending(self, case: Case) -> Ending:
        """How an example of a message ends.

        Raises:
            SettingMissing: its settings do not fit.
        """
        script, watch = self.script(case), Watch()
        engine = self.opened(Rehearsal, case, script, watch)
        try:
            answer = await engine.run(self.subject.plan.name, case.name, case.example.input, trace=watch)
            return Ending(script, answer)
        except Unexpected:
            return Ending(script, None)
        finally:
            await engine.aclose(0)

    async def flow_ending(self, case: FlowCase) -> FlowEnding:
        """How an example of a flow ends.

        Raises:
            SettingMissing: its settings do not fit.
        """
        from engine.examples.play_flow import ending  # the store takes a while to import

        return await ending(self, case)

    def script(self, case: Case | FlowCase) -> Script:
        return Script(case.example.calls, self.wires, self.alone)

    def opened(self, kind: type[R], case: Case | FlowCase, script: Script, watch: Watch) -> R:
        """An engine for one example.

        Raises:
            SettingMissing: its settings do not fit.
        """
        outside = Outside(
            transport=lambda name, tls, tunnel: Canned(self.prefixes.get(name.partition(".")[0]), script, watch),
            database=lambda *how: CannedDatabase(script, watch),
            disk=lambda name, folder: CannedDisk(script, watch),
        )
        given = sources(self.subject.integration, case.example.settings)
        engine = kind.start(self.plans, given, Unrecorded(), outside)
        engine.at = case.example.at or AT
        return engine

    async def _problems(self, case: Case | FlowCase) -> list[Problem]:
        mark = self.subject.mark(*case.path)
        try:
            if isinstance(case, FlowCase):
                return judge_flow(self.subject, case, await self.flow_ending(case))
            return judge(self.subject, case, await self.ending(case))
        except SettingMissing as error:
            return [Problem("its settings do not fit", self.subject.mark(*case.path, "settings"), (), error.problems)]
        except BadReply as error:
            number = next(i for i, call in enumerate(case.example.calls) if call is error.call)
            place = self.subject.mark(*case.path, "calls", number, "reply", "body")
            return [Problem(f"the canned reply of call {number + 1} cannot be written: {error.words}", place)]
        except EngineError as error:
            return [Problem(str(error), mark)]


def _staged(plan: Plan, seen: Seen | None) -> Plan:
    """The same plan; its steps can be told apart in a trace, certificates play no part, and what it does is seen."""
    if seen is not None:
        plan = compile_plan(plan.integration, lambda: ObservingWriter(seen))
    connections = {}
    for name, connection in plan.integration.connections.items():
        watched = observed(connection, seen) if seen is not None else connection
        connections[name] = watched.model_copy(update={"tls": Tls(verify="off")})
    silent = {key: _without_examples(getattr(plan.integration, key)) for key in ("messages", "flows")}
    return replace(
        plan,
        integration=plan.integration.model_copy(update={"connections": connections, **silent}),
        messages={name: _with_labels(message) for name, message in plan.messages.items()},
        flows={name: _with_label(flow) for name, flow in plan.flows.items()},
    )


def _without_examples(parts: Mapping[str, Part]) -> dict[str, Part]:
    """The same messages or flows; going live, which every example does, need not look into all of their examples."""
    return {name: part.model_copy(update={"examples": ()}) for name, part in parts.items()}


def _with_labels(message: MessagePlan) -> MessagePlan:
    steps = tuple(
        replace(step, label=Label.of(step.label, "messages", message.name, "steps", number))
        for number, step in enumerate(message.steps)
    )
    return replace(message, steps=steps)


def _with_label(flow: FlowPlan) -> FlowPlan:
    if flow.read is None:
        return flow
    path = ("flows", flow.name, "read")
    details = {
        name: replace(one, step=replace(one.step, label=Label.of(one.step.label, *path, "details", name)))
        for name, one in flow.details.items()
    }
    return replace(flow, read=replace(flow.read, label=Label.of(flow.read.label, *path)), details=details)
