"""Results as text: what a person reads on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from engine.document import Path_
from engine.examples.compare import Nothing
from engine.examples.results import Problem, Result, Wrong
from engine.formats.json import dumps

LONGEST = 300


def messages(results: Sequence[Result]) -> Iterator[tuple[str, bool]]:
    """One line per message with its counts, and whether all of its examples pass."""
    width = max((len(_name(result)) for result in results), default=0)
    for name, group in groupby(results, key=_name):
        found = list(group)
        passed = sum(result.passed for result in found)
        count = f"{passed} of {len(found)} pass" if passed < len(found) else f"{passed} pass"
        yield f"{name.ljust(width)}  {count}", passed == len(found)


def failure(result: Result) -> Iterator[str]:
    """A failed example, line by line: where it stands, and everything that is not as it says."""
    yield f"{result.mark}: {_name(result)}: {result.title}"
    for problem in result.problems:
        yield from _problem(problem)


def summary(results: Sequence[Result], seconds: float) -> str:
    failed = sum(not result.passed for result in results)
    examples = f"{len(results)} example{'s' if len(results) != 1 else ''}"
    return f"{examples}, {failed or 'none'} failed, {seconds:.2f} s"


def path(steps: Path_) -> str:
    """A path as people write it: `body.items[0].sku`."""
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or "(all)"


def value(held: object) -> str:
    """A value as JSON on one line."""
    if isinstance(held, Nothing):
        return "nothing"
    text = dumps(held).decode()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _name(result: Result) -> str:
    return f"{result.integration}.{result.message}"


def _problem(problem: Problem) -> Iterator[str]:
    yield f"  {problem.mark.line}: {problem.text}"
    for wrong in problem.wrong:
        yield from _wrong(wrong)
    for note in problem.notes:
        yield f"      {note}"


def _wrong(wrong: Wrong) -> Iterable[str]:
    found, origin = wrong.difference, wrong.origin
    yield f"      {path(found.path)}"
    yield f"        expected  {value(found.expected)}"
    yield f"        got       {value(found.got)}"
    if origin is not None:
        yield f"        built by  {origin.mark}  {_short(origin.text)}".rstrip()


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 100 else f"{line[:99]}…"
