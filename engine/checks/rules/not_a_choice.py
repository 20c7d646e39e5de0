"""A constant that is not among the values the schema lists (`enum`) is refused by the other side."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.misfits import finding, of_kind, source, target
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.parts.suggest import did_you_mean, suggest
from engine.types import Boolean, Number, Text, Type

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for misfit in of_kind(subject, "choice"):
        allowed = _values(misfit.gap.wanted)
        wrong = [value for value in _values(misfit.gap.given) if value not in allowed]
        place = source(misfit.gap.wanted)
        words = f"{target(misfit)} cannot be {', '.join(wrong)}{f' ({place})' if place else ''}"
        near = suggest(wrong[0], allowed) if wrong else None
        yield finding(misfit, "not-a-choice", words, f"{did_you_mean(near)}one of: {', '.join(allowed)}")


def _values(type_: Type) -> list[str]:
    shapes = [shape for shape in type_.shapes if isinstance(shape, (Text, Number, Boolean))]
    values = [value for shape in shapes for value in shape.values or ()]
    return sorted(str(value).lower() if isinstance(value, bool) else str(value) for value in values)
