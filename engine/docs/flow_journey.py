"""A flow as a sequence diagram: what begins it, what is read, and what is sent, from the first to the last."""

from __future__ import annotations

from collections.abc import Iterator

from engine.docs.endpoints import operation
from engine.docs.journey import ENGINE, participants
from engine.docs.model import plain
from engine.docs.sequence import Arrow, Diagram, Event, Frame, Note
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.docs.triggers import trigger
from engine.docs.words import condition
from engine.files.endpoints.endpoint import FileEndpoint
from engine.files.endpoints.read import ReadFiles
from engine.spec.flows import Flow, Read
from engine.spec.integration import Integration

SENDER = "(sender)"


def flow_journey(subject: Subject, name: str, flow: Flow) -> Diagram:
    """The diagram of one flow; logins, and what its message does, are left out."""
    integration, event = subject.integration, flow.trigger.event
    sent = list(_passed(flow, list(_call(integration, flow.send, "done"))))
    if event:
        fetched = _call(integration, flow.read.call, "the whole record") if flow.read else ()
        events = [*_posted(event), *fetched, *sent]
        first = {SENDER: " and ".join(subject.posters(event)) or "Sender", ENGINE: "Engine"}
    else:
        read = list(_pages(integration, flow.read)) if flow.read else []
        count = f"for up to {worded(flow.batch, integration)} records at once" if flow.batch else "for each record"
        events = [Note(ENGINE, plain(trigger(integration, flow))), *read, Frame("loop", count, sent)]
        first = {ENGINE: "Engine"}
    return Diagram(f"{integration.name}.{name}", participants(integration, events, first), events)


def _posted(event: str) -> Iterator[Event]:
    yield Arrow(SENDER, ENGINE, event)
    yield Arrow(ENGINE, SENDER, "202, once it is safe", answer=True)


def _pages(integration: Integration, read: Read) -> Iterator[Event]:
    """What is read, page by page, with what belongs to it."""
    events = list(_call(integration, read.call, "records"))
    for name, details in read.details.items():
        events += _call(integration, details.call, name)
    found = operation(integration, read.call)
    paged = found is not None and getattr(found.endpoint, "page", None) is not None
    yield from [Frame("loop", "page by page", events)] if paged else events


def _passed(flow: Flow, sent: list[Event]) -> Iterator[Event]:
    """What is sent, behind the conditions that a record must meet."""
    if flow.hold is not None:
        sent = [Frame("loop", f"until {condition(flow.hold.until)}", [Note(ENGINE, "it waits")]), *sent]
    yield from [Frame("opt", f"if {condition(flow.when)}", sent)] if flow.when is not None else sent


def _call(integration: Integration, call: str, answer: str) -> Iterator[Event]:
    """A call of an endpoint, or of a message; one of the file runs in the engine."""
    system, _, message = call.rpartition(".")
    if not system:
        yield Arrow(ENGINE, ENGINE, f"message {message}")
        return
    yield Arrow(ENGINE, system, _what(integration, call))
    yield Arrow(system, ENGINE, answer, answer=True)


def _what(integration: Integration, call: str) -> str:
    """What is asked of a system: an operation, files, or a message of another integration."""
    found = operation(integration, call)
    if found is not None:
        return found.what
    _, endpoint = integration.endpoint_called(call)
    name = call.partition(".")[2]
    if isinstance(endpoint, FileEndpoint):
        return f"read {endpoint.match}" if isinstance(endpoint, ReadFiles) else f"write {name}"
    return f"message {name}"
