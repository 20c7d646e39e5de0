"""Builtins that the language refuses, as it says the same better; each names what to write instead."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from engine.functions.registry import function
from engine.functions.results import PERHAPS, always, unknown
from engine.functions.scalars import NUMBERS, spelled
from engine.types import ANY, NUMBER, TEXT, list_of


@function(instead="coalesce", gives=unknown)
def not_null(first: Any, *others: Any) -> Any:
    """JMESPath's name of `coalesce`.

    >>> not_null(None, "A")
    'A'
    """
    return next((one for one in (first, *others) if one is not None), None)


@function(instead="list", gives=always(list_of(ANY)))
def to_array(x: Any) -> list[Any]:
    """JMESPath's `list`, which makes a list with null in it of null.

    >>> to_array("A")
    ['A']
    """
    return x if type(x) is list else [x]


@function(instead="decimal or integer", gives=always(NUMBER.or_null(PERHAPS)))
def to_number(x: Any) -> Any:
    """JMESPath's guess of the number in text, null if there is none.

    >>> to_number("42"), to_number("abc")
    (42, None)
    """
    if type(x) is not str:
        return x if type(x) in NUMBERS else None
    for read in (int, float):
        try:
            return read(x)
        except ValueError:
            continue
    return None


@function(instead="text", gives=always(TEXT))
def to_string(x: Any) -> str:
    """JMESPath's text of any value: text as it is, all else as JSON.

    >>> to_string({"qty": [1, Decimal("1.50")]})
    '{"qty":[1,1.50]}'
    """
    return x if type(x) is str else _json(x)


def _json(x: Any) -> str:
    if type(x) is Decimal:
        return spelled("to_string", x)
    if type(x) is list:
        return "[" + ",".join(map(_json, x)) + "]"
    if type(x) is dict:
        return "{" + ",".join(f"{json.dumps(key)}:{_json(held)}" for key, held in x.items()) + "}"
    return json.dumps(x)
