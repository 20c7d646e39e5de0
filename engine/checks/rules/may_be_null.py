"""Null, or a field left out, where the schema wants a value: what is optional on one side is required on the other."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import finding, of_kind, placed, source, target
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.inference import Misfit
from engine.types import Type


def check(subject: Subject) -> Iterator[Diagnostic]:
    for misfit in of_kind(subject, "null", "absent"):
        gap = misfit.gap
        verb = "is always null" if gap.sure else "may be null" if gap.kind == "null" else "may be left out"
        place = source(Type((gap.given.null,))) if gap.given.null else ""
        origin = f", as {place} may be" if place and not gap.sure else ""
        words = f"{target(misfit)} {verb}{origin}; wanted is {placed(gap.wanted)}"
        yield finding(misfit, "may-be-null", words, _hint(misfit))


def _hint(misfit: Misfit) -> str:
    name = misfit.target.rpartition(".")[2]
    if misfit.gap.kind == "null" and misfit.written and not misfit.needed and name:
        return f"write `{name}?:`, which leaves it out when it is null, or coalesce(…, another value)"
    if misfit.gap.kind == "absent" and misfit.written:
        return "leave the `?` or `$when` out, and write coalesce(…, another value)"
    if misfit.gap.sure:
        return "give it a value"
    return "write coalesce(…, another value), or refuse before: `when: =!(…)` with `refuse: …`"
