"""A claim takes rows away from others until it is written back what became of them: only a flow can do that, row by row."""

from __future__ import annotations

from collections.abc import Iterator

from engine.calls import CallSpec
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.spec.flows import Flow, Read
from engine.spec.messages import Step
from engine.sql.endpoints.claim import Claim

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
        if isinstance(part, Flow):
            yield from _flow(subject, part, path)
        elif isinstance(part, (CallSpec, Step)) and not isinstance(part, Read) and _claims(subject, part.call):
            yield _called(subject, (*path, "call"))


def _flow(subject: Subject, flow: Flow, path: Path_) -> Iterator[Diagnostic]:
    if flow.read is None or not _claims(subject, flow.read.call):
        return
    if flow.trigger.event:
        yield _called(subject, (*path, "read", "call"))
    if flow.read.value is not None:
        words = "what is written back goes by the whole row"
        hint = "remove `value`; build what is sent in `input`"
        yield Diagnostic(subject.key(*path, "read", "value"), "claim-changed", words, hint)
    if flow.delivery.keep == "latest":
        words = "each row that is taken is written back, so none may replace another"
        hint = "remove `keep: latest`; rows of one key go in order"
        yield Diagnostic(subject.key(*path, "delivery", "keep"), "claim-latest", words, hint)


def _called(subject: Subject, path: Path_) -> Diagnostic:
    words = "rows that are taken here would never be written back"
    hint = "read it by a flow, `trigger: {every: 1m}`; here, call an endpoint of `type: select`"
    return Diagnostic(subject.mark(*path), "claim-called", words, hint)


def _claims(subject: Subject, call: str | None) -> bool:
    _, endpoint = subject.integration.endpoint_called(call)
    return isinstance(endpoint, Claim)
