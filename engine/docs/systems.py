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


def way(subject: Subject, flow: Flow) -> str:
    """`Acme → Shop`: from where to where a flow carries records; connections too, if the system is the same."""
    start, end = read_from(subject, flow), sent_to(subject, flow)
    read, written = (flow.read.call.partition(".")[0] if flow.read else ""), _written(subject, flow)
    if start != end or not read or written in ("", read):
        return f"{start} → {end}"
    return f"{start}: {read} → {end}: {written}"


def _written(subject: Subject, flow: Flow) -> str:
    """The connections that a flow's message writes to."""
    message = subject.integration.messages.get(flow.send)
    found = all_operations(subject.integration, message) if message is not None else ()
    return ", ".join(dict.fromkeys(one.name.partition(".")[0] for one in found if one.effect != "read"))


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
