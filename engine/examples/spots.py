"""What examples can exercise: messages and flows, target fields, both ways of each condition, refusals, error rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.calls import CallSpec
from engine.diagnostics import Mark
from engine.document import NOWHERE, Path_
from engine.examples.coverage import Coverage, Spot
from engine.examples.observe import Seen
from engine.examples.suite import Case, FlowCase, Subject
from engine.expression.expressions import Expression
from engine.mapping.nodes import Build, Constant, Fields, Items, Merge, Node, join
from engine.parts.policies import ErrorRule
from engine.spec.events import Event
from engine.spec.flows import Flow, Read
from engine.spec.messages import Message, Step
from engine.spec.sites import parts


def coverage(subject: Subject, seen: Seen, cases: Iterable[Case | FlowCase]) -> Coverage:
    """What the examples of one file exercised.

    Args:
        seen: what was observed while they ran.
        cases: those that ran.
    """
    shown = frozenset(case.path[:2] for case in cases)
    return Coverage(subject.plan.name, tuple(_Spots(subject, seen, shown).all()))


@dataclass(frozen=True)
class _Spots:
    """Walks one file.

    Attributes:
        shown: the messages and flows that have an example, `(messages, NAME)`.
    """

    subject: Subject
    seen: Seen
    shown: frozenset[Path_]

    def all(self) -> Iterator[Spot]:
        integration = self.subject.integration
        for name, message in integration.messages.items():
            yield self._whole("messages", name)
            yield from self._message(name, message)
        begin = {flow.trigger.event for flow in integration.flows.values()}
        for name, event in integration.events.items():
            if name in begin:
                yield from self._event(name, event)
        for name, flow in integration.flows.items():
            yield self._whole("flows", name)
            yield from self._flow(name, flow)
        for path, part in parts(integration):
            if isinstance(part, ErrorRule):
                mark = self.subject.document.key_mark(path)
                yield Spot("errors", mark, ".".join(map(str, path[1:])), id(part) in self.seen.built)

    def _whole(self, kind: str, name: str) -> Spot:
        """A message or flow as a whole."""
        return Spot(kind, self.subject.document.key_mark((kind, name)), name, (kind, name) in self.shown)

    # -- messages ------------------------------------------------------------------------------------------------

    def _message(self, name: str, message: Message) -> Iterator[Spot]:
        for number, step in enumerate(message.steps):
            yield from self._step(step, f"{name} {step.call or step.save or f'step {number + 1}'}")
        for key in ("reply", "failed", "fallback"):
            node = getattr(message, key)
            if node is not None:
                yield from self._spots(node, f"{name} {key}")

    def _step(self, step: Step, label: str) -> Iterator[Spot]:
        if step.when is not None:
            yield from self._branches(step.when, f"{label} when")
        yield from self._request(step, label)
        yield from self._value(step.value, f"{label} value")
        if isinstance(step.refuse, (Expression, Constant)):
            exercised = id(step.refuse) in self.seen.built
            yield Spot("refusals", step.refuse.place.mark, f"{label} refuse", exercised)

    # -- events and flows ----------------------------------------------------------------------------------------

    def _event(self, name: str, event: Event) -> Iterator[Spot]:
        if event.when is not None:
            yield from self._branches(event.when, f"{name} when")
        if event.map is not None:
            yield from self._spots(event.map, f"{name} map")

    def _flow(self, name: str, flow: Flow) -> Iterator[Spot]:
        if flow.read is not None:
            yield from self._read(flow.read, f"{name} read")
        if flow.when is not None:
            yield from self._branches(flow.when, f"{name} when")
        if flow.hold is not None:
            yield from self._branches(flow.hold.until, f"{name} hold.until")
        if flow.changed and not flow.trigger.event and flow.delivery.keep == "all":  # so that a key can come twice
            mark = _first(*(query.place.mark for query in flow.changed))
            yield from self._ways(id(flow.changed), mark, f"{name} changed")
        if flow.input is not None:
            yield from self._spots(flow.input, f"{name} input")

    def _read(self, read: Read, label: str) -> Iterator[Spot]:
        yield from self._request(read, label)
        yield from self._value(read.value, f"{label} value")
        for name, details in read.details.items():
            yield from self._request(details, f"{label} {name}")
        if read.cursor is not None:
            for part in ("start", "next"):
                for key, node in getattr(read.cursor, part).items():
                    yield from self._spots(node, f"{label} cursor.{part}.{key}")

    # -- what they are made of -----------------------------------------------------------------------------------

    def _request(self, call: Step | CallSpec, label: str) -> Iterator[Spot]:
        for part in ("path", "query", "headers"):
            for key, node in getattr(call, part).items():
                yield from self._spots(node, f"{label} {part}.{key}")
        if call.body is not None:
            yield from self._spots(call.body, f"{label} body")

    def _value(self, node: Node | None, label: str) -> Iterator[Spot]:
        """What a name stands for, where it is built field by field."""
        if node is not None and not isinstance(node, Expression):
            yield from self._spots(node, label)

    def _spots(self, node: Node, target: str, mark: Mark = NOWHERE.mark) -> Iterator[Spot]:
        """The fields and branches of a mapping; a field is what holds no other."""
        if not _is_nothing(node) and not any(isinstance(inner, Fields) for inner in _within(node)):
            place = node.place.mark if isinstance(node, (Expression, Constant)) else mark
            exercised = any(id(built) in self.seen.built for built in _standing_for(node))
            yield Spot("fields", _first(place, mark), target, exercised)
        yield from self._inner(node, target, mark)

    def _inner(self, node: Node, target: str, mark: Mark) -> Iterator[Spot]:
        match node:
            case Fields():
                for entry in node.entries:
                    yield from self._spots(entry.node, join(target, entry.name), entry.place.mark)
            case Items():
                for child in node.nodes:
                    yield from self._inner(child, f"{target}[]", mark)
            case Merge():
                for part in node.parts:
                    yield from self._inner(part, target, mark)
            case Build():
                field = f"{target}[]" if node.each is not None else target
                if node.when is not None:
                    yield from self._branches(node.when, f"{field} $when")
                yield from self._inner(node.map, field, mark)

    def _branches(self, when: Expression, text: str) -> Iterator[Spot]:
        yield from self._ways(id(when), when.place.mark, text)

    def _ways(self, decided: int, mark: Mark, text: str) -> Iterator[Spot]:
        for way in (True, False):
            exercised = (decided, way) in self.seen.decided
            yield Spot("branches", mark, f"{text}: {'true' if way else 'false'}", exercised)


def _is_nothing(node: Node) -> bool:
    """Whether `[]` or null stands there, which no example could build in another way."""
    return (isinstance(node, Items) and not node.nodes) or (isinstance(node, Constant) and node.value is None)


def _standing_for(node: Node) -> Iterator[Node]:
    """A node, and what it gives as it is: `$when` and `$let` around a value build nothing of their own."""
    yield node
    while isinstance(node, Build) and node.each is None:
        node = node.map
        yield node


def _within(node: Node) -> Iterator[Node]:
    """A node and what builds its value."""
    yield node
    inner: tuple[Node, ...] = ()
    match node:
        case Items():
            inner = node.nodes
        case Merge():
            inner = node.parts
        case Build():
            inner = (node.map,)
    for child in inner:
        yield from _within(child)


def _first(*marks: Mark) -> Mark:
    return next((mark for mark in marks if mark.file != NOWHERE.mark.file), NOWHERE.mark)
