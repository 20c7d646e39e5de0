"""What becomes of a flow's records when something fails: what is tried again, how often, and what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator

from engine.docs.anchors import of_flow
from engine.docs.claims import claim_of
from engine.docs.endpoints import Operation, all_operations
from engine.docs.imports import import_of
from engine.docs.model import Block, Code, Paragraph, Section, Table, Words, listed, spans
from engine.docs.shown import resolved, shown, worded
from engine.docs.subject import Subject
from engine.docs.systems import read_from, sent_to
from engine.docs.words import condition
from engine.parts.scalars import Range
from engine.spec.flows import Flow

CASES = ("What happens", "What the engine does", "What becomes of the record")
POLICY = ("Attempts", "First wait", "Waits after that", "Longest wait", "After the last attempt")

WAITS = "waits for a person"


def failures(subject: Subject, name: str, flow: Flow) -> Section:
    """Case by case; then how often a delivery is tried."""
    message = subject.integration.messages.get(flow.send)
    calls = list(all_operations(subject.integration, message)) if message else []
    cases = [*_taking_in(subject, flow), *_sending(subject, flow, calls)]
    blocks: list[Block] = [Table(CASES, cases), Table(POLICY, [_policy(subject, flow)]), Paragraph(_people(flow))]
    return Section("When something fails", f"{of_flow(name)}-failures", blocks)


def _taking_in(subject: Subject, flow: Flow) -> Iterator[list[Words]]:
    """Failures before there is a record to be delivered."""
    if flow.trigger.event:
        what = "what is posted does not fit the schema of the event, or gives no key"
        yield [what, "nothing is taken in; the sender is told", "there is none"]
        return
    again = "goes on behind what is safe" if flow.read and flow.read.cursor else "reads everything again"
    if flow.read and claim_of(subject, flow.read.call):
        again = "takes the rows that wait"
    what = f"{read_from(subject, flow)} refuses, or cannot be reached, while it is read"
    if flow.read and import_of(subject, flow.read.call):
        what, again = "the folder cannot be used", "goes on behind what is safe"
    yield [what, f"the run ends, the next one {again}", "none is lost"]


def _sending(subject: Subject, flow: Flow, calls: list[Operation]) -> Iterator[list[Words]]:
    keyed = " or has no key" if flow.key is not None and not flow.trigger.event else ""
    yield [f"a record cannot be mapped{keyed}", "it is not sent", WAITS]
    yield from _refused(subject, flow)
    yield from _offline(subject, calls)
    once = list(dict.fromkeys(found.name for found in calls if found.effect == "once"))
    if once and flow.batch is None:
        names = listed([Code(call) for call in once], " or ")
        again: Words = ("it is tried again after ", *spans(names), " was accepted")
        yield [again, "the call is not made again, its result was kept", "goes on behind that call"]
    if flow.batch is not None:
        yield ["some records of a batch are refused", "these go on alone", "the others are done"]
    if flow.hold is not None and flow.hold.limit is not None:
        limit = worded(flow.hold.limit, subject.integration, "duration")
        yield [f"it has waited {limit} and may still not go", "it waits no longer by itself", WAITS]
    if flow.confirm is not None:
        within = worded(flow.confirm.within, subject.integration, "duration")
        said_no = f" ({condition(flow.confirm.refused)})" if flow.confirm.refused is not None else ""
        yield [f"{flow.confirm.flow} answers no{said_no}", "it is not sent again", WAITS]
        yield [f"no answer comes within {within}", "the log says so", "goes on waiting for it"]
    if flow.key is not None:
        yield ["a record waits for a person", "later records of its key wait behind it", "other keys go on"]


def _refused(subject: Subject, flow: Flow) -> Iterator[list[Words]]:
    """Who may say no, for good or for now: the systems, and steps of the message."""
    message = subject.integration.messages.get(flow.send)
    refusing = [step for step in message.steps if step.refuse is not None] if message else []
    firm = f" or a step of {flow.send}" if any(not step.temporary for step in refusing) else ""
    passing = f"; a step of {flow.send} refuses for now" if any(step.temporary for step in refusing) else ""
    asked = [read_from(subject, flow)] if flow.trigger.event and flow.read is not None else []
    systems = " or ".join(dict.fromkeys([*asked, sent_to(subject, flow)]))
    yield [f"{systems}{firm} refuses", "it is not tried again", WAITS]
    yield [
        f"{systems} refuses for now, cannot be reached, or does not answer in time{passing}",
        "it is tried again, as the table below says",
        f"is tried again; then {_last(flow)}",
    ]


def _offline(subject: Subject, calls: list[Operation]) -> Iterator[list[Words]]:
    """Connections that know whether the whole system is down."""
    for name in dict.fromkeys(found.name.partition(".")[0] for found in calls):
        offline = subject.integration.connections[name].offline
        if offline is not None:
            asked: Words = (f"all of {name} is away: ", Code(offline.probe), " does not answer either")
            lasts = worded(offline.lasts, subject.integration, "duration")
            yield [asked, f"nothing is sent to it for {lasts}, then one record tries", "waits; no attempt is spent"]


def _policy(subject: Subject, flow: Flow) -> list[Words]:
    delivery, integration = flow.delivery, subject.integration
    waits = resolved(delivery.backoff, integration)
    setting = f" (setting {waits.setting})" if waits.setting else ""
    first, last = (waits.value.first, waits.value.last) if isinstance(waits.value, Range) else (None, None)
    return [
        worded(delivery.attempts, integration),
        f"{shown(first, 'duration')}{setting}".strip(),
        "twice as long each time, give or take a quarter",
        f"{shown(last, 'duration')}{setting}".strip(),
        _last(flow),
    ]


def _last(flow: Flow) -> str:
    return WAITS if flow.delivery.then == "park" else "is dropped"


def _people(flow: Flow) -> Words:
    return (
        "What waits for a person is parked: ",
        Code("engine parked"),
        " shows it with the reason, sends it again (also changed), or discards it.",
    )
