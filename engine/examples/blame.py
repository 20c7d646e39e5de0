"""Which line of the file built a field: a path of a payload, followed through the mapping that built it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.calls import fields
from engine.diagnostics import Mark
from engine.document import NOWHERE, Path_
from engine.examples.results import Origin
from engine.examples.script import Label
from engine.examples.suite import Subject
from engine.expression.expressions import Expression
from engine.mapping.nodes import Build, Constant, Fields, Items, Merge, Node
from engine.mapping.write import alone
from engine.parts.part import Part
from engine.protocols.http import HttpConnection
from engine.spec.messages import Step

MAX_DEPTH = 20


def origin_in_reply(subject: Subject, message: str, key: str, path: Path_) -> Origin | None:
    """What built a field of a message's `reply` or `failed`."""
    spec = subject.integration.messages[message]
    node = getattr(spec, key)
    return _Search(spec.steps).found(node, path) if node is not None else None


def origin_in_flow(subject: Subject, flow: str, path: Path_) -> Origin | None:
    """What built something of a flow: `(input, items, 0, sku)`, `(key,)`, `(next, changed)`."""
    spec = subject.integration.flows[flow]
    cursor = spec.read.cursor if spec.read else None
    node = _tree(cursor.next if cursor else None) if path[0] == "next" else getattr(spec, str(path[0]))
    return _Search().found(node, path[1:]) if node is not None else None


def origin_in_call(subject: Subject, flow: str | None, step: Label | None, path: Path_) -> Origin | None:
    """What built a part of a call, `(body, items, 0, sku)`: the step, or the defaults of its endpoint and connection.

    Args:
        flow: that sends the message whose step it is; None: none does.
    """
    if step is None:
        return None
    if step.path[2:] == ("input",):  # a message that is answered as a whole: its body is what the flow built
        return origin_in_flow(subject, str(step.path[1]), ("input", *path[1:]))
    maker, steps = _maker(subject, step)
    search = _Search(steps, _input(subject, flow, step))
    for part in (maker, *_defaults(subject, step)):
        node = _tree(getattr(part, str(path[0]), None))
        origin = search.found(node, path[1:]) if node is not None else None
        if origin is not None:
            return origin
    return None


def _maker(subject: Subject, step: Label) -> tuple[Part | None, tuple[Step, ...]]:
    """The part of the file that makes a call, and the steps whose results it may name."""
    match step.path:
        case ("messages", str(name), "steps", int(number)):
            steps = subject.integration.messages[name].steps
            return steps[number], steps
        case ("flows", str(name), "read"):
            return subject.integration.flows[name].read, ()
        case ("flows", str(name), "read", "details", str(detail)):
            read = subject.integration.flows[name].read
            return read.details[detail] if read else None, ()
    return None, ()


def _input(subject: Subject, flow: str | None, step: Label) -> Node | None:
    """What built the input of the message whose step makes a call: the flow that sends it."""
    spec = subject.integration.flows.get(flow or "")
    return spec.input if spec is not None and step.path[:2] == ("messages", spec.send) else None


def _defaults(subject: Subject, call: str) -> tuple[Part, ...]:
    """Where else parts of a call may stand: at its endpoint, at its connection."""
    connection, endpoint = subject.integration.endpoint_called(call)
    return (endpoint, connection) if isinstance(connection, HttpConnection) else ()


def _tree(value: Any) -> Node | None:
    """Named values as one object, a mapping as it is; None of what is neither (the path of an endpoint)."""
    if isinstance(value, dict):
        return fields(value)
    return None if isinstance(value, str) else value


@dataclass(frozen=True)
class _Search:
    """Follows a path through mappings.

    Attributes:
        steps: of the message that the mappings belong to.
        input: what built the input of that message.
    """

    steps: tuple[Step, ...] = ()
    input: Node | None = None

    def found(self, node: Node, path: Path_, depth: int = 0) -> Origin | None:
        """The innermost thing that has a place."""
        if depth > MAX_DEPTH:
            return None
        match node:
            case Expression():
                return self._behind(node, path, depth) or _origin(node.place.mark, node.text)
            case Constant():
                return _origin(node.place.mark, alone(node.value))
            case Fields():
                return self._of_fields(node, path, depth)
            case Items():
                return self._of_items(node, path, depth)
            case Merge():
                parts = (self.found(part, path, depth + 1) for part in reversed(node.parts))
                return next((part for part in parts if part), None) or _origin(node.place.mark, "$merge")
            case Build():
                rest = path[1:] if node.each is not None else path
                return self.found(node.map, rest, depth + 1) or _origin(node.place.mark, "$map")

    def _of_fields(self, node: Fields, path: Path_, depth: int) -> Origin | None:
        named = {entry.name: entry for entry in node.entries}
        wanted = str(path[0]) if path else ""
        entry = named.get(wanted) or {name.lower(): entry for name, entry in named.items()}.get(wanted.lower())
        if entry is None:
            return None
        key = f"{entry.name}{'?' if entry.optional else ''}:"
        return self.found(entry.node, path[1:], depth + 1) or _origin(entry.place.mark, key)

    def _of_items(self, node: Items, path: Path_, depth: int) -> Origin | None:
        index = path[0] if path and isinstance(path[0], int) else 0
        spliced = any(isinstance(child, Build) for child in node.nodes)
        if not spliced and index < len(node.nodes):
            return self.found(node.nodes[index], path[1:], depth + 1)
        if len(node.nodes) == 1:
            only = node.nodes[0]
            rest = path if isinstance(only, Build) and only.each is not None else path[1:]
            return self.found(only, rest, depth + 1)
        return None

    def _behind(self, node: Expression, path: Path_, depth: int) -> Origin | None:
        """Where an expression only names what holds the field (`=input`, `=lines[]`): what built the field there."""
        name, *below = node.text.removeprefix("=").removesuffix("[]").strip().split(".")
        if not path:
            return None
        if name == "input" and self.input is not None:
            return _Search().found(self.input, (*below, *path), depth + 1)
        step = next((step for step in self.steps if step.save == name and step.value is not None), None)
        if step is None or below:
            return None
        assert step.value is not None
        rest = path[1:] if step.each is not None and step.call and not node.text.endswith("[]") else path
        return self.found(step.value, rest, depth + 1)


def _origin(mark: Mark, text: str) -> Origin | None:
    return None if mark.file == NOWHERE.mark.file else Origin(mark, text)
