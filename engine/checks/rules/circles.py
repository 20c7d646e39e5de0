"""Messages that call each other in a circle would never end; nor would flows that follow each other."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic

_Message = tuple[str, str]
"""Integration and message."""


def check(subject: Subject) -> Iterator[Diagnostic]:
    yield from _of_flows(subject)
    told: set[_Message] = set()
    for name, message in subject.integration.messages.items():
        start = (subject.integration.name, name)
        for number, step in enumerate(message.steps if message else ()):
            target = subject.integration.message_called(step.call or "")
            circle = _way(subject, target, start) if target and start not in told else None
            if circle:
                told.update(circle)
                words = " → ".join(_shown(one, subject.integration.name) for one in (start, *circle))
                mark = subject.mark("messages", name, "steps", number, "call")
                yield Diagnostic(mark, "calls-itself", f"this never ends: {words}", "let one of them call an endpoint")


def _of_flows(subject: Subject) -> Iterator[Diagnostic]:
    """Each circle is told once, at the flow that stands first in the file."""
    after = {name: flow.trigger.after for name, flow in subject.integration.flows.items() if flow and flow.trigger}
    told: set[str] = set()
    for name in after:
        way, at = [name], after[name]
        while at in after and at not in way:
            way.append(at)
            at = after[at]
        if at == name and name not in told:
            told.update(way)
            words = " → ".join([*reversed(way), way[-1]])
            mark = subject.mark("flows", name, "trigger", "after")
            yield Diagnostic(mark, "calls-itself", f"this never begins: {words}", "let one of them begin by itself")


def _way(subject: Subject, begin: _Message, end: _Message) -> list[_Message] | None:
    """The messages on the way from one to another, both included; None if there is none."""
    ways, seen = [[begin]], {begin}
    for way in ways:
        if way[-1] == end:
            return way
        for target in _targets(subject, way[-1]):
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return None


def _targets(subject: Subject, message: _Message) -> Iterator[_Message]:
    integration = subject.named(message[0])
    found = integration.messages.get(message[1]) if integration else None
    for step in found.steps if integration and found else ():
        target = integration.message_called(step.call or "") if integration else None
        if target:
            yield target


def _shown(message: _Message, home: str) -> str:
    return message[1] if message[0] == home else ".".join(message)
