"""What a mapping consists of (LANGUAGE §2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.document import NOWHERE, Place
from engine.expression.expressions import Expression

ELEMENT_NAMES = frozenset({"item", "number", "key"})


@dataclass(frozen=True)
class Constant:
    """A value as it stands in the file."""

    value: Any
    place: Place = NOWHERE


@dataclass(frozen=True)
class Entry:
    """One key of an object; `optional` (`key?:`) when a null value leaves it out."""

    name: str
    optional: bool
    node: Node
    place: Place


@dataclass(frozen=True)
class Fields:
    """An object."""

    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Items:
    """A list; a `Build` with `each` among the elements is spliced."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Build:
    """An operator node: `$map` with `$each`, `$let` and `$when` beside it."""

    map: Node
    each: Node | None
    let: tuple[Entry, ...]
    when: Expression | None
    place: Place


@dataclass(frozen=True)
class Merge:
    """`$merge`: one object out of several, deep, later wins."""

    parts: tuple[Node, ...]
    place: Place


Node = Constant | Expression | Fields | Items | Build | Merge


def nodes(node: Node) -> Iterator[Node]:
    """A node and all nodes inside it."""
    waiting: list[Node | None] = [node]
    while waiting:
        found = waiting.pop()
        if found is not None:
            yield found
            waiting.extend(reversed(_inside(found)))


def _inside(node: Node) -> list[Node | None]:
    match node:
        case Fields():
            return [entry.node for entry in node.entries]
        case Items():
            return list(node.nodes)
        case Merge():
            return list(node.parts)
        case Build():
            return [node.each, *(entry.node for entry in node.let), node.when, node.map]
        case _:
            return []


@dataclass(frozen=True)
class Site:
    """An expression inside a mapping, with the names that `$each` and `$let` add around it."""

    expression: Expression
    added: frozenset[str]
    target: str


def expressions(node: Node, added: frozenset[str] = frozenset(), target: str = "") -> Iterator[Site]:
    """Every expression of a mapping, in the order of the file."""
    if isinstance(node, Expression):
        yield Site(node, added, target)
    elif isinstance(node, Fields):
        for entry in node.entries:
            yield from expressions(entry.node, added, join(target, entry.name))
    elif isinstance(node, Items):
        for child in node.nodes:
            yield from expressions(child, added, f"{target}[]")
    elif isinstance(node, Merge):
        for part in node.parts:
            yield from expressions(part, added, target)
    elif isinstance(node, Build):
        yield from _of_build(node, added, target)


def _of_build(node: Build, added: frozenset[str], target: str) -> Iterator[Site]:
    inner, field = added, target
    if node.each is not None:
        yield from expressions(node.each, added, target)
        inner, field = added | ELEMENT_NAMES, f"{target}[]"
    for entry in node.let:
        yield from expressions(entry.node, inner, field)
        inner = inner | {entry.name}
    if node.when is not None:
        yield Site(node.when, inner, field)
    yield from expressions(node.map, inner, field)


def seeing(node: Node, name: str) -> Iterator[Expression]:
    """The expressions of a mapping that see a name from around it, which no `$each` or `$let` hides."""
    if isinstance(node, Expression):
        yield node
        return
    if not isinstance(node, Build):
        for inner in _inside(node):
            yield from seeing(inner, name) if inner is not None else ()
        return
    if node.each is not None:
        yield from seeing(node.each, name)
        if name in ELEMENT_NAMES:
            return
    for entry in node.let:
        yield from seeing(entry.node, name)
        if entry.name == name:
            return
    if node.when is not None:
        yield node.when
    yield from seeing(node.map, name)


def join(target: str, name: str) -> str:
    return f"{target}.{name}" if target else name
