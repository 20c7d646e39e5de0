"""What running an example came to."""

from __future__ import annotations

from dataclasses import dataclass

from engine.diagnostics import Mark
from engine.examples.compare import Difference


@dataclass(frozen=True)
class Origin:
    """What built a field: where it stands, and its text."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class Wrong:
    """A difference, and the line of the mapping that produced it; None where no mapping did."""

    difference: Difference
    origin: Origin | None


@dataclass(frozen=True)
class Problem:
    """One way in which an example fails.

    Attributes:
        text: the fact, in a line.
        mark: where it stands in the example.
        wrong: field by field, what differs.
        notes: more lines.
    """

    text: str
    mark: Mark
    wrong: tuple[Wrong, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """One example, run.

    Attributes:
        mark: where the example stands.
        problems: none: it passes.
        micros: what it took, in microseconds of the real clock.
    """

    integration: str
    message: str
    title: str
    mark: Mark
    problems: tuple[Problem, ...]
    micros: int

    @property
    def passed(self) -> bool:
        return not self.problems
