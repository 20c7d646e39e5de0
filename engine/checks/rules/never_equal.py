"""Text is never equal to a number, nor a value to one that its schema does not allow: such a comparison has one result.

With `<` and `>` text against a number is an error when it runs.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import cure, placed
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.inference import Remark
from engine.types import Text, Type

LOCAL = True

_SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


def check(subject: Subject) -> Iterator[Diagnostic]:
    for expression, remark in subject.typing.remarks:
        if remark.kind == "never_equal" and remark.other is not None:
            left, right = remark.owner.something, remark.other.something
            words = f"{placed(left)} {_SIGNS[remark.name]} {placed(right)}: {_result(remark)}"
            yield Diagnostic(expression.at(remark.offset), "never-equal", words, _hint(left, right))


def _result(remark: Remark) -> str:
    return {"eq": "never true", "ne": "always true"}.get(remark.name, "fails when it runs")


def _hint(left: Type, right: Type) -> str:
    if left.of(Text) and right.of(Text):
        known = next((shape.values for shape in (*left.of(Text), *right.of(Text)) if shape.source and shape.values), ())
        return f"one of: {', '.join(sorted(known))}" if any(known or ()) else "write another constant, or remove this"
    literal, other = (left, right) if not any(shape.source for shape in left.shapes) else (right, left)
    if literal.of(Text) and not other.of(Text):
        return "write the constant in backticks, `5`, or convert the other side with text(…)"
    return f"write the constant in single quotes, or {cure(other, literal).removeprefix('write ')}"
