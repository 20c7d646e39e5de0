"""A function must exist, get the arguments it takes, and not be one that turns null into text.

JMESPath's `to_string`, `to_array`, `to_number` and `not_null` make 'null', [null] or nothing out of a missing value;
the language has a twin for each that does not.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import Ast, SyntaxFault
from engine.expression.codegen import check_arguments
from engine.expression.expressions import Expression, Template
from engine.functions import FUNCTIONS
from engine.functions.other_words import instead

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        for call in site.expression.of_kind("function_expression"):
            for rule, words, hint in _wrong(site.expression, call.node):
                yield Diagnostic(site.expression.at(int(call.node.get("start", 0))), rule, words, hint)


def _wrong(expression: Expression, call: Ast) -> Iterator[tuple[str, str, str]]:
    """What is wrong with a call: rule, message and hint."""
    name = call["value"]
    known = FUNCTIONS.get(name)
    if known is None:
        yield "unknown-function", f'there is no function "{name}"', instead(name)
        return
    if known.instead:
        hint = f"write {known.instead}(…), which keeps null null"
        yield "refused-function", f"{name}() makes a value out of null", hint
    try:
        check_arguments(call)
    except SyntaxFault as fault:
        as_query = isinstance(expression, Template) and known.expressions
        yield (
            "wrong-arguments",
            fault.message,
            "write it as a Query, which begins with =" if as_query else known.summary,
        )
