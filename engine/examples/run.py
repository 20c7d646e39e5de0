"""Running the examples of files, one after another, on a clock that does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.examples.clock import JumpingLoop
from engine.examples.coverage import Coverage
from engine.examples.observe import Seen
from engine.examples.play import Theatre
from engine.examples.results import Result
from engine.examples.spots import coverage
from engine.examples.suite import Case, FlowCase, Subject, chosen


@dataclass(frozen=True)
class Verdict:
    """What running examples came to.

    Attributes:
        coverage: of each file, if it was asked for.
    """

    results: tuple[Result, ...]
    coverage: tuple[Coverage, ...] = ()

    @property
    def passed(self) -> bool:
        return all(result.passed for result in self.results)


def run(subjects: Iterable[Subject], words: str = "") -> Verdict:
    """Every example whose integration, message or title holds the words, run; in the order of the files."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        results = [
            runner.run(theatre.play(case)) for subject in subjects for theatre, case in _staged(subject, words, None)
        ]
    return Verdict(tuple(results))


def run_observed(subjects: Iterable[Subject], words: str = "") -> Verdict:
    """As `run`, and what the examples exercise."""
    results: list[Result] = []
    covered: list[Coverage] = []
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        for subject in subjects:
            seen = Seen()
            results += [runner.run(theatre.play(case)) for theatre, case in _staged(subject, words, seen)]
            covered.append(coverage(subject, seen, chosen(subject, words)))
    return Verdict(tuple(results), tuple(covered))


def _staged(subject: Subject, words: str, seen: Seen | None) -> Iterator[tuple[Theatre, Case | FlowCase]]:
    """The chosen cases of a file, on one stage."""
    cases = chosen(subject, words)
    if cases:
        theatre = Theatre.of(subject, seen)
        yield from ((theatre, case) for case in cases)
