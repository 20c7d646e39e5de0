"""The initial migration reads: a flow that waits for events brings nothing of what was there before."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, shown


def check(subject: Subject) -> Iterator[Diagnostic]:
    for number, name in enumerate(subject.integration.migrate):
        if isinstance(name, str) and subject.holds(("flows", name, "trigger", "event")):
            words = f"{shown(name)} begins with an event, so there is nothing to read"
            hint = "name a flow that reads all there is, such as one with `trigger: {manual: true}`"
            yield Diagnostic(subject.mark("migrate", number), "migrates-nothing", words, hint)
