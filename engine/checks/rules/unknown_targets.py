"""A field that the schema of the target does not know is refused, or silently ignored: mostly it is misspelled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.checks.misfits import finding, of_kind, source
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.parts.suggest import did_you_mean, misspelled, suggest
from engine.types import fields_of

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for misfit in of_kind(subject, "unknown"):
        gap, name = misfit.gap, misfit.target.rpartition(".")[2]
        names = list(fields_of(gap.wanted))
        near = suggest(name, names) if gap.sure else misspelled(name, names)
        place = source(gap.wanted)
        words = f'"{misfit.target}" is not known{f" ({place})" if place else ""}'
        hint = f"{did_you_mean(near)}known: {', '.join(names[:12])}{', …' if len(names) > 12 else ''}"
        sure = gap.sure or (misfit.written and near is not None)
        yield finding(replace(misfit, gap=replace(gap, sure=sure)), "unknown-target", words, hint)
