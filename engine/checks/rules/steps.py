"""A step does one thing: it calls, it computes a `value`, or it refuses. Names are given once."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.parts.scalars import RESERVED
from engine.spec.messages import Message, Step
from engine.spec.sites import parts

_OF_A_CALL = ("path", "query", "headers", "body", "repeat", "unless", "timeout")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in parts(subject.integration):
        if isinstance(part, Message):
            yield from _names(subject, part, path)
            for number, step in enumerate(part.steps):
                yield from _shape(subject, step, (*path, "steps", number))


def _names(subject: Subject, message: Message, path: Path_) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for number, step in enumerate(message.steps):
        if step.save in seen:
            yield Diagnostic(
                subject.mark(*path, "steps", number, "save"),
                "name-twice",
                f'a step before is called "{step.save}"',
                "choose another name",
            )
        if step.save:
            seen.add(step.save)
        if step.item in RESERVED - {"item"} or step.item in seen:
            yield Diagnostic(
                subject.mark(*path, "steps", number, "item"),
                "reserved-name",
                f'"{step.item}" is taken',
                "choose another name",
            )


def _shape(subject: Subject, step: Step, path: Path_) -> Iterator[Diagnostic]:
    if step.call and step.refuse is not None:
        yield Diagnostic(
            subject.key(*path, "refuse"), "two-steps", "a step either calls or refuses", "make two steps of it"
        )
    if not step.call and step.refuse is None and step.value is None:
        yield Diagnostic(subject.mark(*path), "empty-step", "this step does nothing", "add `call`, `value` or `refuse`")
    if not step.call:
        for key in _OF_A_CALL:
            if subject.holds((*path, key)):
                yield Diagnostic(
                    subject.key(*path, key),
                    "without-call",
                    f"`{key}` belongs to a call",
                    "add `call: connection.endpoint`",
                )
        if step.each is not None:
            hint = "a value over a list is written with `$each` in `value`"
            yield Diagnostic(subject.key(*path, "each"), "without-call", "`each` repeats a call", hint)
    if step.each is None and subject.holds((*path, "item")):
        yield Diagnostic(
            subject.key(*path, "item"), "without-each", "`item` names the element of `each`", "add `each: =list`"
        )
    if step.temporary and step.refuse is None:
        yield Diagnostic(
            subject.key(*path, "temporary"), "without-refuse", "`temporary` belongs to `refuse`", "add `refuse: text`"
        )
    if not step.call and step.value is not None and not step.save:
        yield Diagnostic(
            subject.key(*path, "value"), "value-not-kept", "this value is computed and dropped", "add `save: name`"
        )
