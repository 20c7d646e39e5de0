"""Text longer than the target takes is refused, or cut somewhere on the way. `cut` says in the open what happens."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import finding, of_kind, placed, source, target
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.types import UNBOUNDED, Text

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for misfit in of_kind(subject, "length"):
        gap = misfit.gap
        longest = next((shape.longest for shape in gap.wanted.of(Text)), 0)
        verb = "is" if gap.sure else "can be"
        place = source(gap.given)
        given = max((UNBOUNDED if shape.longest is None else shape.longest for shape in gap.given.of(Text)), default=0)
        bound = "has no such bound" if given == UNBOUNDED else f"may have {given}"
        origin = f", as {place} {bound}" if place else ""
        words = f"{target(misfit)} {verb} longer than {longest} characters{origin}; wanted is {placed(gap.wanted)}"
        yield finding(misfit, "too-long", words, "shorten it" if gap.sure else f"write cut(…, `{longest}`)")
