"""What is declared and never used is forgotten, or misses its use: a setting an administrator sets in vain.

Messages are for callers outside the file, so they are never unused. A file without messages is one that is being begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from engine.auth.shared import Shared
from engine.calls import CallSpec
from engine.checks.rules.schemas import places, references
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.parts.policies import Offline
from engine.spec.messages import Step


@dataclass(frozen=True)
class _Used:
    """What is used in an entry.

    Attributes:
        settings: by name; None if all may be, as by `lookup(settings, …)`.
        called: every `connection.endpoint` that is called, and `connection` whose session is shared.
        schemas: by name, those that other schemas use not counted.
    """

    settings: frozenset[str] | None
    called: frozenset[str]
    schemas: frozenset[str]


def check(subject: Subject) -> Iterator[Diagnostic]:
    if not subject.integration.messages:
        return
    used = tuple(subject.by_entry(_used))
    yield from _settings(subject, used)
    yield from _endpoints(subject, frozenset(call for one in used for call in one.called))
    yield from _schemas(subject, [name for one in used for name in one.schemas])


def _used(subject: Subject) -> _Used:
    named = (name for path, value in places(subject) if path[0] != "schemas" for name in _named(value))
    return _Used(_named_settings(subject), frozenset(_called(subject)), frozenset(named))


def _named_settings(subject: Subject) -> frozenset[str] | None:
    used: set[str] = set()
    for site in subject.sites:
        whole = sum(name == "settings" for name, _ in site.expression.names)
        if whole > len(site.expression.settings):
            return None
        used.update(name for name, _ in site.expression.settings)
    return frozenset(used)


def _settings(subject: Subject, used: Iterable[_Used]) -> Iterator[Diagnostic]:
    named = [one.settings for one in used]
    for name in subject.integration.settings if None not in named else ():
        if not any(name in names for names in named if names is not None):
            yield _finding(subject, ("settings", name), "unused-setting", f"the setting {name}")


def _endpoints(subject: Subject, called: Set[str]) -> Iterator[Diagnostic]:
    for name, connection in subject.integration.connections.items():
        endpoints = list(getattr(connection, "endpoints", None) or ())
        if name not in {call.partition(".")[0] for call in called}:
            yield _finding(subject, ("connections", name), "unused-connection", f"the connection {name}")
            continue
        for endpoint in endpoints:
            if f"{name}.{endpoint}" not in called:
                path = ("connections", name, "endpoints", endpoint)
                yield _finding(subject, path, "unused-endpoint", f"the endpoint {name}.{endpoint}")


def _called(subject: Subject) -> Iterator[str]:
    for _, part in subject.parts:
        if isinstance(part, (CallSpec, Step)) and part.call:
            yield part.call
        elif isinstance(part, Offline):
            yield part.probe
        elif isinstance(part, Shared):
            yield part.connection


def _schemas(subject: Subject, waiting: list[str]) -> Iterator[Diagnostic]:
    own = subject.integration.schemas
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in own and name not in used:
            used.add(name)
            waiting.extend(_named(own[name]))
    for name in own:
        if name not in used:
            yield _finding(subject, ("schemas", name), "unused-schema", f"the schema {name}")


def _named(schema: object) -> list[str]:
    if isinstance(schema, str):
        return [schema]
    return [reference for _, reference in references(schema, ())]


def _finding(subject: Subject, path: Path_, rule: str, what: str) -> Diagnostic:
    return Diagnostic(subject.key(*path), rule, f"{what} is never used", "use it, or remove it", "warning")
