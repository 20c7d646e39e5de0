"""Ways through objects and lists: `reply.results[0].id`."""

from __future__ import annotations

from engine.docs.literals import Unsayable
from engine.expression.ast import Ast

_ORDINALS = {0: "first", 1: "second", 2: "third", -1: "last"}


def steps(node: Ast) -> list[str | int]:
    """The fields and places a path goes through.

    Raises:
        Unsayable: it does anything else.
    """
    if node["type"] in ("field", "index"):
        return [node["value"]]
    if node["type"] in ("subexpression", "index_expression"):
        return [step for child in node["children"] for step in steps(child)]
    raise Unsayable


def leading(way: list[str | int]) -> int:
    """How many fields stand before the first place in a list."""
    return next((place for place, step in enumerate(way) if isinstance(step, int)), len(way))


def ordinal(place: int) -> str:
    """The word for a place in a list.

    Raises:
        Unsayable: there is none for it.
    """
    if place not in _ORDINALS:
        raise Unsayable
    return _ORDINALS[place]
