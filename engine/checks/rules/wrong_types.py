"""A target field takes what its schema says: text, a number, a list. The other side refuses anything else."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import cure, finding, of_kind, placed, target
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for misfit in of_kind(subject, "kind"):
        gap = misfit.gap
        verb = "gets" if gap.sure else "may get"
        words = f"{target(misfit)} {verb} {placed(gap.given)}; wanted is {placed(gap.wanted)}"
        yield finding(misfit, "wrong-type", words, cure(gap.given, gap.wanted))
