"""Null, or a field left out, where the schema wants a value: what is optional on one side is required on the other."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import finding, of_kind, placed, source, target
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, Mark, Severity
from engine.inference import Misfit, Remark
from engine.types import Type

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    told: set[tuple[Mark, str]] = set()
    for misfit in of_kind(subject, "null", "absent"):
        gap, place = misfit.gap, (misfit.mark, misfit.target)
        if place in told:
            continue  # left out, or null: one word is enough
        told.add(place)
        verb = "is always null" if gap.sure else "may be null" if gap.kind == "null" else "may be left out"
        schema = source(Type((gap.given.null,))) if gap.given.null else ""
        origin = f", as {schema} may be" if schema and not gap.sure else ""
        words = f"{target(misfit)} {verb}{origin}; wanted is {placed(gap.wanted)}"
        yield finding(misfit, "may-be-null", words, _hint(misfit))
    for expression, remark in subject.typing.remarks:
        if remark.kind == "null" and remark.other is not None:
            yield _remarked(expression.at(remark.offset), remark)


def _remarked(mark: Mark, remark: Remark) -> Diagnostic:
    """Null in a function or in a Template, which is an error when it runs."""
    schema = source(Type((remark.owner.null,))) if remark.owner.null else ""
    origin = f", as {schema} may be" if schema and not remark.sure else ""
    verb = "always gets null" if remark.sure else "may get null"
    severity: Severity = "error" if remark.sure else "warning"
    hint = "write coalesce(…, another value), or `$when` beside it"
    words = f"{remark.name} {verb}{origin}; wanted is {remark.other}"
    return Diagnostic(mark, "may-be-null", words, hint, severity)


def _hint(misfit: Misfit) -> str:
    name = misfit.target.rpartition(".")[2]
    if misfit.gap.kind == "null" and misfit.written and not misfit.needed and name:
        return f"write `{name}?:`, which leaves it out when it is null, or coalesce(…, another value)"
    if misfit.gap.kind == "absent" and misfit.written:
        return "leave the `?` or `$when` out, and write coalesce(…, another value)"
    if misfit.gap.sure:
        return "give it a value"
    if misfit.stands != "message":
        return "write coalesce(…, another value), or leave such records out: `when: =record.…`"
    return "write coalesce(…, another value), or refuse before: `when: =!(…)` with `refuse: …`"
