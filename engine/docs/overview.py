"""What passes, and in which direction."""

from __future__ import annotations

from engine.docs.endpoints import all_operations, called_messages
from engine.docs.model import Break, Code, Link, Paragraph, Section, Table, Words, listed
from engine.docs.shown import resolved
from engine.docs.subject import Subject
from engine.spec.messages import Message

COLUMNS = ("Message", "Direction", "Purpose", "When", "System", "Endpoints")


def overview(subject: Subject) -> Section:
    """A table of the messages."""
    integration = subject.integration
    rows = [_row(subject, name, message) for name, message in integration.messages.items()]
    if not rows:
        return Section("What passes", "overview", [Paragraph("This integration has no messages.")])
    words = "Each message is one exchange: a caller asks, the engine asks the systems, the caller gets the reply."
    return Section("What passes", "overview", [Paragraph(words), Table(COLUMNS, rows)])


def anchor(message: str) -> str:
    """Where a message is described."""
    return f"message-{message}"


def direction(subject: Subject, name: str, message: Message) -> str:
    """Where the data goes: to the caller if all calls only read, else from it."""
    callers = " and ".join(subject.callers(name)) or "other messages"
    effects = {found.effect for found in all_operations(subject.integration, message)}
    others = _other_systems(subject, message)
    system = subject.system if effects else others or "the engine"
    if effects - {"read"} or (others and not effects):
        return f"{callers} → {system}"
    return f"{system} → {callers}"


def _row(subject: Subject, name: str, message: Message) -> list[Words]:
    found = list(dict.fromkeys(found.what for found in all_operations(subject.integration, message)))
    used = [name for name in called_messages(subject.integration, message) if "." in name]
    systems = [subject.system if found else "", _other_systems(subject, message)]
    return [
        Link(name, anchor(name)),
        direction(subject, name, message),
        message.description or "",
        _trigger(subject, message),
        ", ".join(filter(None, systems)),
        listed([Code(what) for what in (*found, *used)], Break()),
    ]


def _trigger(subject: Subject, message: Message) -> str:
    """When a message runs."""
    enabled = resolved(message.enabled, subject.integration)
    if enabled.setting:
        return f"in real time, when called; only if the setting {enabled.setting} says so"
    return "in real time, when called" if enabled.value else "switched off"


def _other_systems(subject: Subject, message: Message) -> str:
    """The systems of used integrations whose messages are called."""
    titles = []
    for name in called_messages(subject.integration, message):
        used = subject.integration.uses.get(name.partition(".")[0]) if "." in name else None
        if used:
            other = subject.others.get(used)
            titles.append((other.title if other else None) or used)
    return ", ".join(dict.fromkeys(titles))
