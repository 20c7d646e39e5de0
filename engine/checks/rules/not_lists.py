"""`[0]`, `[]` and `[?…]` take elements of a list; of anything else they give null, without an error."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import placed
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for expression, remark in subject.typing.remarks:
        if remark.kind == "no_list":
            words = f"a list is wanted in front of [ ], this is {placed(remark.owner)}"
            hint = "leave the [ ] out, or write list(…) where one or several may come"
            yield Diagnostic(expression.at(remark.offset), "not-a-list", words, hint)
