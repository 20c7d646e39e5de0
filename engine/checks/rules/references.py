"""What a file refers to must exist: connections, endpoints, messages, steps, events, other integrations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from engine.auth.shared import Shared
from engine.calls import CallSpec
from engine.checks.subject import Subject
from engine.clients.client import May
from engine.diagnostics import Diagnostic, Mark, shown
from engine.document import Path_
from engine.parts.policies import Offline
from engine.parts.suggest import did_you_mean, suggest
from engine.spec.examples import ExampleCall
from engine.spec.flows import Details, Flow, Read
from engine.spec.integration import Integration
from engine.spec.messages import Message

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
        if isinstance(part, (Read, Details)) and part.call:
            yield from _callable(subject, part.call, subject.mark(*path, "call"))
        elif isinstance(part, CallSpec) and part.call:
            yield from _endpoint(subject, part.call, subject.mark(*path, "call"))
        elif isinstance(part, Offline) and part.probe:
            yield from _endpoint(subject, part.probe, subject.mark(*path, "probe"))
        elif isinstance(part, Shared) and part.connection:
            known = subject.names("connections")
            yield from _known("connection", part.connection, known, subject.mark(*path, "connection"))
        elif isinstance(part, ExampleCall) and part.call:
            yield from _callable(subject, part.call, subject.mark(*path, "call"))
        elif isinstance(part, Message):
            yield from _steps(subject, part, path)
        elif isinstance(part, Flow):
            yield from _flow(subject, part, path)
        elif isinstance(part, May):
            yield from _client(subject, part, path)
        elif isinstance(part, Integration):
            yield from _used_integrations(subject)
            yield from _listed_flows(subject)


def _listed_flows(subject: Subject) -> Iterator[Diagnostic]:
    for number, entry in enumerate(subject.integration.notify):
        for place, name in enumerate(entry.flows if entry else ()):
            mark = subject.mark("notify", number, "flows", place)
            yield from _known("flow", name, subject.names("flows"), mark)
    for number, name in enumerate(subject.integration.migrate):
        yield from _known("flow", name, subject.names("flows"), subject.mark("migrate", number))


def _used_integrations(subject: Subject) -> Iterator[Diagnostic]:
    for name, used in subject.integration.uses.items():
        if used not in subject.others:
            near = suggest(used, subject.others)
            hint = did_you_mean(near) or "a file of that name must stand beside this one"
            yield _unknown("integration", used, subject.mark("uses", name), hint)


def _steps(subject: Subject, message: Message, path: Path_) -> Iterator[Diagnostic]:
    given = subject.document.data["messages"][path[1]].get("steps") or []
    saved: list[str] = []
    for number, step in enumerate(message.steps):
        at = (*path, "steps", number)
        if step.call:
            yield from _callable(subject, step.call, subject.mark(*at, "call"))
        if step.unless:
            yield from _known("earlier step", step.unless, saved, subject.mark(*at, "unless"))
        if isinstance(given[number], dict) and given[number].get("save"):
            saved.append(str(given[number]["save"]))


def _callable(subject: Subject, call: str, mark: Mark) -> Iterator[Diagnostic]:
    """A step calls an endpoint, a message of this file, or one of an integration it uses."""
    first, dot, second = call.partition(".")
    if not dot:
        messages = subject.names("messages")
        endpoints = _endpoints_called(subject, first)
        if messages is not None and first not in messages and len(endpoints) == 1:
            yield _unknown("message", first, mark, did_you_mean(endpoints[0]))
        else:
            yield from _known("message", first, messages, mark)
    elif first in subject.integration.uses and first not in (subject.names("connections") or ()):
        used = subject.others.get(subject.integration.uses[first])
        if used is not None:
            yield from _known(f"message of {used.name}", second, used.messages, mark)
    else:
        yield from _endpoint(subject, call, mark)


def _flow(subject: Subject, flow: Flow, path: Path_) -> Iterator[Diagnostic]:
    """A flow is begun by an event or a flow, sends a message, and is completed or confirmed by others of the file."""
    events, flows = subject.names("events"), subject.names("flows")
    yield from _known("event", flow.trigger.event or "", events, subject.mark(*path, "trigger", "event"))
    yield from _known("flow", flow.trigger.after or "", flows, subject.mark(*path, "trigger", "after"))
    yield from _message(subject, flow.send, subject.mark(*path, "send"))
    for number, name in enumerate(flow.hold.merge if flow.hold else ()):
        yield from _known("event", name, events, subject.mark(*path, "hold", "merge", number))
    if flow.hold is not None and flow.hold.refresh:
        yield from _message(subject, flow.hold.refresh, subject.mark(*path, "hold", "refresh"))
    if flow.confirm is not None:
        yield from _known("flow", flow.confirm.flow, flows, subject.mark(*path, "confirm", "flow"))


def _message(subject: Subject, name: str, mark: Mark) -> Iterator[Diagnostic]:
    """A message of this file, or of an integration it uses; no endpoint."""
    first, dot, _ = name.partition(".")
    if dot and first in (subject.names("connections") or ()):
        hint = "write a message that calls it, and send that"
        yield Diagnostic(mark, "unknown-reference", f"{shown(name)} is an endpoint, a flow sends messages", hint)
    else:
        yield from _callable(subject, name, mark)


def _endpoints_called(subject: Subject, name: str) -> list[str]:
    """`connection.endpoint` of every endpoint of that name, which may stand behind another sign than a dot."""
    *before, last = re.split(r"\W+", name)
    connections = sorted(one for one in subject.names("connections") or () if before in ([], [one]))
    return [f"{one}.{last}" for one in connections if last in (subject.names("connections", one, "endpoints") or ())]


def _endpoint(subject: Subject, call: str, mark: Mark) -> Iterator[Diagnostic]:
    name, dot, endpoint = call.partition(".")
    connections = subject.names("connections")
    if connections is None:
        return
    if not dot:
        near = [*_endpoints_called(subject, call), "connection.endpoint"][0]
        yield Diagnostic(mark, "unknown-reference", f"{shown(call)} names no endpoint", f"write {near}")
    elif name not in connections:
        uses = subject.names("uses")
        if uses is None or name in uses:
            return
        yield from _known("connection", name, connections | set(subject.integration.uses), mark)
    elif subject.integration.connections.get(name) is not None:
        known = subject.names("connections", name, "endpoints")
        if known is not None and endpoint not in known:
            meant = suggest(endpoint, known)
            hint = f'did you mean "{name}.{meant}"?' if meant else _one_of(f"{name}.{one}" for one in known)
            yield _unknown("endpoint", call, mark, hint)


def _client(subject: Subject, may: May, path: Path_) -> Iterator[Diagnostic]:
    for kind, names in (("message", may.messages), ("event", may.events)):
        for number, name in enumerate(names):
            mark = subject.mark(*path, f"{kind}s", number)
            yield from _known(kind, name, subject.names(f"{kind}s"), mark)


def _known(kind: str, name: str, choices: Collection[str] | None, mark: Mark) -> Iterator[Diagnostic]:
    """A finding if a name is not among the choices; None: they could not be read, which is said elsewhere."""
    if choices is not None and name and name not in choices:
        yield _unknown(kind, name, mark, did_you_mean(suggest(name, sorted(choices))) or _one_of(choices))


def _one_of(choices: Iterable[str]) -> str:
    known = sorted(choices)
    return f"one of: {', '.join(known)}" if known else "there is none yet"


def _unknown(kind: str, name: str, mark: Mark, hint: str) -> Diagnostic:
    return Diagnostic(mark, "unknown-reference", f"there is no {kind} {shown(name)}", hint.strip())
