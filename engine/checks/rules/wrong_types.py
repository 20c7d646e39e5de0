"""A target field takes what its schema says: text, a number, a list. The other side refuses anything else."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import cure, finding, of_kind, placed, target
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, Severity
from engine.types import List, element_of

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for misfit in of_kind(subject, "kind"):
        gap = misfit.gap
        verb = "gets" if gap.sure else "may get"
        words = f"{target(misfit)} {verb} {placed(gap.given)}; wanted is {placed(gap.wanted)}"
        yield finding(misfit, "wrong-type", words, cure(gap.given, gap.wanted))
    for expression, remark in subject.typing.remarks:
        if remark.kind == "unfit" and remark.other is not None:
            verb = "gets" if remark.sure else "may get"
            words = f"{remark.name} {verb} {placed(remark.owner)}; wanted is {remark.other}"
            severity: Severity = "error" if remark.sure else "warning"
            given, wanted = remark.owner, remark.other
            if given.of(List) and len(wanted.of(List)) == 1:
                given, wanted = element_of(given), element_of(wanted)
            hint = cure(given, wanted)
            yield Diagnostic(expression.at(remark.offset), "wrong-type", words, hint, severity)
