"""Files grown from the classes of the language: keys with their examples, or with something else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import cache
from inspect import isclass
from random import Random
from typing import Any, get_args

from engine.parts.part import Part
from engine.spec.events import Event
from engine.spec.flows import Flow
from engine.spec.messages import Message
from tests.fuzz.mutations import WORDS

Odd = Callable[[Random], str]

_CONNECTIONS = {
    "erp": {
        "type": "rest",
        "url": "https://erp.example.com",
        "endpoints": {
            "price": {"method": "GET", "path": "/items/{sku}/price", "records": "=reply.items"},
            "order": {"method": "POST", "path": "/orders", "request": "commerce.order"},
        },
    }
}
_NAMES = ("orders", "stock", "order_placed", "create_order")
_AT_HOME = ("erp.price", "erp.order", "create_order", "order_placed", "orders", "stock")


def grown(chance: Random, odd: Odd) -> str:
    """An integration of events, messages and flows.

    Args:
        odd: text that may stand in any place, such as an expression.
    """
    sections = {"events": Event, "messages": Message, "flows": Flow}
    made: dict[str, Any] = {"engine": 1, "name": "acme", "connections": _CONNECTIONS}
    for section, kind in sections.items():
        count = chance.choice((0, 1, 1, 2))
        made[section] = {name: _part(chance, kind, odd) for name in chance.sample(_NAMES, count)}
    return json.dumps(made, indent=chance.choice((None, 1, 2)), ensure_ascii=False)


def _part(chance: Random, kind: type[Part], odd: Odd, depth: int = 0) -> Any:
    share = chance.choice((0.2, 0.4, 0.7))
    return {
        name: _value(chance, field.examples or [None], _parts_of(kind)[name], odd, depth)
        for name, field in kind.model_fields.items()
        if field.is_required() or chance.random() < share
    }


def _value(chance: Random, examples: list[Any], parts: tuple[type[Part], ...], odd: Odd, depth: int) -> Any:
    """What stands behind a key: mostly a part or an example of it, at times with something odd inside."""
    kind = chance.random()
    if kind < 0.04:
        return chance.choice((None, [], {}, 1, -0.5, True, "", [[]], {"a": {}}, odd(chance), chance.choice(WORDS)))
    if kind < 0.1:
        return chance.choice((odd(chance), chance.choice(_AT_HOME)))
    example = copy.deepcopy(chance.choice(examples))
    if parts and depth < 5 and chance.random() < 0.8:
        made = [_part(chance, chance.choice(parts), odd, depth + 1) for _ in range(chance.choice((1, 1, 2)))]
        return made if isinstance(example, list) else made[0]
    return _damaged(chance, example, odd) if chance.random() < 0.2 else example


def _damaged(chance: Random, value: Any, odd: Odd) -> Any:
    """A value with one of its leaves replaced."""
    if isinstance(value, (dict, list)) and value:
        at = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        value[at] = _damaged(chance, value[at], odd)
        return value
    return chance.choice((odd(chance), chance.choice(WORDS), [value], {"x": value}, None, chance.choice(_AT_HOME)))


@cache
def _parts_of(kind: type[Part]) -> dict[str, tuple[type[Part], ...]]:
    return {name: tuple(_inside(field.annotation)) for name, field in kind.model_fields.items()}


def _inside(annotation: Any) -> Iterator[type[Part]]:
    if isclass(annotation) and issubclass(annotation, Part):
        yield annotation
    for inner in get_args(annotation):
        yield from _inside(inner)
