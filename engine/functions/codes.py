"""Codes of one system as those of another."""

from __future__ import annotations

from typing import Any

from engine.errors import Fault
from engine.functions.registry import function
from engine.functions.scalars import misfit, spelled
from engine.functions.takes import OBJECT, PRINTED
from engine.functions.values import MISSING
from engine.types import ANY, Type, values_of


def _meaning(table: Type, code: Type, default: Type | None = None) -> Type:
    """What the table holds, or the default; without one, null only for a null code."""
    held = values_of(table)
    if held.is_any:
        return ANY
    return held.null_as(code).null_as(table) if default is None else held | default


@function(gives=_meaning, takes=(OBJECT.or_null(), PRINTED.or_null()))
def lookup(table: Any, code: Any, default: Any = MISSING) -> Any:
    """What a table says of a code.

    Codes are compared as text. A code the table does not have gives `default`, null included; without one it is a
    Fault, so that no unknown code slips through. A null code or table gives `default`, else null.

    >>> lookup({"ST": "PCE"}, "ST")
    'PCE'
    >>> lookup({"ST": "PCE"}, "KG", "EA")
    'EA'
    """
    if table is None or code is None:
        return None if default is MISSING else default
    if type(table) is not dict:
        raise misfit("lookup", "a map", table)
    found = table.get(spelled("lookup", code, "code"), default)
    if found is MISSING:
        raise Fault("lookup(): the map does not have this code; add it there, or give a default", code)
    return found
