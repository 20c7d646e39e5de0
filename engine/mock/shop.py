"""The messages of one integration, answered from their examples: input → reply, without an engine behind; and its events,
of which it is checked that they fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.api import problems
from engine.api.events import is_several, posts_of
from engine.api.requests import Problem as Unanswered
from engine.errors import EngineError, InvalidInput, MappingError, Refused, Stopped, Unreachable, Violation
from engine.examples.compare import differences
from engine.examples.suite import Case, Subject
from engine.exchange import new_id
from engine.formats.json import dumps
from engine.mock.answers import Answer, differing, in_words, problem
from engine.plan import Plan
from engine.redaction import Redactor
from engine.runtime.intake.events import require_fitting
from engine.spec.examples import Example, Problem
from engine.spec.matchers import matcher

_PERHAPS = ("timeout", "reset", "garbage")
"""Causes after which a call may have been carried out."""

_ANY = {"anything": "text", "text": "text", "number": 0, "boolean": True, "list": [], "object": {}}


def paths(plan: Plan) -> Iterator[str]:
    """Where it is posted to, below `/v1/INTEGRATION`."""
    yield "messages/MESSAGE"
    if plan.events:
        yield "events/EVENT"


class Shop:
    """Stands for `engine serve` of one integration."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject

    def answer(self, message: str, value: Any) -> Answer:
        """What a message gives for an input."""
        name = self.subject.plan.name
        plan = self.subject.plan.messages.get(message)
        if plan is None:
            known = ", ".join(self.subject.plan.messages)
            return problem(404, "No such message", f"{name} has no message {message}; it has: {known}")
        ranked = [(case, list(differences(_input(case.example), value))) for case in self._ended(message)]
        fitting = [case for case, found in ranked if not found]
        if fitting:
            return self._given(fitting[0])
        violations = plan.check_input(value) if plan.check_input else ()
        if violations:
            return _failed(InvalidInput(violations), f"{name}.{message}: the input does not fit its schema")
        if not ranked:
            return problem(404, "No example", f"{name}.{message} has no example that ends with a reply or an error")
        nearest, found = min(ranked, key=lambda pair: len(pair[1]))
        mark = self.subject.mark(*nearest.path)
        detail = f"no example of {name}.{message} has this input: {in_words(found)} ({nearest.example.title}, {mark})"
        told = {"example": nearest.example.title, "place": str(mark), "differences": differing(found)}
        return problem(404, "No example fits", detail, nearest=told)

    def take(self, event: str, posted: Any) -> Answer:
        """What the sender of an event is told; nothing follows from it."""
        name, plan = f"{self.subject.plan.name}.{event}", self.subject.plan.events.get(event)
        if plan is None:
            known = ", ".join(self.subject.plan.events) or "none"
            return problem(404, "No such event", f"{self.subject.plan.name} has no event {event}; it has: {known}")
        try:
            posts = posts_of(plan, posted, "")
            require_fitting(plan, posts)
        except InvalidInput as error:
            return _failed(error, f"{name}: what was posted does not fit its schema")
        except Unanswered as error:
            return problem(error.response.status_code, "Too large", str(error))
        told = [{"exchange": new_id()} for _ in posts]
        return _json(202, told if is_several(plan, posted) else told[0], f"{name}: accepted, and nothing follows here")

    def _given(self, case: Case) -> Answer:
        """How an example ends, as an answer."""
        why = f"{self.subject.plan.name}.{case.name}: {case.example.title}"
        if case.example.error is not None:
            return _failed(self._error(case, case.example.error), why)
        reply = filled(case.example.reply)
        if case.example.failed:
            return _json(207, {"reply": reply, "failed": filled(case.example.failed)}, why)
        return _json(200, reply, why)

    def _error(self, case: Case, wanted: Problem) -> EngineError:
        """An error as production would raise it, in the example's words."""
        text = str(filled(wanted.text) or "as in the example")
        code = str(filled(wanted.code) or "")
        match wanted.kind:
            case "refused":
                return Refused(text, code=code)
            case "invalid":
                check = self.subject.plan.messages[case.name].check_input
                return InvalidInput((check and check(case.example.input)) or [Violation("", text)])
            case "unreachable":
                cause = code or _cause(case.example)
                return Unreachable(text, cause=cause, may_have_happened=cause in _PERHAPS)
            case "mapping":
                return MappingError(text)
            case "stopped":
                return Stopped(text)

    def _ended(self, message: str) -> list[Case]:
        """The examples of a message that say how it ends."""
        ends = {"reply", "error"}
        return [case for case in self.subject.cases if case.name == message and case.example.model_fields_set & ends]


def filled(value: Any) -> Any:
    """Data with something that fits in the place of each matcher; of a pattern, the pattern itself."""
    name = matcher(value)
    if name == "$any":
        return _ANY[value["$any"]]
    if name is not None:
        return filled(value[name])
    if isinstance(value, dict):
        return {key: filled(inner) for key, inner in value.items()}
    return [filled(inner) for inner in value] if isinstance(value, list) else value


def _input(example: Example) -> Any:
    """What is posted; nothing at all is an object without fields."""
    return {} if example.input is None else example.input


def _cause(example: Example) -> str:
    """Why a system could not be reached, by what the calls of the example get."""
    failing = [call.fails or ("timeout" if call.delay else "") for call in example.calls]
    return next(filter(None, reversed(failing)), "connect")


def _failed(error: EngineError, why: str) -> Answer:
    document = problems.of_error(error, "example", Redactor(()))
    return Answer(document["status"], {"content-type": "application/problem+json"}, dumps(document), why)


def _json(status: int, value: Any, why: str) -> Answer:
    return Answer(status, {"content-type": "application/json"}, dumps(value), why)
