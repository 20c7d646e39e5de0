"""A `once` call does its thing again with every sending: it is not repeated until done, nor answered from a cache."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.protocols.http import HttpEndpoint
from engine.spec.messages import Message, Step

LOCAL = True

_HINT = "say what a second sending does: `effect: read` or `effect: repeatable` at the endpoint"


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
        if isinstance(part, Message):
            yield from _of_message(subject, part, path)


def _of_message(subject: Subject, message: Message, path: Path_) -> Iterator[Diagnostic]:
    for number, step in enumerate(message.steps):
        if not _is_once(subject, step):
            continue
        if step.repeat is not None:
            words = f"each repeat of {step.call} does it once more"
            yield Diagnostic(subject.key(*path, "steps", number, "repeat"), "once-repeated", words, _HINT, "warning")
        if message.cache is not None:
            words = f"an answer from the cache leaves {step.call} undone"
            hint = f"remove `cache`, or {_HINT}"
            yield Diagnostic(subject.key(*path, "cache"), "once-cached", words, hint, "warning")


def _is_once(subject: Subject, step: Step) -> bool:
    _, endpoint = subject.integration.endpoint_called(step.call)
    if isinstance(endpoint, HttpEndpoint) and not endpoint.what:
        return False  # which of the two it is hangs on what could not be read
    return getattr(endpoint, "what_twice", "") == "once"
