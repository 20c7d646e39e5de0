"""What stands behind a value that is always there, or behind a step that always refuses, is never reached."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.expression.ast import Ast
from engine.expression.expressions import Expression
from engine.expression.operations import truth
from engine.spec.messages import Message

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for site in subject.sites:
        for literal in _always_there(site.expression):
            words, hint = (
                "this is always there, so what follows it is never used",
                "remove what follows, or put this last",
            )
            yield Diagnostic(site.expression.at(int(literal["start"])), "never-reached", words, hint, "warning")
    for path, part in subject.parts:
        if isinstance(part, Message):
            refused = False
            for number, step in enumerate(part.steps):
                if refused and not step.always:
                    words, hint = "the step before refuses always, so this is never reached", "give that a `when`"
                    mark = subject.mark(*path, "steps", number)
                    yield Diagnostic(mark, "never-reached", words, hint, "warning")
                    break
                refused = refused or bool(step.refuse and not step.call and step.when is None)


def _always_there(expression: Expression) -> Iterator[Ast]:
    """The constants of an expression that leave nothing to what is behind them: `a || 'x' || b`, `coalesce('x', b)`."""
    for visit in expression.of_kind("or_expression"):
        left: Ast = visit.node["children"][0]
        last = left["children"][1] if left["type"] == "or_expression" else left
        if last["type"] == "literal" and "start" in last and truth(last["value"]):
            yield last
    for visit in expression.of_kind("function_expression"):
        if visit.node["value"] == "coalesce":
            constants = (one for one in visit.node["children"][:-1] if one["type"] == "literal" and "start" in one)
            yield from (one for one in constants if one["value"] is not None)
