"""Whether an example of a flow ended as it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

from engine.diagnostics import Mark
from engine.errors import EngineError
from engine.examples.blame import origin_in_flow
from engine.examples.compare import Difference, differences
from engine.examples.judge import calls, error, told
from engine.examples.results import Origin, Problem, Wrong
from engine.examples.script import Script
from engine.examples.suite import FlowCase, Subject
from engine.exchange import Outcome
from engine.expression.expressions import Expression

WORST: Sequence[Outcome] = ("skipped", "unchanged", "done", "sent", "held", "again", "discarded", "parked")
"""Outcomes; of several records the last of these is the outcome of the example."""
assert set(WORST) == set(get_args(Outcome))

_WORDS: Mapping[Outcome, str] = {"again": "to be tried again"}


@dataclass(frozen=True)
class Sent:
    """One message that a flow sent: the keys of its records, and its input."""

    keys: list[str]
    input: Any

    def shown(self, names: Iterable[str]) -> dict[str, Any]:
        """The parts that an example names."""
        return {name: getattr(self, name) for name in ("keys", "input") if name in names}


@dataclass(frozen=True)
class FlowEnding:
    """How an example of a flow ended.

    Attributes:
        is_broken_off: a call came out of turn, and nothing else is known.
        outcome: the worst of all records.
        decider: what in the file decided so, of records that are skipped, held, unchanged.
        failed: the records that are stuck, `{key, error}`.
        error: why the last one failed, or (`is_early`) why records could not be taken in.
        cursor: how far the flow has read.
    """

    script: Script
    is_broken_off: bool = False
    outcome: Outcome = "done"
    decider: Expression | None = None
    sent: tuple[Sent, ...] = ()
    failed: list[dict[str, Any]] = field(default_factory=list)
    error: EngineError | None = None
    is_early: bool = False
    cursor: Any = None


def judge_flow(subject: Subject, case: FlowCase, ending: FlowEnding) -> list[Problem]:
    """Everything that is not as the example says."""
    return list(_Judge(subject, case, ending).problems())


@dataclass(frozen=True)
class _Judge:
    subject: Subject
    case: FlowCase
    ending: FlowEnding

    def problems(self) -> Iterator[Problem]:
        yield from calls(self.subject, self.case, self.ending.script)
        if self.ending.is_broken_off:
            return
        given = self.case.example.model_fields_set
        if "sends" in given:
            yield from self._sent()
        yield from self._outcome()
        if "failed" in given:
            found = differences(self.case.example.failed or [], self.ending.failed)
            yield from self._differing("the records that failed differ", found, "failed")
        if "next_cursor" in given:
            found = differences(self.case.example.next_cursor, self.ending.cursor)
            yield from self._differing("the cursor differs", found, "next_cursor")

    def _sent(self) -> Iterator[Problem]:
        wanted, got = sends(self.case, self.ending)
        yield from self._differing("what is sent differs", differences(wanted, got), "sends")

    def _outcome(self) -> Iterator[Problem]:
        """Whether the records came where they should, and failed as they should."""
        example, ending = self.case.example, self.ending
        if example.error is not None:
            if ending.error is None:
                words = f"it should fail, {example.error.kind}, but {_told(ending.outcome)}"
                yield Problem(words, self._mark("error"))
            else:
                yield from error(example.error, ending.error, self._mark("error"))
        elif ending.is_early and ending.error is not None:
            yield Problem(f"it failed, {told(ending.error)['kind']}: {ending.error}", self._mark())
        wanted = expected_outcome(self.case)
        if wanted is not None and wanted != ending.outcome:
            place = self._mark("outcome") if example.outcome else self._mark()
            words = f"its outcome should be {wanted}, but {_told(ending.outcome)}"
            yield Problem(words, place, (), tuple(self._reasons()))

    def _reasons(self) -> Iterator[str]:
        """Why the records came where they did."""
        if self.ending.error:
            yield f"the last error, {told(self.ending.error)['kind']}: {self.ending.error}"
        if self.ending.decider:
            yield f"decided by  {self.ending.decider.place.mark}  {self.ending.decider.text}"

    def _differing(self, text: str, found: Iterable[Difference], key: str) -> Iterator[Problem]:
        wrong = tuple(Wrong(one, self._origin(key, one)) for one in found)
        if wrong:
            yield Problem(text, self._mark(key), wrong)

    def _origin(self, key: str, found: Difference) -> Origin | None:
        match (key, *found.path):
            case ("sends", _, "input", *rest):
                return origin_in_flow(self.subject, self.case.name, ("input", *rest))
            case ("sends", _, "keys", *_):
                return origin_in_flow(self.subject, self.case.name, ("key",))
            case ("next_cursor", *rest):
                return origin_in_flow(self.subject, self.case.name, ("next", *rest))
        return None

    def _mark(self, *path: str | int) -> Mark:
        return self.subject.mark(*self.case.path, *path)


def sends(case: FlowCase, ending: FlowEnding) -> tuple[list[Any], list[Any]]:
    """The messages that should be sent, and those that were, each with the parts that the example names."""
    wanted = case.example.sends
    named = [one.model_fields_set & {"keys", "input"} for one in wanted]
    expected = [
        {name: getattr(one, name) for name in ("keys", "input") if name in names}
        for one, names in zip(wanted, named, strict=True)
    ]
    more = [{"keys", "input"}] * len(ending.sent)
    return expected, [one.shown(names) for one, names in zip(ending.sent, [*named, *more], strict=False)]


def expected_outcome(case: FlowCase) -> Outcome | None:
    """What should become of the records; None: the example says it otherwise."""
    example = case.example
    if example.outcome is not None:
        return example.outcome
    if example.error is not None or example.failed:
        return None
    return "sent" if case.asks else "done"


def _told(outcome: Outcome) -> str:
    return f"it is {_WORDS.get(outcome, outcome)}"
