"""What is declared and never used is forgotten, or misses its use: a setting an administrator sets in vain.

Messages are for callers outside the file, so they are never unused. A file without messages is one that is being begun.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from engine.auth.shared import Shared
from engine.calls import CallSpec
from engine.checks.rules.schemas import places, references
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.parts.policies import Offline
from engine.spec.messages import Step


def check(subject: Subject) -> Iterator[Diagnostic]:
    if not subject.integration.messages:
        return
    yield from _settings(subject)
    yield from _endpoints(subject)
    yield from _schemas(subject)
    yield from _results(subject)


def _settings(subject: Subject) -> Iterator[Diagnostic]:
    used: set[str] = set()
    for site in subject.sites:
        whole = sum(name == "settings" for name, _ in site.expression.names)
        if whole > len(site.expression.settings):
            return  # `lookup(settings, …)` may take any of them
        used.update(name for name, _ in site.expression.settings)
    for name in subject.integration.settings:
        if name not in used:
            yield _finding(subject, ("settings", name), "setting", f"the setting {name}")


def _endpoints(subject: Subject) -> Iterator[Diagnostic]:
    called = set(_called(subject))
    for name, connection in subject.integration.connections.items():
        endpoints = list(getattr(connection, "endpoints", None) or ())
        if name not in {call.partition(".")[0] for call in called}:
            yield _finding(subject, ("connections", name), "connection", f"the connection {name}")
            continue
        for endpoint in endpoints:
            if f"{name}.{endpoint}" not in called:
                path = ("connections", name, "endpoints", endpoint)
                yield _finding(subject, path, "endpoint", f"the endpoint {name}.{endpoint}")


def _called(subject: Subject) -> Iterator[str]:
    """Every `connection.endpoint` that is called, and `connection` whose session is shared."""
    for _, part in subject.parts:
        if isinstance(part, (CallSpec, Step)) and part.call:
            yield part.call
        elif isinstance(part, Offline):
            yield part.probe
        elif isinstance(part, Shared):
            yield part.connection


def _schemas(subject: Subject) -> Iterator[Diagnostic]:
    own = subject.integration.schemas
    waiting = [name for path, value in places(subject) if path[0] != "schemas" for name in _named(value)]
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in own and name not in used:
            used.add(name)
            waiting.extend(_named(own[name]))
    for name in own:
        if name not in used:
            yield _finding(subject, ("schemas", name), "schema", f"the schema {name}")


def _named(schema: object) -> list[str]:
    if isinstance(schema, str):
        return [schema]
    return [reference for _, reference in references(schema, ())]


def _results(subject: Subject) -> Iterator[Diagnostic]:
    mentioned: dict[Path_, set[str]] = defaultdict(set)
    for site in subject.sites:
        mentioned[site.path[:2]].update(name for name, _ in site.expression.names)
    for name, message in subject.integration.messages.items():
        steps = message.steps if message else ()
        used = mentioned["messages", name].union(step.unless for step in steps if step.unless)
        for number, step in enumerate(steps):
            if step.save and step.save not in used:
                hint = "remove `save`; a call is made all the same" if step.call else "remove this step"
                path = ("messages", name, "steps", number, "save")
                yield _finding(subject, path, "result", f"the result {step.save}", hint)


def _finding(subject: Subject, path: Path_, kind: str, what: str, hint: str = "") -> Diagnostic:
    words = f"{what} is never used"
    return Diagnostic(subject.key(*path), _RULES[kind], words, hint or "use it, or remove it", "warning")


_RULES = {
    "setting": "unused-setting",
    "connection": "unused-connection",
    "endpoint": "unused-endpoint",
    "schema": "unused-schema",
    "result": "unused-result",
}
