"""Inbound events: who may post what, how it proves itself, what is accepted, and what follows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.clients.signature import SignatureClient
from engine.docs import samples
from engine.docs.anchors import of_event, of_flow
from engine.docs.fields import rows
from engine.docs.flows import FACTS
from engine.docs.mappings import nothing, table
from engine.docs.model import Block, Break, Code, Link, Listing, Paragraph, Section, Table, Words, listed, spans
from engine.docs.schema_fields import fields
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.docs.triggers import begun_by, completed_by
from engine.docs.words import condition, said
from engine.formats.json import indented
from engine.schemas import Schemas
from engine.spec.events import Event
from engine.spec.flows import Flow

ANSWERS = ("The sender gets", "When")


def events(subject: Subject) -> Section:
    """All events, in the order of the file."""
    found = [_event(subject, name, event) for name, event in subject.integration.events.items()]
    words = "Events are posted to the engine. What is answered 202 is safe: it survives a crash, and is carried on from there."
    blocks: list[Block] = [Paragraph(words), Table(ANSWERS, list(_answers(subject)))] if found else []
    return Section("Inbound events", "events", blocks, found)


def _answers(subject: Subject) -> Iterator[list[Words]]:
    yield ["202", "it is safe; also when it came before, or nothing follows from it, which the answer says"]
    if subject.integration.security is not None:
        yield ["401 or 403", "it does not prove who it is, may not post this, or not from there"]
    yield ["413", "it is too large, or more than 1,000 events are posted at once"]
    yield ["422", "it does not fit the schema; every path that does not fit is named"]
    yield [
        "500",
        "its id, or the key of a flow that it begins, cannot be computed; the log tells the place in the file",
    ]
    yield ["503", "it cannot be kept now; post it again"]


def _event(subject: Subject, name: str, event: Event) -> Section:
    blocks: list[Block] = [Paragraph(event.description)] if event.description else []
    blocks.append(Table(FACTS, [[what, how] for what, how in _facts(subject, name, event) if how]))
    begun = [subject.integration.flows[flow] for flow in begun_by(subject.integration, name)]
    sections = [*_schema(subject, name, event), *_map(subject, name, event), *_example(name, begun)]
    return Section(name, of_event(name), blocks, sections)


def _facts(subject: Subject, name: str, event: Event) -> Iterator[tuple[str, Words]]:
    integration = subject.integration
    yield (
        "Posted to",
        (Code(f"POST /v1/{integration.name}/events/{name}"), "; a JSON list is several events, all or none"),
    )
    yield "By", _posters(subject, name)
    if isinstance(event.schema, str):
        yield "Schema", Code(event.schema)
    if event.when is not None:
        yield "Counts only", f"where {condition(event.when)}; others are answered, and nothing follows"
    known = f"{said(event.id)}, else " if event.id is not None else ""
    without = "; without either it is refused" if event.id is not None else "; without it, each time is a new event"
    yield "Accepted once by", (known, "the header ", Code("Idempotency-Key"), without)
    yield "Begins", listed([Link(flow, of_flow(flow)) for flow in begun_by(integration, name)])
    yield "Completes", listed([Link(flow, of_flow(flow)) for flow in completed_by(integration, name)])


def _posters(subject: Subject, event: str) -> Words:
    """Each client that may post, and how it proves who it is."""
    security = subject.integration.security
    if security is None or not security.clients:
        return "whoever may connect"
    found = [(name, client) for name, client in security.clients.items() if event in client.may.events]
    lines: list[Words] = []
    for name, client in found:
        detail = _signature(subject, client) if isinstance(client, SignatureClient) else client.proof
        lines.append((Code(name), ": ", *spans(detail)))
    return listed(lines, Break()) if lines else "nobody: no client may post it"


def _signature(subject: Subject, client: SignatureClient) -> Words:
    """`in the header Webhook-Signature: hex HMAC-SHA256 of the raw body`."""
    form: tuple[Code | str, ...] = (", as ", Code(client.parts)) if client.parts != "{signature}" else ()
    signed: Code | str = "the raw body" if client.signed == "{body}" else Code(client.signed)
    tolerance = worded(client.tolerance, subject.integration, "duration")
    age = f"; a timestamp may be {tolerance} old" if "{timestamp}" in client.parts else ""
    digest = f": {client.encoding} HMAC-{client.algorithm.upper()} of "
    return ("in the header ", Code(client.header), *form, digest, signed, age)


def _schema(subject: Subject, name: str, event: Event) -> Iterator[Section]:
    if event.schema is not None:
        whole = Schemas(subject.integration.schemas, subject.integration.folder).whole(event.schema)
        yield Section("What is posted", f"{of_event(name)}-schema", [fields(whole)])


def _map(subject: Subject, name: str, event: Event) -> Iterator[Section]:
    """What flows see of it; no example tells the values that come of the mapping."""
    if event.map is not None:
        yield table(subject, "The event as flows see it", f"{of_event(name)}-map", [("", rows(event.map), nothing)])


def _example(name: str, begun: list[Flow]) -> Iterator[Section]:
    posted = samples.posted(begun)
    if posted is not None:
        yield Section("Example", f"{of_event(name)}-example", [Listing(indented(posted), "json")])
