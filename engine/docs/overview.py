"""What passes, and in which direction."""

from __future__ import annotations

from engine.docs.anchors import of_event, of_flow, of_message
from engine.docs.endpoints import all_operations, called_messages
from engine.docs.model import Block, Break, Code, Link, Paragraph, Section, Table, Words, listed
from engine.docs.subject import Subject
from engine.docs.systems import other_systems, way, written_to
from engine.docs.triggers import trigger
from engine.docs.words import condition
from engine.parts.fields import Deferred
from engine.spec.flows import Flow
from engine.spec.messages import Message

OF_MESSAGES = ("Message", "Direction", "Purpose", "When", "System", "Endpoints")
OF_FLOWS = ("Flow", "Direction", "Purpose", "When", "Reads", "Sends")


def overview(subject: Subject) -> Section:
    """A table of the messages, and one of the flows."""
    integration = subject.integration
    asked = [_row(subject, name, message) for name, message in integration.messages.items()]
    words = "Each message is one exchange: a caller asks, the engine asks the systems, the caller gets the reply."
    none = Paragraph("This integration has no messages.")
    blocks: list[Block] = [Paragraph(words), Table(OF_MESSAGES, asked)] if asked else [none]
    if integration.flows:
        words = "Flows carry records by themselves: each is kept until the other side has it, or a person looks at it."
        travelling = [_flow(subject, name, flow) for name, flow in integration.flows.items()]
        blocks += [Paragraph(words), Table(OF_FLOWS, travelling)]
    return Section("What passes", "overview", blocks)


def direction(subject: Subject, name: str, message: Message) -> str:
    """Where the data goes: to the caller if all calls only read, else from it."""
    clients = subject.callers(name)
    callers = " and ".join(clients) or subject.senders(name) or "other integrations"
    effects = {found.effect for found in all_operations(subject.integration, message)}
    others = other_systems(subject, message)
    if effects - {"read"} or (others and not effects):
        return f"{callers} → {written_to(subject, message)}"
    if effects and others and not clients:
        return f"{subject.system} → {others}"
    return f"{subject.system if effects else 'the engine'} → {callers}"


def _row(subject: Subject, name: str, message: Message) -> list[Words]:
    found = list(dict.fromkeys(found.what for found in all_operations(subject.integration, message)))
    used = [name for name in called_messages(subject.integration, message) if "." in name]
    systems = [subject.system if found else "", other_systems(subject, message)]
    return [
        Link(name, of_message(name)),
        direction(subject, name, message),
        message.description or "",
        _trigger(subject, name, message),
        ", ".join(filter(None, systems)),
        listed([Code(what) for what in (*found, *used)], Break()),
    ]


def _trigger(subject: Subject, name: str, message: Message) -> str:
    """When a message runs."""
    senders = subject.senders(name)
    when = f"when sent by {senders}" if senders and not subject.callers(name) else "in real time, when called"
    if isinstance(message.enabled, Deferred):
        return f"{when}; only if {condition(message.enabled.query)}"
    return when if message.enabled else "switched off"


# -- flows ---------------------------------------------------------------------------------------------------------


def _flow(subject: Subject, name: str, flow: Flow) -> list[Words]:
    own = flow.send in subject.integration.messages
    return [
        Link(name, of_flow(name)),
        way(subject, flow),
        flow.description or "",
        trigger(subject.integration, flow),
        _reads(subject, flow),
        Link(flow.send, of_message(flow.send)) if own else Code(flow.send),
    ]


def _reads(subject: Subject, flow: Flow) -> Words:
    if flow.read is None:
        event = flow.trigger.event or ""
        return Link(event, of_event(event))
    call = flow.read.call
    return Link(call, of_message(call)) if call in subject.integration.messages else Code(call)
