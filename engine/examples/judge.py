"""Whether an example ended as it says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.diagnostics import Mark
from engine.document import Path_
from engine.errors import EngineError, InvalidInput, MappingError, Refused, Unreachable
from engine.examples.blame import origin_in_call, origin_in_reply
from engine.examples.compare import Difference, differences
from engine.examples.results import Origin, Problem, Wrong
from engine.examples.script import Asked, Script, made_by
from engine.examples.suite import Case, FlowCase, Subject
from engine.examples.wire import short
from engine.runtime.messages.engine import Completed
from engine.spec import examples as spec


@dataclass(frozen=True)
class Ending:
    """How an example ended; `answer` is None where a call came out of turn."""

    script: Script
    answer: Completed | None


def judge(subject: Subject, case: Case, ending: Ending) -> list[Problem]:
    """Everything that is not as the example says."""
    return list(_Judge(subject, case, ending).problems())


@dataclass(frozen=True)
class _Judge:
    subject: Subject
    case: Case
    ending: Ending

    def problems(self) -> Iterator[Problem]:
        yield from calls(self.subject, self.case, self.ending.script)
        if self.ending.answer is not None:
            yield from self._ended(self.ending.answer)

    def _ended(self, answer: Completed) -> Iterator[Problem]:
        example = self.case.example
        if example.error is not None:
            yield from self._failed(answer)
        elif answer.error is not None:
            yield self._failure(answer.error)
        else:
            if "reply" in example.model_fields_set:
                found = differences(example.reply, answer.exchange.reply)
                yield from self._differing("the reply differs", found, "reply")
            found = differences(example.failed or [], answer.failed)
            yield from self._differing("the failed records differ", found, "failed")

    def _failed(self, answer: Completed) -> Iterator[Problem]:
        """Of an example that must fail: whether it does so as it says."""
        wanted = self.case.example.error
        assert wanted is not None
        if answer.error is None:
            reply = f"it replied: {short(answer.exchange.reply)}"
            yield Problem(f"it should fail, {wanted.kind}, but it gave a reply", self._mark("error"), notes=(reply,))
        else:
            yield from error(wanted, answer.error, self._mark("error"))

    def _failure(self, error: EngineError) -> Problem:
        kind = told(error)["kind"]
        place = self._mark("reply") if "reply" in self.case.example.model_fields_set else self._mark()
        return Problem(f"it failed, {kind}: {error}", place)

    def _differing(self, text: str, found: Iterable[Difference], key: str) -> Iterator[Problem]:
        wrong = tuple(Wrong(one, self._origin(key, one.path)) for one in found)
        if wrong:
            yield Problem(text, self._mark(key), wrong)

    def _origin(self, key: str, path: Path_) -> Origin | None:
        return origin_in_reply(self.subject, self.case.name, key, path)

    def _mark(self, *path: str | int) -> Mark:
        return self.subject.mark(*self.case.path, *path)


# -- what examples of messages and flows have in common ------------------------------------------------------------


def calls(subject: Subject, case: Case | FlowCase, script: Script) -> Iterator[Problem]:
    """Whether the listed calls were made, and no others, and what was sent with them."""
    for asked in script.asked:
        if asked.differences:
            text = f"call {asked.index + 1}, {script.calls[asked.index].call}{_made(asked)}: what was sent differs"
            flow = case.name if isinstance(case, FlowCase) else None
            origins = [origin_in_call(subject, flow, asked.step, found.path) for found in asked.differences]
            wrong = tuple(map(Wrong, asked.differences, origins))
            yield Problem(text, subject.mark(*case.path, "calls", asked.index, "sent"), wrong)
    if script.unexpected:
        yield Problem(script.unexpected, subject.mark(*case.path, "calls", len(script.asked)))
        return
    for index in script.left:
        call = script.calls[index].call
        yield Problem(f"call {index + 1}, {call}, was not made", subject.mark(*case.path, "calls", index, "call"))


def error(wanted: spec.Problem, got: EngineError, mark: Mark) -> Iterator[Problem]:
    """Whether an error is as an example says; what it does not name is not compared."""
    names = [name for name in ("kind", "text", "code") if name in wanted.model_fields_set]
    said = told(got)
    origin = Origin(got.mark, "") if isinstance(got, MappingError) and got.mark else None
    found = differences({name: getattr(wanted, name) for name in names}, {name: said[name] for name in names})
    wrong = tuple(Wrong(one, origin) for one in found)
    if wrong:
        yield Problem("the error differs", mark, wrong, (f"it was: {got}",))


def told(error: EngineError) -> dict[str, Any]:
    """An error as an example names it: kind, text, code."""
    if isinstance(error, InvalidInput):
        return {"kind": "invalid", "text": str(error), "code": ""}
    if isinstance(error, Refused):
        return {"kind": "refused", "text": error.text, "code": error.code}
    if isinstance(error, Unreachable):
        return {"kind": "unreachable", "text": error.text, "code": error.cause}
    if isinstance(error, MappingError):
        return {"kind": "mapping", "text": error.message, "code": ""}
    return {"kind": "stopped", "text": str(error), "code": ""}


def _made(asked: Asked) -> str:
    by = made_by(asked.step)
    return f", made{by}" if by else ""
