"""An example of a flow begins as its flow does, and expects what can happen in it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.spec.examples import FlowExample
from engine.spec.flows import Flow

LOCAL = True

_LIST = "list the call of `read` under `calls`"
_READ = f"write `record: {{…}}`, or {_LIST}"
_WITHOUT_SENDING = ("skipped", "unchanged")
_WITHOUT_FAILURE = ("skipped", "unchanged", "done", "sent", "held")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, flow in subject.integration.flows.items():
        for number, example in enumerate(flow.examples if flow and subject.looks_at(("flows", name)) else ()):
            one = _Example(subject, flow, example, ("flows", name, "examples", number))
            yield from one.start()
            yield from one.expectations()


class _Example:
    """One example, beside its flow."""

    def __init__(self, subject: Subject, flow: Flow, example: FlowExample, path: Path_) -> None:
        self._subject = subject
        self._flow = flow
        self._example = example
        self._path = path

    # -- how it begins -------------------------------------------------------------------------------------------

    def start(self) -> Iterator[Diagnostic]:
        """An event flow needs an `event`; a reading one a `record`, or the call that reads."""
        event = self._flow.trigger.event
        yield from self._of_event(event) if event else self._of_reading()

    def _of_event(self, event: str) -> Iterator[Diagnostic]:
        misplaced = [key for key in ("record", "cursor") if self._has(key)]
        for key in misplaced:
            words = f"the event {event} begins this flow, it does not read by itself"
            yield self._wrong("example-start", words, f"remove `{key}`; what is posted stands under `event`", key)
        if not misplaced and not self._has("event"):
            words = f"the event {event} begins this flow, and none is posted"
            yield self._wrong("example-start", words, "add `event: {…}`, what is posted")

    def _of_reading(self) -> Iterator[Diagnostic]:
        posted = next((key for key in ("event", "headers") if self._has(key)), None)
        read = self._flow.read
        if posted:
            words = "this flow reads, nothing is posted to it"
            yield self._wrong("example-start", words, f"remove `{posted}`; {_READ}", posted)
        elif read is None:
            return
        elif self._has("record"):
            if self._has("cursor"):
                words = "where a `record` stands nothing is read, so no `cursor` counts"
                yield self._wrong("example-start", words, "leave one out", "cursor")
        elif self._has("cursor") and read.cursor is None:
            words = "this flow has no cursor, it reads everything each time"
            yield self._wrong("example-start", words, "remove `cursor`", "cursor")
        elif not self._lists(read.call):
            yield self._wrong("example-start", f"it begins with no record, and {read.call} is not called", _READ)

    def _lists(self, call: str) -> bool:
        """Whether a call stands in the example; a message of this file may stand there as its own calls."""
        names = {one.call for one in self._example.calls}
        return call in names or bool(names and call in self._subject.integration.messages)

    # -- what it expects -----------------------------------------------------------------------------------------

    def expectations(self) -> Iterator[Diagnostic]:
        yield from self._outcome()
        yield from self._sends()
        read = self._flow.read
        if self._has("next_cursor"):
            if read is None or read.cursor is None:
                yield self._wrong("impossible-example", "this flow has no cursor", "remove it", "next_cursor")
            elif self._has("record"):
                words = "where a `record` stands nothing is read, so the cursor stays"
                yield self._wrong("impossible-example", words, f"remove it, or {_LIST}", "next_cursor")

    def _outcome(self) -> Iterator[Diagnostic]:
        """No outcome that the flow cannot have, or that what else is expected rules out."""
        outcome, flow = self._example.outcome, self._flow
        if outcome is None:
            return
        event = self._subject.integration.events.get(flow.trigger.event or "")
        may_skip = flow.when is not None or (flow.trigger.event and (event is None or event.when is not None))
        needs = {
            "skipped": ("`when`", may_skip),
            "held": ("`hold`", flow.hold),
            "sent": ("`confirm`", flow.confirm),
            "unchanged": ("`changed`", flow.changed),
            "discarded": ("`then: discard`", flow.delivery.then == "discard"),
        }
        key, can_be = needs.get(outcome, ("", True))
        if not can_be:
            words = f"no record of this flow is {outcome}: it has no {key}"
            yield self._wrong("impossible-example", words, "write another outcome", "outcome")
        elif self._fails and outcome in _WITHOUT_FAILURE:
            words = f"records that failed make the outcome worse than {outcome}"
            yield self._wrong("impossible-example", words, "write parked, again or discarded", "outcome")
        elif self._example.sends and outcome in _WITHOUT_SENDING:
            words = f"what is {outcome} is not sent"
            yield self._wrong("impossible-example", words, "write `sends: []`, or another outcome", "sends")

    @property
    def _fails(self) -> bool:
        return isinstance(self._example.failed, list) and bool(self._example.failed)

    def _sends(self) -> Iterator[Diagnostic]:
        for number, one in enumerate(self._example.sends):
            keys = one.keys if isinstance(one.keys, list) else []
            at = ("sends", number, "keys")
            if self._has(*at) and self._flow.key is None:
                words, hint = "the records of this flow have no key", "remove `keys`, or give the flow a `key`"
                yield self._wrong("impossible-example", words, hint, *at)
            elif self._flow.batch is None and len(keys) > 1:
                words = "this flow sends each record in a message of its own"
                yield self._wrong("impossible-example", words, "write one key, or give the flow a `batch`", *at)

    # -- places --------------------------------------------------------------------------------------------------

    def _has(self, *path: str | int) -> bool:
        return self._subject.holds((*self._path, *path))

    def _wrong(self, rule: str, words: str, hint: str, *path: str | int) -> Diagnostic:
        mark = self._subject.key(*self._path, *path) if path else self._subject.mark(*self._path)
        return Diagnostic(mark, rule, words, hint)
