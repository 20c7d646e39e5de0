"""Running the examples of files, one after another, on a clock that does not wait."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from engine.examples.clock import JumpingLoop
from engine.examples.play import Theatre
from engine.examples.results import Result
from engine.examples.suite import Subject, chosen


def run(subjects: Iterable[Subject], words: str = "") -> list[Result]:
    """Every example whose integration, message or title holds the words, run; in the order of the files."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(_all(subjects, words))


async def _all(subjects: Iterable[Subject], words: str) -> list[Result]:
    results = []
    for subject in subjects:
        cases = chosen(subject, words)
        theatre = Theatre.of(subject) if cases else None
        results += [await theatre.play(case) for case in cases] if theatre else []
    return results
