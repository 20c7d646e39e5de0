"""Calls inside expressions: which function is meant, and whether its arguments fit."""

from __future__ import annotations

from engine.expression.ast import Ast, SyntaxFault
from engine.functions import FUNCTIONS, Function
from engine.functions.other_words import instead


def function_of(call: Ast) -> Function:
    """The function that a call names.

    Raises:
        SyntaxFault: there is none of that name.
    """
    name, start = call["value"], int(call.get("start", 0))
    known = FUNCTIONS.get(name)
    if known is not None:
        return known
    raise SyntaxFault(f'there is no function "{name}"', start, instead(name))


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
