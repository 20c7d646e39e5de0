"""Calls inside expressions: which function is meant, and whether its arguments fit."""

from __future__ import annotations

from difflib import get_close_matches

from engine.expression.ast import Ast, SyntaxFault
from engine.functions import FUNCTIONS, Function

_OTHER_WORDS = {
    "add_days": "later(x, '1d')",
    "capitalize": "upper(x) or lower(x)",
    "concat": "join('', [a, b]), or a Template",
    "count": "length(x)",
    "default": "coalesce(x, default)",
    "first": "x[0]",
    "float": "decimal(x)",
    "format": "a Template, date(x, format) or decimal(x, places)",
    "if": "choose(condition, a, b)",
    "iif": "choose(condition, a, b)",
    "int": "integer(x)",
    "items": "`$each`, which gives `key` and `item`",
    "last": "x[-1]",
    "len": "length(x)",
    "map_code": "lookup(map, code)",
    "now": "exchange.at, which is the same at every attempt",
    "number": "decimal(x) or integer(x)",
    "round": "decimal(x, places)",
    "size": "length(x)",
    "str": "text(x)",
    "string": "text(x)",
    "strip": "trim(x)",
    "substr": "cut(x, n)",
    "substring": "cut(x, n)",
    "to_date": "parse_date(x, format)",
    "tojson": "the value itself: the endpoint's format writes JSON",
    "truncate": "cut(x, n)",
    "uppercase": "upper(x)",
    "lowercase": "lower(x)",
    "zfill": "pad(x, n)",
}


def function_of(call: Ast) -> Function:
    """The function that a call names.

    Raises:
        SyntaxFault: there is none of that name.
    """
    name, start = call["value"], int(call.get("start", 0))
    known = FUNCTIONS.get(name)
    if known is not None:
        return known
    near = get_close_matches(name, FUNCTIONS, 1)
    if name.lower() in _OTHER_WORDS:
        hint = f"write {_OTHER_WORDS[name.lower()]}"
    else:
        hint = f'did you mean "{near[0]}"?' if near else "`engine functions` lists all"
    raise SyntaxFault(f'there is no function "{name}"', start, hint)


def check_arguments(call: Ast) -> None:
    """Number and kind of a call's arguments.

    Raises:
        SyntaxFault: an unknown function; too few, too many, or an `&field` where none belongs.
    """
    known, arguments, start = function_of(call), call["children"], int(call.get("start", 0))
    count = len(arguments)
    if count < known.least or (known.most is not None and count > known.most):
        wanted, several = _wanted(known)
        raise SyntaxFault(f"{known.name}() takes {wanted} argument{'s' if several else ''}, not {count}", start)
    for index, argument in enumerate(arguments):
        is_expression = argument["type"] == "expref"
        if is_expression == (index in known.expressions):
            continue
        kind = "a value, not an &expression" if is_expression else "a field of the elements, written &field"
        raise SyntaxFault(f"argument {index + 1} of {known.name}() is {kind}", start)


def _wanted(known: Function) -> tuple[str, bool]:
    if known.most is None:
        return f"at least {known.least}", known.least != 1
    if known.most == known.least:
        return str(known.least), known.least != 1
    return f"{known.least} to {known.most}", True
