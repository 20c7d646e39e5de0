"""A field that the schema requires is not built: the other side would refuse every message."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import finding, of_kind, placed, source
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for misfit in of_kind(subject, "missing"):
        name = misfit.target.rpartition(".")[2]
        wanted = misfit.gap.wanted
        place = "" if source(wanted) else " by the schema"
        words = f'"{misfit.target}" is required{place}, but not given: {placed(wanted)}'
        yield finding(misfit, "missing-target", words, f"add `{name}: …`")
