"""Files are read by a flow, which puts them away when its records are safe; which ones, the endpoint says, not the call."""

from __future__ import annotations

from collections.abc import Iterator

from engine.calls import CallSpec
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.files.endpoints.read import ReadFiles
from engine.spec.flows import Flow, Read
from engine.spec.messages import Step

LOCAL = True

_ASKED = ("cursor", "query", "headers", "body")


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
        if isinstance(part, Flow) and part.read is not None and _reads(subject, part.read.call):
            yield from _flow(subject, part, (*path, "read"))
        elif isinstance(part, (CallSpec, Step)) and not isinstance(part, Read) and _reads(subject, part.call):
            yield _called(subject, (*path, "call"))


def _flow(subject: Subject, flow: Flow, path: Path_) -> Iterator[Diagnostic]:
    if flow.trigger.event:
        yield _called(subject, (*path, "call"))
        return
    for key in _ASKED:
        if subject.holds((*path, key)):
            words = f"files are not asked with `{key}`: all that match are read, each once"
            yield Diagnostic(subject.key(*path, key), "files-asked", words, "remove it; leave records out by `when`")


def _called(subject: Subject, path: Path_) -> Diagnostic:
    words = "files that are read here would never be put away"
    hint = "read them by a flow that begins by itself, `trigger: {every: 1m}`"
    return Diagnostic(subject.mark(*path), "files-called", words, hint)


def _reads(subject: Subject, call: str | None) -> bool:
    _, endpoint = subject.integration.endpoint_called(call)
    return isinstance(endpoint, ReadFiles)
