"""An example says one thing: when it happens and with which settings, what is called and answered, how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from engine.auth.login import Login
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, shown
from engine.document import Path_
from engine.parts.suggest import did_you_mean, suggest
from engine.protocols.http import HttpConnection, UrlCall
from engine.spec.examples import Rehearsed
from engine.spec.flows import Flow
from engine.spec.integration import Integration
from engine.spec.messages import Message


def check(subject: Subject) -> Iterator[Diagnostic]:
    integration = subject.integration
    by_themselves = _by_themselves(integration)
    for name, message in integration.messages.items():
        if message and message.examples:
            reached = _reached(integration, message) | by_themselves
            yield from _examples(subject, message.examples, ("messages", name, "examples"), reached)
    for name, flow in integration.flows.items():
        if flow and flow.examples:
            reached = _reached_by_flow(integration, flow) | by_themselves
            yield from _examples(subject, flow.examples, ("flows", name, "examples"), reached, flow.send)


def _examples(
    subject: Subject, examples: Sequence[Rehearsed], path: Path_, reached: frozenset[str], sends: str = ""
) -> Iterator[Diagnostic]:
    for number, example in enumerate(examples):
        yield from _example(subject, example, (*path, number))
        yield from _calls(subject, example, (*path, number), reached, sends)


def _example(subject: Subject, example: Rehearsed, path: Path_) -> Iterator[Diagnostic]:
    if subject.holds((*path, "reply")) and subject.holds((*path, "error")):
        words = "an example ends with a reply or with an error, not with both"
        yield Diagnostic(subject.key(*path, "error"), "reply-and-error", words, "leave one out")
    if example.at is not None and not _is_time(example.at):
        words = f"{shown(example.at)} is no time"
        yield Diagnostic(subject.mark(*path, "at"), "wrong-value", words, 'write one such as "2026-03-01T12:00:00Z"')
    for name in example.settings if isinstance(example.settings, dict) else ():
        if name not in (subject.names("settings") or ()):
            hint = did_you_mean(suggest(name, subject.names("settings") or ())) or "declare it under `settings`"
            words = f"there is no setting {shown(name)}"
            yield Diagnostic(subject.key(*path, "settings", name), "unknown-setting", words, hint.strip())


def _calls(
    subject: Subject, example: Rehearsed, path: Path_, reached: frozenset[str], sends: str
) -> Iterator[Diagnostic]:
    """Calls that the message or flow makes; `sends` is the message that a flow sends."""
    for number, call in enumerate(example.calls):
        at = (*path, "calls", number)
        if subject.holds((*at, "reply")) and subject.holds((*at, "fails")):
            words = "a call that fails has no reply"
            yield Diagnostic(subject.key(*at, "reply"), "fails-and-reply", words, "leave one out")
        if subject.holds((*at, "failed")) and call.call != sends:
            words = "only the message that a flow sends has records that failed"
            yield Diagnostic(subject.key(*at, "failed"), "impossible-example", words, "remove it")
        if call.call and call.call not in reached and _is_known(subject, call.call):
            words = f"{path[1]} never calls {call.call}"
            hint = f"it calls: {', '.join(sorted(reached))}" if reached else "leave `calls` out"
            yield Diagnostic(subject.mark(*at, "call"), "unreached-call", words, hint)


# -- what a message or flow may call --------------------------------------------------------------------------------


def _reached(integration: Integration, message: Message, seen: tuple[str, ...] = ()) -> frozenset[str]:
    """The endpoints, and messages of other integrations, that a message calls, also through messages of this file."""
    found: set[str] = set()
    for step in message.steps:
        if step.call and "." in step.call:
            found.add(step.call)
        elif step.call in integration.messages and step.call not in seen:
            inner = integration.messages[step.call]
            found |= _reached(integration, inner, (*seen, step.call)) if inner else set()
    return frozenset(found)


def _reached_by_flow(integration: Integration, flow: Flow) -> frozenset[str]:
    """What a flow calls; a message of this file may be answered as a whole, or make its own calls."""
    read = [flow.read, *flow.read.details.values()] if flow.read else []
    named = {call.call for call in read if call} | {flow.send} | ({flow.hold.refresh or ""} if flow.hold else set())
    found = set(named)
    for name in named & set(integration.messages):
        message = integration.messages[name]
        found |= _reached(integration, message) if message else set()
    return frozenset(found - {""})


def _by_themselves(integration: Integration) -> frozenset[str]:
    """What is called on behalf of others: logins, probes, calls that name an address."""
    found: set[str] = set()
    for connection in integration.connections.values():
        if isinstance(connection, HttpConnection):
            auths = [connection.auth, *(endpoint.auth for endpoint in connection.endpoints.values() if endpoint)]
            calls = [call for auth in auths if isinstance(auth, Login) for call in (auth.request, auth.end) if call]
            found |= {call.call for call in calls}
            found |= {connection.url.call} if isinstance(connection.url, UrlCall) else set()
            found |= {connection.offline.probe} if connection.offline else set()
    return frozenset(found)


def _is_known(subject: Subject, call: str) -> bool:
    """Whether a call names something that exists; if not, that is said elsewhere."""
    first, dot, second = call.partition(".")
    if not dot:
        return first in (subject.names("messages") or ())
    used = subject.others.get(subject.integration.uses.get(first, ""))
    return second in (subject.names("connections", first, "endpoints") or ()) or bool(used and second in used.messages)


def _is_time(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
