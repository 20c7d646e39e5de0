"""The one syntax tree of Queries and Templates: JMESPath's nodes, each with the offset where it begins.

A node is JMESPath's own dict `{type, children, value}` plus `start`, an offset in the expression's text. Templates are
translated to the same nodes plus two: `concat` (join as text) and `printed` (one value as text).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

Ast = dict[str, Any]

MAX_DEPTH = 200

_FIRST_AT_ROOT = frozenset(
    ("subexpression", "index_expression", "pipe", "projection", "value_projection", "filter_projection")
)


class SyntaxFault(Exception):
    """An expression that cannot be read: what is wrong, at which offset of its text, and what to write."""

    def __init__(self, message: str, offset: int = 0, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


def too_deep() -> SyntaxFault:
    """What is said of an expression or mapping with too many levels."""
    return SyntaxFault("this is nested too deeply", 0, "split it into steps with `value`, or into names with `$let`")


class Visit(NamedTuple):
    """One node met on a walk; `at_root` when its names are those of the place, not fields of some value."""

    node: Ast
    at_root: bool


def walk(node: Ast, at_root: bool = True) -> Iterator[Visit]:
    """Every node of a tree, outermost first, each with the knowledge whether it is evaluated at the root."""
    waiting = [Visit(node, at_root)]
    while waiting:
        visit = waiting.pop()
        yield visit
        waiting.extend(reversed(_below(visit)))


def _below(visit: Visit) -> list[Visit]:
    kind, children = visit.node["type"], visit.node.get("children", [])
    if kind == "slice":
        return []
    if kind == "expref":
        return [Visit(child, False) for child in children]
    if kind in _FIRST_AT_ROOT:
        return [Visit(child, visit.at_root and index == 0) for index, child in enumerate(children)]
    return [Visit(child, visit.at_root) for child in children]


def levels(node: Ast) -> int:
    """How many levels a tree has that is not too deep."""
    below = node.get("children", ()) if node["type"] != "slice" else ()
    return 1 + max(map(levels, below), default=0)


def limited(tree: Ast) -> Ast:
    """The tree itself, if it has no more than `MAX_DEPTH` levels.

    Raises:
        SyntaxFault: it has more.
    """
    level = [Visit(tree, True)]
    for _ in range(MAX_DEPTH):
        level = [below for visit in level for below in _below(visit)]
        if not level:
            return tree
    raise too_deep()


def names(node: Ast) -> Iterator[tuple[str, int]]:
    """The names an expression takes from its place, each with its offset."""
    for visit in walk(node):
        if visit.at_root and visit.node["type"] == "field":
            yield visit.node["value"], visit.node.get("start", 0)


def fields_of(node: Ast, name: str) -> Iterator[tuple[str, int]]:
    """The fields an expression takes directly from a name of its place (`settings.url`), each with its offset."""
    for visit in walk(node):
        first, *others = visit.node.get("children") or [{}]
        if visit.at_root and visit.node["type"] == "subexpression" and _is_field(first, name) and _is_field(others[0]):
            yield others[0]["value"], int(others[0].get("start", first.get("start", 0)))


def _is_field(node: Ast, name: str | None = None) -> bool:
    return node["type"] == "field" and name in (None, node["value"])


def calls(node: Ast) -> Iterator[Ast]:
    """The function calls inside an expression."""
    return (visit.node for visit in walk(node) if visit.node["type"] == "function_expression")


def identifiers(node: Ast) -> frozenset[str]:
    """Every field name an expression mentions, anywhere."""
    return frozenset(visit.node["value"] for visit in walk(node) if visit.node["type"] == "field")
