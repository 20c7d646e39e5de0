"""What a step saves and nothing uses is asked in vain, or misses its use.

Results are used by expressions of their message, and by `unless`.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.spec.messages import Message

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    mentioned = {
        (site.path[:2], name) for site in subject.sites if site.path[0] == "messages" for name, _ in site.expression.names
    }
    for path, part in subject.parts:
        for number, step in enumerate(part.steps if isinstance(part, Message) else ()):
            asked = {other.unless for other in part.steps}
            if step.save and step.save not in asked and (path, step.save) not in mentioned:
                hint = "remove `save`; a call is made all the same" if step.call else "remove this step"
                mark = subject.key(*path, "steps", number, "save")
                yield Diagnostic(mark, "unused-result", f"the result {step.save} is never used", hint, "warning")
