"""Which systems data comes from, and goes to."""

from __future__ import annotations

from engine.docs.endpoints import all_operations, called_messages
from engine.docs.subject import Subject
from engine.spec.flows import Flow
from engine.spec.messages import Message


def read_from(subject: Subject, flow: Flow) -> str:
    """Where a flow's records come from: the system that is read, or who posts the event."""
    if flow.read is None:
        return " and ".join(subject.posters(flow.trigger.event or ""))
    return system_of(subject, flow.read.call)


def sent_to(subject: Subject, flow: Flow) -> str:
    """Where they go: the system that the message writes to."""
    message = subject.integration.messages.get(flow.send)
    return system_of(subject, flow.send) if message is None else written_to(subject, message)


def written_to(subject: Subject, message: Message) -> str:
    """The system that a message of the file writes to, or else the one it asks."""
    effects = {found.effect for found in all_operations(subject.integration, message)}
    others = other_systems(subject, message)
    return others if others and not effects - {"read"} else subject.system


def system_of(subject: Subject, call: str) -> str:
    """The system behind `connection.endpoint`, or behind a message, of the file or of another integration."""
    first, dot, _ = call.partition(".")
    used = subject.integration.uses.get(first) if dot and first not in subject.integration.connections else None
    if used is None:
        return subject.system
    other = subject.others.get(used)
    return (other.title if other else None) or used


def other_systems(subject: Subject, message: Message) -> str:
    """The systems of used integrations whose messages a message calls."""
    called = [name for name in called_messages(subject.integration, message) if "." in name]
    return ", ".join(dict.fromkeys(system_of(subject, name) for name in called))
