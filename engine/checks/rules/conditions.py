"""A condition that can never be true leaves out what stands under it, for every record; one that always is, does nothing."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, Mark
from engine.expression.expressions import Expression
from engine.expression.folding import folded
from engine.mapping.nodes import Build
from engine.spec.messages import Step

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    unequal = {id(expression) for expression, remark in subject.typing.remarks if remark.kind == "never_equal"}
    for key, condition in _conditions(subject):
        known = folded(condition.tree)
        if known is not None and condition.text != _UNREAD and id(condition) not in unequal:
            rule, words = ("always-true", "is true") if known else ("never-true", "is never true")
            hint = f"remove `{key}`" if known else f"mend it, or remove what stands under `{key}`"
            if key == "until":
                hint = "compare something of the reply"
            told = f"this {words} whatever the data is"
            yield Diagnostic(condition.at(0), rule, told, hint, "warning", end=_end(condition))


_UNREAD = "=`null`"
"""Stands for what could not be read, which is said elsewhere."""


def _conditions(subject: Subject) -> Iterator[tuple[str, Expression]]:
    """Every condition of a step or mapping, with its key."""
    for _, part in subject.parts:
        if isinstance(part, Step):
            if part.when is not None:
                yield "when", part.when
            if part.repeat is not None and isinstance(part.repeat.until, Expression):
                yield "until", part.repeat.until
    for node in subject.nodes:
        if isinstance(node, Build) and node.when is not None:
            yield "$when", node.when


def _end(condition: Expression) -> Mark:
    return condition.at(len(condition.text.rstrip()) - condition.lead)
