"""A flow has one trigger, and what it says about reading, order and batches fits that trigger."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.spec.flows import Flow

LOCAL = True

_TRIGGERS = ("every", "cron", "event", "after", "manual")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
        if isinstance(part, Flow):
            yield from _trigger(subject, path)
            yield from _reading(subject, part, path)
            yield from _order(subject, part, path)


def _trigger(subject: Subject, path: Path_) -> Iterator[Diagnostic]:
    at = (*path, "trigger")
    given = [name for name in _TRIGGERS if subject.holds((*at, name))]
    if subject.names(*at) is None or not subject.holds(at):
        return
    if not given:
        hint = f"write one of: {', '.join(_TRIGGERS)}"
        yield Diagnostic(subject.key(*at), "no-trigger", "nothing begins this flow", hint)
    for extra in given[1:]:
        hint = "make two flows of it that send the same message"
        yield Diagnostic(subject.key(*at, extra), "two-triggers", f"`{given[0]}` begins this flow already", hint)
    if subject.holds((*at, "zone")) and "cron" not in given:
        words = "`zone` belongs to `cron`"
        yield Diagnostic(subject.key(*at, "zone"), "without-cron", words, "remove it, or write `cron: 30 2 * * *`")


def _reading(subject: Subject, flow: Flow, path: Path_) -> Iterator[Diagnostic]:
    has_read = subject.holds((*path, "read"))
    if not has_read and not flow.trigger.event:
        hint = "add `read: {call: connection.endpoint}`"
        yield Diagnostic(subject.key(*path), "nothing-to-read", "this flow has no records", hint)
    if flow.trigger.event and flow.read is not None and flow.read.cursor is not None:
        words = "after an event one record is read, there is nothing to go on from"
        yield Diagnostic(subject.key(*path, "read", "cursor"), "cursor-after-event", words, "remove `cursor`")
    if flow.hold is not None and flow.hold.merge and not flow.trigger.event:
        words = "only what an event began can be completed by another"
        hint = "begin the flow with `trigger: {event: name}`"
        yield Diagnostic(subject.key(*path, "hold", "merge"), "merge-without-event", words, hint)


def _order(subject: Subject, flow: Flow, path: Path_) -> Iterator[Diagnostic]:
    needs = {
        ("changed",): bool(flow.changed),
        ("delivery", "keep"): flow.delivery.keep == "latest",
        ("hold", "merge"): flow.hold is not None and bool(flow.hold.merge),
        ("confirm",): flow.confirm is not None,
    }
    for where, wanted in needs.items():
        if wanted and not subject.holds((*path, "key")):
            words = f"`{'.'.join(where)}` goes by the key of a record, and this flow has none"
            yield Diagnostic(subject.key(*path, *where), "without-key", words, "add `key: =record.…`")
    if flow.batch and flow.hold is not None:
        words = "held records go when their own time has come, not in batches"
        yield Diagnostic(subject.key(*path, "batch"), "batch-held", words, "remove `batch` or `hold`")
    elif flow.batch and not subject.holds((*path, "input")):
        words = "nothing says how the records of a batch become one message"
        hint = "add `input: {items: {$each: =records, $map: …}}`, or remove `batch`"
        yield Diagnostic(subject.key(*path, "batch"), "batch-unmapped", words, hint)
