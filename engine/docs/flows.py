"""One section per flow: what begins it, what it reads and sends, in which order, each field, and what happens when
something fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from engine.calls import CallSpec
from engine.docs import samples
from engine.docs.anchors import of_event, of_flow, of_message
from engine.docs.claims import claimed
from engine.docs.endpoints import EFFECTS, operation
from engine.docs.fields import Row, named, rows
from engine.docs.flow_failures import failures
from engine.docs.flow_journey import flow_journey
from engine.docs.imports import imported
from engine.docs.mappings import Sample, nothing, table
from engine.docs.model import Block, Break, Code, Link, Listing, Paragraph, Section, Strong, Table, Words, listed, spans
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.docs.systems import way
from engine.docs.triggers import trigger
from engine.docs.words import condition, rule, said
from engine.formats.json import indented
from engine.protocols.http import HttpEndpoint
from engine.spec.flows import Cursor, Flow, Hold, Read

FACTS = ("What", "How")


def flows(subject: Subject) -> Section:
    """All flows, in the order of the file."""
    found = [_flow(subject, name, flow) for name, flow in subject.integration.flows.items()]
    return Section("Flows", "flows", [], found)


def _flow(subject: Subject, name: str, flow: Flow) -> Section:
    blocks: list[Block] = [Paragraph(flow.description)] if flow.description else []
    blocks.append(Table(FACTS, [[what, how] for what, how in _facts(subject, name, flow) if how]))
    blocks.append(flow_journey(subject, name, flow))
    sections = [*_mappings(subject, name, flow), failures(subject, name, flow), *_example(name, flow)]
    return Section(name, of_flow(name), blocks, sections)


# -- how it goes -----------------------------------------------------------------------------------------------------


def _facts(subject: Subject, name: str, flow: Flow) -> Iterator[tuple[str, Words]]:
    integration = subject.integration
    yield "Runs", trigger(integration, flow)
    yield "Carries", way(subject, flow)
    if flow.read is not None:
        yield "Reads", _read(subject, flow.read)
        yield from claimed(subject, flow.read.call)
        yield from imported(subject, flow.read.call)
        for detail, details in flow.read.details.items():
            where = f"{detail}, where {details.match} is equal, by "
            yield "Adds to each record", (where, *_call(subject, details.call))
        if flow.read.cursor is not None:
            yield "Goes on from", _cursor(subject, flow.read.cursor)
    if flow.when is not None:
        yield "Takes only records", f"where {condition(flow.when)}; others are skipped for good, and counted"
    if flow.hold is not None:
        yield "Waits", _hold(subject, flow.hold)
    if flow.changed:
        changed = listed([rule(query) for query in flow.changed], "; ")
        yield "Sends only what is new", (*spans(changed), " must differ from what was delivered last of the same key")
    yield "Order", _order(flow)
    if flow.batch is not None:
        yield "Batches", f"up to {worded(flow.batch, integration)} records in one message, never two of one key"
    yield "Sends", Link(flow.send, of_message(flow.send)) if flow.send in integration.messages else Code(flow.send)
    if flow.confirm is not None:
        within = worded(flow.confirm.within, integration, "duration")
        words = (" has an answer of the same key; people are told of one that takes longer than ", within)
        yield "Is done when", (Link(flow.confirm.flow, of_flow(flow.confirm.flow)), *words)
    asking = [other for other, one in integration.flows.items() if one.confirm and one.confirm.flow == name]
    yield "Answers", listed([Link(other, of_flow(other)) for other in asking])


def _read(subject: Subject, read: Read) -> Words:
    found = operation(subject.integration, read.call)
    page = found.endpoint.paging if found and isinstance(found.endpoint, HttpEndpoint) else None
    size = worded(getattr(page, "size", None), subject.integration)
    paged = f"; page by page, {size} records a page" if size else "; page by page" if page is not None else ""
    return (*_call(subject, read.call), paged)


def _call(subject: Subject, call: str) -> tuple[Code | Link | str, ...]:
    found = operation(subject.integration, call)
    if found is not None:
        return (Code(call), ": ", Code(found.what), f", {EFFECTS[found.effect]}")
    return (Link(call, of_message(call)) if call in subject.integration.messages else Code(call),)


def _cursor(subject: Subject, cursor: Cursor) -> Words:
    lines: list[Words] = [
        (Code(name), f": {said(node)}; the first time {said(cursor.start.get(name))}")
        for name, node in cursor.next.items()
    ]
    if cursor.overlap is not None:
        lines.append(f"each run reads {worded(cursor.overlap, subject.integration, 'duration')} again")
    lines.append("it moves when the records that it covers are safe")
    return listed(lines, Break())


def _hold(subject: Subject, hold: Hold) -> Words:
    every = worded(hold.every, subject.integration, "duration")
    words: list[Words] = [f"until {condition(hold.until)}; looked at again every {every}"]
    if hold.refresh is not None:
        words.append(("each time ", Code(hold.refresh), " is asked first"))
    if hold.merge:
        names = listed([Link(name, of_event(name)) for name in hold.merge])
        words.append(("completed by ", *spans(names), " of the same key, whichever comes first"))
    if hold.limit is not None:
        words.append(f"for at most {worded(hold.limit, subject.integration, 'duration')}")
    return listed(words, "; ")


def _order(flow: Flow) -> str:
    if flow.key is None:
        return "in any order"
    latest = "; a newer one replaces one that still waits" if flow.delivery.keep == "latest" else ""
    return f"of the same key ({said(flow.key)}) one at a time, in order{latest}; different keys side by side"


# -- field by field --------------------------------------------------------------------------------------------------


def _mappings(subject: Subject, name: str, flow: Flow) -> Iterator[Section]:
    """A table for every payload that is built."""
    at, read = of_flow(name), flow.read
    if read is not None:
        yield from _request(subject, flow, read, f"What {read.call} is asked", f"{at}-read")
        for key, details in read.details.items():
            yield from _request(subject, flow, details, f"What {details.call} is asked", f"{at}-read-{key}")
        if read.value is not None:
            yield table(subject, "What is taken as a record", f"{at}-record", [("", rows(read.value), nothing)])
    if flow.input is not None:
        title = f"What is sent to {flow.send}"
        yield table(subject, title, f"{at}-input", [("", rows(flow.input), partial(samples.of_sending, flow))])


def _request(subject: Subject, flow: Flow, call: CallSpec, title: str, at: str) -> Iterator[Section]:
    parts: list[tuple[str, Iterable[Row], Sample]] = [
        (part, named(getattr(call, part)), partial(samples.of_reading, flow, call.call, part))
        for part in ("path", "query", "headers")
        if getattr(call, part)
    ]
    if call.body is not None:
        parts.append(("body", rows(call.body), partial(samples.of_reading, flow, call.call, "body")))
    if parts:
        yield table(subject, title, at, parts)


def _example(name: str, flow: Flow) -> Iterator[Section]:
    """The example that shows the flow best: the first in which something is sent."""
    found = next((example for example in flow.examples if example.sends and not example.failed), None)
    if found is None:
        return
    blocks: list[Block] = [Paragraph(found.title)]
    shown = [("Posted", found.event), ("Record", found.record)]
    shown += [(f"Sent to {flow.send}", sending.input) for sending in found.sends]
    for title, value in shown:
        if value is not None:
            blocks += [Paragraph(Strong(title)), Listing(indented(value), "json")]
    yield Section("Example", f"{of_flow(name)}-example", blocks)
