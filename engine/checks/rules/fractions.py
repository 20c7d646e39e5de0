"""A number with a fraction where the schema wants a whole one."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import finding, of_kind, placed, target
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for misfit in of_kind(subject, "fraction"):
        verb = "has" if misfit.gap.sure else "may have"
        words = f"{target(misfit)} {verb} a fraction; wanted is {placed(misfit.gap.wanted)}"
        yield finding(misfit, "not-whole", words, "write integer(…), which refuses a fraction, or decimal(…, `0`)")
