"""Who is told of what needs a person."""

from __future__ import annotations

from engine.docs.anchors import of_flow
from engine.docs.model import Code, Link, Paragraph, Section, Table, Words, listed
from engine.docs.shown import resolved, worded
from engine.docs.subject import Subject
from engine.notices.call import CallNotify
from engine.notices.email import EmailNotify
from engine.notices.notify import Notify

COLUMNS = ("How", "Of what", "Of which flows")
WORDS = {
    "parked": "a record needs a person",
    "waiting": "a record waits longer than {after}",
    "offline": "a system is away",
    "online": "a system is back",
    "flow_failed": "reading has failed",
    "confirm_late": "an answer is overdue",
}


def notices(subject: Subject) -> Section:
    """Each entry of `notify`."""
    entries = subject.integration.notify
    if not entries:
        return Section("Who is told", "notices", [])
    rows = [[_how(subject, entry), _events(subject, entry), _flows(entry)] for entry in entries]
    words = "One notice tells of all records of the same failure, with the system's own words and what to do."
    return Section("Who is told", "notices", [Paragraph(words), Table(COLUMNS, rows)])


def _how(subject: Subject, entry: Notify) -> Words:
    every = f", at most every {worded(entry.group, subject.integration, 'duration')}"
    if isinstance(entry, EmailNotify):
        found = resolved(entry.to, subject.integration)
        known = ", ".join(found.value or ())
        if not found.setting:
            return f"mail to {known}{every}"
        return ("mail to those in the setting ", Code(found.setting), f" (default: {known or 'nobody'}){every}")
    assert isinstance(entry, CallNotify)
    return ("call of ", Code(entry.call), every)


def _events(subject: Subject, entry: Notify) -> str:
    after = worded(entry.after, subject.integration, "duration")
    return "; ".join(WORDS[event].format(after=after) for event in entry.events)


def _flows(entry: Notify) -> Words:
    return listed([Link(flow, of_flow(flow)) for flow in entry.flows]) if entry.flows else "all"
