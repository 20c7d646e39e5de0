"""Literals of OData filters, so that no value can change the filter it stands in."""

from __future__ import annotations

import re
from typing import Any

from engine.errors import Fault
from engine.functions.registry import function
from engine.functions.results import always
from engine.functions.scalars import misfit, spelled
from engine.functions.takes import PRINTED
from engine.types import TEXT, list_of

_is_field = re.compile(r"[A-Za-z_]\w*(?:/[A-Za-z_]\w*)*", re.ASCII).fullmatch


def _literal(name: str, value: Any, operand: str = "") -> str:
    if type(value) is str:
        return "'" + value.replace("'", "''") + "'"
    return "null" if value is None else spelled(name, value, operand)


@function(gives=always(TEXT), takes=(PRINTED.or_null(),))
def odata(x: Any) -> str:
    """The value as an OData literal: text in quotes, numbers, booleans and null plain.

    Lists and objects are a Fault.

    >>> odata("O'Neil"), odata(5), odata(None)
    ("'O''Neil'", '5', 'null')
    """
    return _literal("odata", x)


@function(gives=always(TEXT), takes=(TEXT, list_of(PRINTED.or_null()).or_null()))
def odata_any(field: Any, values: Any) -> str:
    """An OData condition: the field is any of the values. A null or empty list gives a condition that is never true.

    The field must be a plain name, or names with `/` between; a null list must not turn into "all", so it is no null.

    >>> odata_any("item_id", ["A", "B"])
    "(item_id eq 'A' or item_id eq 'B')"
    >>> odata_any("item_id", [])
    '(1 eq 0)'
    """
    if type(field) is not str:
        raise misfit("odata_any", "the name of a field", field)
    if not _is_field(field):
        raise Fault("odata_any(): field is not the plain name of a field", field)
    if values is not None and type(values) is not list:
        raise misfit("odata_any", "a list", values, "values")
    literals = dict.fromkeys(_literal("odata_any", value, "a value") for value in values or ())
    return "(" + " or ".join([f"{field} eq {literal}" for literal in literals] or ["1 eq 0"]) + ")"
