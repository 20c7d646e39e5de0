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
        node, at_root = visit
        kind, children = node["type"], node.get("children")
        if not children or kind == "slice":
            continue
        if kind in _FIRST_AT_ROOT:
            waiting.extend(Visit(child, False) for child in children[:0:-1])
            waiting.append(Visit(children[0], at_root))
        else:
            below = at_root and kind != "expref"
            waiting.extend(Visit(child, below) for child in reversed(children))


def levels(node: Ast) -> int:
    """How many levels a tree has that is not too deep."""
    below = node.get("children", ()) if node["type"] != "slice" else ()
    return 1 + max(map(levels, below), default=0)


def limited(tree: Ast) -> Ast:
    """The tree itself, if it has no more than `MAX_DEPTH` levels.

    Raises:
        SyntaxFault: it has more.
    """
    level = [tree]
    for _ in range(MAX_DEPTH):
        level = [below for node in level if node["type"] != "slice" for below in node.get("children", ())]
        if not level:
            return tree
    raise too_deep()


def identifiers(node: Ast) -> frozenset[str]:
    """Every field name an expression mentions, anywhere."""
    return frozenset(visit.node["value"] for visit in walk(node) if visit.node["type"] == "field")
