"""Where expressions stand in a file, and which names are in reach there (LANGUAGE §5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeGuard

from pydantic.fields import FieldInfo

from engine.calls import CallSpec
from engine.document import Path_
from engine.expression.expressions import Expression
from engine.mapping.nodes import Build, Constant, Fields, Items, Merge, Node, expressions
from engine.parts.fields import SETTINGS, Deferred, Reach
from engine.parts.part import Part
from engine.spec.flows import Flow, Read
from engine.spec.messages import Message, Step

IN_MESSAGE = frozenset({"settings", "exchange", "input"})
OF_ANSWER = frozenset({"reply", "records", "status", "headers"})

_HOLDS_PARTS = (Part, dict, tuple)


@dataclass(frozen=True)
class Site:
    """An expression, and where it stands.

    Attributes:
        path: the field of the file that holds it.
        names: the names in reach, without those that the mapping around it adds.
        added: names that `$each` and `$let` around it add.
        elements: names that stand for an element of a list here.
        target: the field being built, inside a mapping.
    """

    path: Path_
    expression: Expression
    names: frozenset[str]
    added: frozenset[str] = frozenset()
    elements: frozenset[str] = frozenset()
    target: str = ""

    @property
    def in_reach(self) -> frozenset[str]:
        return self.names | self.added

    @property
    def may_hold_secrets(self) -> bool:
        """Whether secrets may be used here: under connections and security only."""
        return self.path[0] in ("connections", "security")


@dataclass(frozen=True)
class Tree:
    """A mapping, or one value, as a field of the file holds it.

    Attributes:
        asked: the call whose reply is in reach, outside of messages and flows; empty if it is not known.
    """

    path: Path_
    node: Node
    names: frozenset[str]
    elements: frozenset[str] = frozenset()
    asked: str = ""


def sites(trees: Iterable[Tree]) -> Iterator[Site]:
    """Every expression of a file, or of a part of it."""
    for tree in trees:
        for found in expressions(tree.node):
            elements = tree.elements | (found.added & {"item", "number", "key"})
            yield Site(tree.path, found.expression, tree.names, found.added, elements, found.target)


def trees(part: Part, path: Path_ = (), apart: Collection[Path_] = ()) -> Iterator[Tree]:
    """Every mapping, value and Query of a part that stands in a file, such as the whole of it.

    Args:
        apart: paths of what is not gone through.
    """
    for at, inner, names in _reached(part, path, SETTINGS, apart, (Message, Flow)):
        if isinstance(inner, Message):
            yield from _of_message(inner, at)
        elif isinstance(inner, Flow):
            yield from _of_flow(inner, at)
        else:
            yield from _of_fields(inner, at, names)
            yield from _deferred(inner, at)


def parts(part: Part, path: Path_ = (), apart: Collection[Path_] = ()) -> Iterator[tuple[Path_, Part]]:
    """A part and all parts inside it, each with its path in the file.

    Args:
        apart: as `trees` takes it.
    """
    return ((path, inner) for path, inner, _ in _reached(part, path, SETTINGS, apart))


def _reached(
    value: Any,
    path: Path_,
    names: frozenset[str],
    apart: Collection[Path_],
    whole: tuple[type[Part], ...] | type[Part] = (),
) -> Iterator[tuple[Path_, Part, frozenset[str]]]:
    """The parts in a value, each with its path and the names that the field above gives it (as `end:` of a login does).

    Args:
        apart: paths that are left out.
        whole: parts that are not entered.
    """
    if path in apart:
        return
    if isinstance(value, Part):
        yield path, value, names
        if isinstance(value, whole):
            return
        for name, reach in _fields(type(value)):
            inner = getattr(value, name, None)
            if isinstance(inner, _HOLDS_PARTS):
                yield from _reached(inner, (*path, name), reach or SETTINGS, apart, whole)
        return
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, _HOLDS_PARTS):
            yield from _reached(inner, (*path, key), names, apart, whole)


def _of_fields(part: Part, path: Path_, above: frozenset[str]) -> Iterator[Tree]:
    for name, reach in _fields(type(part)):
        names = reach or above
        value = getattr(part, name, None)
        if isinstance(value, dict):
            for key, inner in value.items():
                if _is_node(inner):
                    yield Tree((*path, name, key), inner, names)
        elif _is_node(value):
            yield Tree((*path, name), value, names, asked=_asked(part, name) if "reply" in names else "")


def _asked(part: Part, name: str) -> str:
    """The call that a login, or an address that is asked for, makes of its own."""
    call = part if isinstance(part, CallSpec) and name == "value" else getattr(part, "request", None)
    return call.call if isinstance(call, CallSpec) else ""


def _deferred(part: Part, path: Path_) -> Iterator[Tree]:
    for name, _ in _fields(type(part)):
        value = getattr(part, name, None)
        if isinstance(value, Deferred):
            yield Tree((*path, name), value.query, SETTINGS)


def _of_message(message: Message, path: Path_) -> Iterator[Tree]:
    known: frozenset[str] = frozenset()
    for number, step in enumerate(message.steps):
        yield from _of_step(step, (*path, "steps", number), IN_MESSAGE | known)
        if step.save:
            known |= {step.save}
    yield from _deferred(message, path)
    for name in ("reply", "failed"):
        yield from _node(message, name, path, IN_MESSAGE | known)
    yield from _node(message, "fallback", path, IN_MESSAGE | known | {"error"})
    if message.cache is not None:
        yield from _node(message.cache, "key", (*path, "cache"), IN_MESSAGE)
        yield from _deferred(message.cache, (*path, "cache"))


def _of_step(step: Step, path: Path_, names: frozenset[str]) -> Iterator[Tree]:
    yield from _node(step, "when", path, names)
    yield from _node(step, "each", path, names)
    elements: frozenset[str] = frozenset()
    if step.each is not None:
        elements = frozenset({step.item})
        names = names | elements | {"number"}
    for name in ("path", "query", "headers"):
        for key, node in getattr(step, name).items():
            yield Tree((*path, name, key), node, names, elements)
    for name in ("body", "refuse"):
        yield from (replace(tree, elements=elements) for tree in _node(step, name, path, names))
    answered = names | OF_ANSWER if step.call else names
    yield from (replace(tree, elements=elements) for tree in _node(step, "value", path, answered))
    if step.repeat is not None:
        yield from _node(step.repeat, "until", (*path, "repeat"), answered)
        yield from _deferred(step.repeat, (*path, "repeat"))
    yield from _deferred(step, path)


def _of_flow(flow: Flow, path: Path_) -> Iterator[Tree]:
    event = frozenset({"event"}) if flow.trigger.event else frozenset()
    known = frozenset({"settings", "exchange"}) | event
    if flow.read is not None:
        yield from _of_read(flow.read, (*path, "read"), known | (event or {"cursor", "started"}))
    yield from _node(flow, "key", path, known | (event or {"record"}))
    one, sent = known | {"record", "file"}, known | {"records" if flow.batch else "record", "file"}
    yield from _node(flow, "when", path, one)
    if flow.hold is not None:
        yield from _node(flow.hold, "until", (*path, "hold"), one)
        yield from _deferred(flow.hold, (*path, "hold"))
    for number, query in enumerate(flow.changed):
        yield Tree((*path, "changed", number), query, one)
    yield from _node(flow, "input", path, sent)
    if flow.confirm is not None:
        for name in ("refused", "error"):
            yield from _node(flow.confirm, name, (*path, "confirm"), frozenset({"settings", "exchange", "record"}))
        yield from _deferred(flow.confirm, (*path, "confirm"))
    for name, part in (("trigger", flow.trigger), ("delivery", flow.delivery)):
        yield from _deferred(part, (*path, name))
    yield from _deferred(flow, path)


def _of_read(read: Read, path: Path_, names: frozenset[str]) -> Iterator[Tree]:
    yield from _of_call(read, path, names)
    yield from _node(read, "value", path, names | OF_ANSWER)
    for name, details in read.details.items():
        yield from _of_call(details, (*path, "details", name), names | {"records"})
    if read.cursor is not None:
        for field, reach in (("start", SETTINGS), ("next", SETTINGS | {"record", "started"})):
            for key, node in getattr(read.cursor, field).items():
                yield Tree((*path, "cursor", field, key), node, reach)
        yield from _deferred(read.cursor, (*path, "cursor"))


def _of_call(call: CallSpec, path: Path_, names: frozenset[str]) -> Iterator[Tree]:
    for name in ("path", "query", "headers"):
        for key, node in getattr(call, name).items():
            yield Tree((*path, name, key), node, names)
    yield from _node(call, "body", path, names)


def _node(part: Part, name: str, path: Path_, names: frozenset[str]) -> Iterator[Tree]:
    node = getattr(part, name, None)
    if node is not None:
        yield Tree((*path, name), node, names)


def _is_node(value: Any) -> TypeGuard[Node]:
    return isinstance(value, (Constant, Expression, Fields, Items, Build, Merge))


@cache
def _fields(kind: type[Part]) -> tuple[tuple[str, frozenset[str] | None], ...]:
    """The fields of a part, each with the names it gives to its expressions."""
    return tuple((name, _reach(field)) for name, field in kind.model_fields.items())


def _reach(field: FieldInfo) -> frozenset[str] | None:
    return next((marker.names for marker in field.metadata if isinstance(marker, Reach)), None)
