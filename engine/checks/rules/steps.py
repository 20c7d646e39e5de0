"""A step does one thing: it calls, it computes a `value`, or it refuses. Names are given once."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.parts.scalars import RESERVED
from engine.spec.messages import Message, Step

LOCAL = True

_OF_A_CALL = ("path", "query", "headers", "body", "repeat", "unless", "timeout")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
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
    """What stands in a step fits together. What it has is asked of the file, so that a wrong value is no missing one."""

    def finding(key: str, rule: str, message: str, hint: str) -> Diagnostic:
        return Diagnostic(subject.key(*path, key), rule, message, hint)

    has = {key for key in type(step).model_fields if subject.holds((*path, key))}
    does = "calls" if "call" in has else "computes" if "value" in has else ""
    if does and "refuse" in has:
        yield finding("refuse", "two-steps", f"a step either {does} or refuses", "make two steps of it")
    if "call" not in has:
        yield from _without_call(subject, has, path)
    if "each" not in has and "item" in has:
        yield finding("item", "without-each", "`item` names the element of `each`", "add `each: =list`")
    if "temporary" in has and "refuse" not in has:
        yield finding("temporary", "without-refuse", "`temporary` belongs to `refuse`", "add `refuse: text`")


def _without_call(subject: Subject, has: set[str], path: Path_) -> Iterator[Diagnostic]:
    for key in _OF_A_CALL:
        if key in has:
            hint = "add `call: connection.endpoint`"
            yield Diagnostic(subject.key(*path, key), "without-call", f"`{key}` belongs to a call", hint)
    if "each" in has:
        hint = "a value over a list is written with `$each` in `value`"
        yield Diagnostic(subject.key(*path, "each"), "without-call", "`each` repeats a call", hint)
    if not has & {"refuse", "value", *_OF_A_CALL, "each"}:
        hint = "add `call`, `value` or `refuse`"
        yield Diagnostic(subject.mark(*path), "empty-step", "this step does nothing", hint)
    if "value" in has and "refuse" not in has and "save" not in has:
        hint = "add `save: name`"
        yield Diagnostic(subject.key(*path, "value"), "value-not-kept", "this value is computed and dropped", hint)
