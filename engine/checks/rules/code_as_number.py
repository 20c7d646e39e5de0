"""A code that passes through a number loses its zeros: 00123 becomes 123, and another item is meant."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import finding, of_kind, source, target
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for misfit in of_kind(subject, "code"):
        place = source(misfit.gap.wanted)
        words = f"{target(misfit)} was text, became a number and is text again, so 00123 becomes 123"
        hint = "leave decimal(…) or integer(…) out; for an amount give its places: decimal(…, `2`)"
        yield finding(misfit, "code-as-number", words + (f" ({place})" if place else ""), hint)
