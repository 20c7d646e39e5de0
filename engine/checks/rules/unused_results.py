"""What a step saves and nothing uses is asked in vain, or misses its use.

Results are used by expressions of their message, and by `unless`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.spec.messages import Message

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    mentioned: dict[Path_, set[str]] = defaultdict(set)
    for site in subject.sites:
        mentioned[site.path[:2]].update(name for name, _ in site.expression.names)
    for path, part in subject.parts:
        if isinstance(part, Message):
            yield from _of_message(subject, part, path, mentioned[path])


def _of_message(subject: Subject, message: Message, path: Path_, mentioned: set[str]) -> Iterator[Diagnostic]:
    used = mentioned.union(step.unless for step in message.steps if step.unless)
    for number, step in enumerate(message.steps):
        if step.save and step.save not in used:
            hint = "remove `save`; a call is made all the same" if step.call else "remove this step"
            mark = subject.key(*path, "steps", number, "save")
            yield Diagnostic(mark, "unused-result", f"the result {step.save} is never used", hint, "warning")
