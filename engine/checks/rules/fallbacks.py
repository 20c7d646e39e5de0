"""`fallback` and `cache.offline` answer while a system is away; where no call can say so, they never do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.spec.messages import Message


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, message in subject.integration.messages.items():
        if message:
            yield from _of_message(subject, message, ("messages", name))


def _of_message(subject: Subject, message: Message, path: Path_) -> Iterator[Diagnostic]:
    cache = message.cache
    if not _can_fail(subject, message, frozenset()):
        hint = "remove it; what the steps compute is always there"
        words = "no call of this message can be unreachable, so this is never used"
        if message.fallback is not None:
            yield Diagnostic(subject.key(*path, "fallback"), "never-answers", words, hint, "warning")
        if cache is not None and cache.offline is not None:
            yield Diagnostic(subject.key(*path, "cache", "offline"), "never-answers", words, hint, "warning")
    elif cache is not None and _is_no_longer(cache.offline, cache.keep):
        words = "an answer this old is given anyway, so this is never used"
        hint = "write a time longer than `keep`, or remove it"
        yield Diagnostic(subject.key(*path, "cache", "offline"), "never-answers", words, hint, "warning")


def _is_no_longer(time: Any, other: Any) -> bool:
    return isinstance(time, float) and isinstance(other, float) and time <= other


def _can_fail(subject: Subject, message: Message, above: frozenset[str]) -> bool:
    """Whether a call of a message can be unreachable, and fails the message then."""
    for step in message.steps:
        if step.call and not step.optional:
            inner = subject.integration.messages.get(step.call)
            if inner is None:
                return True
            if step.call not in above and not inner.fallback and _can_fail(subject, inner, above | {step.call}):
                return True
    return False
