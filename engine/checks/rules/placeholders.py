"""Every `{name}` in an endpoint's path is filled by the call's `path`, and nothing else stands there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from engine.calls import CallSpec
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.parts.suggest import suggest
from engine.spec.messages import Step

LOCAL = True


def check(subject: Subject) -> Iterator[Diagnostic]:
    for path, part in subject.parts:
        if isinstance(part, (CallSpec, Step)) and part.call:
            yield from _of_call(subject, part.call, part.path, path)


def _of_call(subject: Subject, call: str, given: Mapping[str, Any], path: Path_) -> Iterator[Diagnostic]:
    _, endpoint = subject.integration.endpoint_called(call)
    wanted = getattr(endpoint, "placeholders", None)
    if wanted is None:
        if given and "." not in call:
            yield Diagnostic(
                subject.key(*path, "path"), "no-path", "a message has no path", "give it what it needs in `body`"
            )
        return
    for missing in sorted(wanted - set(given)):
        at = subject.key(*path, "path") if subject.holds((*path, "path")) else subject.mark(*path, "call")
        yield Diagnostic(
            at,
            "path-not-filled",
            f"the path of {call} has {{{missing}}}, which is not filled",
            f"add `path: {{{missing}: …}}`",
        )
    for extra in given:
        if extra not in wanted:
            near = suggest(extra, wanted)
            hint = f'did you mean "{near}"?' if near else "remove it, or put it in `query`"
            yield Diagnostic(
                subject.key(*path, "path", extra), "path-unknown", f"the path of {call} has no {{{extra}}}", hint
            )
