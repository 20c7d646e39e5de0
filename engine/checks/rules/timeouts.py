"""A message ends after its `timeout`, whatever its calls are still waiting for: longer times inside it never count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.parts.policies import Retry
from engine.parts.scalars import Range
from engine.spec.messages import Message, Step

_HINT = "shorten it, or give the message a longer `timeout`"


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, message in subject.integration.messages.items():
        if message and isinstance(message.timeout, float):
            for number, step in enumerate(message.steps):
                yield from _of_step(subject, name, message, step, ("messages", name, "steps", number))


def _of_step(subject: Subject, name: str, message: Message, step: Step, path: Path_) -> Iterator[Diagnostic]:
    ends = f"the message {name} ends after {message.timeout:g} s"
    limit = message.timeout
    if _longer(step.timeout, limit):
        yield _finding(subject, (*path, "timeout"), f"this call may take {step.timeout:g} s, {ends}")
    if step.repeat and subject.holds((*path, "repeat", "limit")) and _longer(step.repeat.limit, limit):
        yield _finding(subject, (*path, "repeat", "limit"), f"this is repeated for {step.repeat.limit:g} s, {ends}")
    connection, _, endpoint = (step.call or "").partition(".")
    home = ("connections", connection, "endpoints", endpoint)
    _, found = subject.integration.endpoint_called(step.call)
    if found is None:
        return
    longest, retry = getattr(found, "timeout", None), getattr(found, "retry", None)  # files have neither
    if step.timeout is None and _longer(longest, limit):
        yield _finding(subject, (*home, "timeout"), f"this call may take {longest:g} s, {ends}")
    if retry and _longer(_waits(retry), limit):
        words = f"the waits between the attempts come to {_waits(retry):g} s, {ends}"
        yield _finding(subject, (*home, "retry"), words)


def _longer(time: Any, limit: float) -> bool:
    return isinstance(time, float) and time > limit


def _waits(retry: Retry) -> float | None:
    """What the waits of a retry come to, in seconds: each is up to twice the one before, and half of that on average."""
    if not isinstance(retry.backoff, Range) or not isinstance(retry.attempts, int):
        return None
    first, last = retry.backoff.first, retry.backoff.last
    return sum(min(first * 2.0**number, last) for number in range(min(retry.attempts, 64) - 1)) / 2


def _finding(subject: Subject, path: Path_, words: str) -> Diagnostic:
    return Diagnostic(subject.mark(*path), "longer-than-message", words, _HINT, "warning")
