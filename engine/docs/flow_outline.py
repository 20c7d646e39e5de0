"""A flow or an event as compiled, for `engine show`: what begins it, what it reads, and each field with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.calls import CallSpec
from engine.docs.endpoints import operation
from engine.docs.lines import CallOutline, FieldLine, call_outline, lines, named_lines, schema_name
from engine.docs.model import plain
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.docs.triggers import begun_by, completed_by, trigger
from engine.spec.flows import Cursor, Details, Flow, Read
from engine.spec.integration import Integration


@dataclass(frozen=True)
class ReadOutline:
    """One call of a read: the records, or what belongs to them by `match`.

    Attributes:
        endpoint: None if it is a message that is asked.
    """

    name: str
    call: str
    match: str
    endpoint: CallOutline | None
    sends: tuple[FieldLine, ...]
    value: tuple[FieldLine, ...] = ()


@dataclass(frozen=True)
class FlowOutline:
    """One flow; texts are empty where there is nothing.

    Attributes:
        runs: what begins it, in words.
        reads: the call of its records, then those of their details.
        record: when, hold, key, changed, confirm: what is asked of a record.
        input: the fields of what is sent; none if the record goes as it is.
        takes: the schema of the input of the message that is sent.
    """

    name: str
    place: str
    description: str
    runs: str
    reads: tuple[ReadOutline, ...]
    cursor: tuple[FieldLine, ...]
    overlap: str
    record: tuple[FieldLine, ...]
    hold: dict[str, str]
    send: str
    takes: str
    batch: str
    input: tuple[FieldLine, ...]
    delivery: dict[str, str]


@dataclass(frozen=True)
class EventOutline:
    """One event: what is posted, what flows see of it, and which those are.

    Attributes:
        begins: flows that it begins.
        completes: flows whose waiting records it completes.
    """

    name: str
    place: str
    description: str
    schema: str
    begins: tuple[str, ...]
    completes: tuple[str, ...]
    asked: tuple[FieldLine, ...]
    map: tuple[FieldLine, ...]


def event_outline(subject: Subject, name: str) -> EventOutline:
    """An event with everything resolved."""
    integration, event = subject.integration, subject.integration.events[name]
    return EventOutline(
        name=f"{integration.name}.{name}",
        place=f"{subject.document.file}:{subject.line('events', name)}",
        description=event.description or "",
        schema=schema_name(event.schema),
        begins=tuple(begun_by(integration, name)),
        completes=tuple(completed_by(integration, name)),
        asked=(*lines(subject, event.when, target="when"), *lines(subject, event.id, target="id")),
        map=lines(subject, event.map),
    )


def flow_outline(subject: Subject, name: str) -> FlowOutline:
    """A flow with everything resolved."""
    integration, flow = subject.integration, subject.integration.flows[name]
    cursor = flow.read.cursor if flow.read else None
    return FlowOutline(
        name=f"{integration.name}.{name}",
        place=f"{subject.document.file}:{subject.line('flows', name)}",
        description=flow.description or "",
        runs=plain(trigger(integration, flow)),
        reads=tuple(_reads(subject, flow.read)) if flow.read else (),
        cursor=_cursor(subject, cursor) if cursor else (),
        overlap=worded(cursor.overlap, integration, "duration") if cursor else "",
        record=_record(subject, flow),
        hold=_hold(integration, flow),
        send=flow.send,
        takes=_takes(subject, flow.send),
        batch=worded(flow.batch, integration),
        input=lines(subject, flow.input),
        delivery={
            "attempts": worded(flow.delivery.attempts, integration),
            "backoff": worded(flow.delivery.backoff, integration),
            "then": flow.delivery.then,
            "keep": flow.delivery.keep,
        },
    )


def _reads(subject: Subject, read: Read) -> Iterator[ReadOutline]:
    yield _read(subject, "", read)
    for name, details in read.details.items():
        yield _read(subject, name, details)


def _read(subject: Subject, name: str, call: Read | Details) -> ReadOutline:
    found = operation(subject.integration, call.call)
    return ReadOutline(
        name=name,
        call=call.call,
        match=call.match if isinstance(call, Details) else "",
        endpoint=call_outline(found) if found else None,
        sends=_sends(subject, call),
        value=lines(subject, call.value) if isinstance(call, Read) else (),
    )


def _sends(subject: Subject, call: CallSpec) -> tuple[FieldLine, ...]:
    return (*named_lines(subject, call), *lines(subject, call.body, "body"))


def _cursor(subject: Subject, cursor: Cursor) -> tuple[FieldLine, ...]:
    sides = (("start", cursor.start), ("next", cursor.next))
    return tuple(
        line for side, nodes in sides for name, node in nodes.items() for line in lines(subject, node, side, name)
    )


def _record(subject: Subject, flow: Flow) -> tuple[FieldLine, ...]:
    """What is asked of a record, in the order in which it is."""
    hold, confirm = flow.hold, flow.confirm
    return (
        *lines(subject, flow.when, target="when"),
        *lines(subject, flow.key, target="key"),
        *lines(subject, hold.until if hold else None, target="hold until"),
        *(line for query in flow.changed for line in lines(subject, query, target="changed")),
        *lines(subject, confirm.refused if confirm else None, target="confirm refused"),
        *lines(subject, confirm.error if confirm else None, target="confirm error"),
    )


def _hold(integration: Integration, flow: Flow) -> dict[str, str]:
    hold = flow.hold
    if hold is None:
        return {}
    found = {
        "merge": ", ".join(hold.merge),
        "refresh": hold.refresh or "",
        "every": worded(hold.every, integration, "duration"),
        "limit": worded(hold.limit, integration, "duration"),
    }
    return {name: text for name, text in found.items() if text}


def _takes(subject: Subject, message: str) -> str:
    """The input schema of a message of this integration, or of one it uses."""
    found = subject.integration.message_called(message)
    name = found[0] if found else ""
    integration = subject.integration if name == subject.integration.name else subject.others.get(name)
    called = integration.messages.get(found[1]) if integration and found else None
    return schema_name(called.input) if called else ""
