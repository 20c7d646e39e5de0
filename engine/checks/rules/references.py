"""What a file refers to must exist: connections, endpoints, messages, steps, other integrations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.auth.shared import Shared
from engine.calls import CallSpec
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, Mark
from engine.document import Path_
from engine.parts.policies import Offline
from engine.parts.suggest import suggest
from engine.spec.messages import Message
from engine.spec.sites import parts

RULE = "unknown-reference"


def check(subject: Subject) -> Iterator[Diagnostic]:
    yield from _used_integrations(subject)
    for path, part in parts(subject.integration):
        if isinstance(part, CallSpec):
            yield from _endpoint(subject, part.call, (*path, "call"))
        elif isinstance(part, Offline):
            yield from _endpoint(subject, part.probe, (*path, "probe"))
        elif isinstance(part, Shared):
            yield from _known(
                "connection", part.connection, subject.integration.connections, subject.mark(*path, "connection")
            )
        elif isinstance(part, Message):
            yield from _steps(subject, part, path)
    yield from _clients(subject)


def _used_integrations(subject: Subject) -> Iterator[Diagnostic]:
    for name, used in subject.integration.uses.items():
        yield from _known(
            "integration",
            used,
            subject.others,
            subject.mark("uses", name),
            "a file of that name must stand beside this one",
        )


def _steps(subject: Subject, message: Message, path: Path_) -> Iterator[Diagnostic]:
    saved: list[str] = []
    for number, step in enumerate(message.steps):
        at = (*path, "steps", number)
        if step.call:
            yield from _callable(subject, step.call, (*at, "call"))
        if step.unless:
            yield from _known("earlier step", step.unless, saved, subject.mark(*at, "unless"))
        if step.save:
            saved.append(step.save)


def _callable(subject: Subject, call: str, path: Path_) -> Iterator[Diagnostic]:
    """A step calls an endpoint, a message of this file, or one of an integration it uses."""
    first, dot, second = call.partition(".")
    if not dot:
        yield from _known("message", first, subject.integration.messages, subject.mark(*path))
    elif first in subject.integration.uses and first not in subject.integration.connections:
        used = subject.others.get(subject.integration.uses[first])
        if used is not None:
            yield from _known(f"message of {used.name}", second, used.messages, subject.mark(*path))
    else:
        yield from _endpoint(subject, call, path)


def _endpoint(subject: Subject, call: str, path: Path_) -> Iterator[Diagnostic]:
    mark = subject.mark(*path)
    connections = subject.integration.connections
    name, dot, endpoint = call.partition(".")
    if not dot:
        yield Diagnostic(mark, RULE, f'"{call}" names no endpoint', "write connection.endpoint")
    elif name not in connections:
        yield from _known("connection", name, [*connections, *subject.integration.uses], mark)
    elif connections[name] is not None:
        yield from _known(f"endpoint of {name}", endpoint, connections[name].endpoint_names, mark)


def _clients(subject: Subject) -> Iterator[Diagnostic]:
    security = subject.integration.security
    for name, client in (security.clients if security else {}).items():
        for number, message in enumerate(client.may.messages if client else ()):
            yield from _known(
                "message",
                message,
                subject.integration.messages,
                subject.mark("security", "clients", name, "may", "messages", number),
            )


def _known(kind: str, name: str, choices: Iterable[str], mark: Mark, otherwise: str = "") -> Iterator[Diagnostic]:
    known = sorted(choices)
    if name in known:
        return
    near = suggest(name, known)
    hint = (
        f'did you mean "{near}"?'
        if near
        else otherwise or (f"one of: {', '.join(known)}" if known else "there is none yet")
    )
    yield Diagnostic(mark, RULE, f'there is no {kind} "{name}"', hint)
