"""Plain paths, such as `a.b[0].c`: those of which a condition tells something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.expression.ast import Ast
from engine.types import ANY, List, Type, element_at, member, union

Path = tuple[str | int, ...]

_OF_FIRST = ("projection", "filter_projection", "value_projection", "flatten", "slice")
_BEHIND = ("subexpression", "index_expression", "pipe")
_MEASURING = ("function_expression", "comparator")


def plain_path(node: Ast) -> Path:
    """The names and indexes of a plain path; empty for anything else."""
    if node["type"] in ("field", "index"):
        return (node["value"],)
    if node["type"] not in ("subexpression", "index_expression"):
        return ()
    steps = [plain_path(child) for child in node["children"]]
    return sum(steps, ()) if all(steps) else ()


class Mention(NamedTuple):
    """A plain path that an expression mentions.

    Attributes:
        deep: the expression looks into the elements of what is there.
        measured: it looks at more than whether something is there: at its kind, its length, its value.
    """

    path: Path
    deep: bool
    measured: bool


def mentions(node: Ast, deep: bool = False, measured: bool = False) -> Iterator[Mention]:
    """The longest plain paths that an expression mentions."""
    path = plain_path(node)
    children = node.get("children", [])
    measured = measured or node["type"] in _MEASURING
    if path:
        yield Mention(path, deep, measured)
    elif node["type"] in _OF_FIRST:
        yield from mentions(children[0], True, measured)
    elif node["type"] in _BEHIND:
        yield from mentions(children[0], deep, measured)
    else:
        inner = deep or any(child["type"] == "expref" for child in children)
        for child in children:
            if child["type"] != "expref":
                yield from mentions(child, inner, measured)


def at_path(type_: Type, path: Path) -> Type:
    """What stands at a path of a value."""
    for step in path:
        if isinstance(step, str):
            type_ = member(type_, step)
        elif type_.known:
            elements = union(element_at(one, step) for one in type_.of(List))
            type_ = (
                elements.null_as(type_) if len(type_.something.shapes) == len(type_.of(List)) else elements.or_null()
            )
        else:
            type_ = ANY
    return type_
