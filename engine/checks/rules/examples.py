"""An example says one thing: what is sent and answered, then a reply or an error; its matchers are spelled right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from engine.auth.login import Login
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, shown
from engine.document import Path_
from engine.mapping.read import data
from engine.parts.suggest import did_you_mean, suggest
from engine.protocols.rest import RestConnection, UrlCall
from engine.spec import matchers
from engine.spec.examples import Example
from engine.spec.integration import Integration
from engine.spec.messages import Message

_MATCHED = (("reply",), ("failed",), ("error", "text"), ("error", "code"))


def check(subject: Subject) -> Iterator[Diagnostic]:
    by_themselves = _by_themselves(subject.integration)
    for name, message in subject.integration.messages.items():
        if message and message.examples:
            reached = _reached(subject.integration, message) | by_themselves
            for number, example in enumerate(message.examples):
                yield from _example(subject, example, ("messages", name, "examples", number), reached)


def _example(subject: Subject, example: Example, path: Path_, reached: frozenset[str]) -> Iterator[Diagnostic]:
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
    yield from _calls(subject, example, path, reached)
    for below in _MATCHED:
        yield from _matchers(subject, (*path, *below))


def _calls(subject: Subject, example: Example, path: Path_, reached: frozenset[str]) -> Iterator[Diagnostic]:
    for number, call in enumerate(example.calls):
        at = (*path, "calls", number)
        if subject.holds((*at, "reply")) and subject.holds((*at, "fails")):
            words = "a call that fails has no reply"
            yield Diagnostic(subject.key(*at, "reply"), "fails-and-reply", words, "leave one out")
        if call.call and call.call not in reached and _is_known(subject, call.call):
            words = f"{path[1]} never calls {call.call}"
            hint = f"it calls: {', '.join(sorted(reached))}" if reached else "leave `calls` out"
            yield Diagnostic(subject.mark(*at, "call"), "unreached-call", words, hint)
        yield from _matchers(subject, (*at, "sent"))


# -- what a message may call ---------------------------------------------------------------------------------------


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


def _by_themselves(integration: Integration) -> frozenset[str]:
    """What is called on behalf of others: logins, probes, calls that name an address."""
    found: set[str] = set()
    for connection in integration.connections.values():
        if isinstance(connection, RestConnection):
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


# -- matchers ------------------------------------------------------------------------------------------------------


def _matchers(subject: Subject, path: Path_) -> Iterator[Diagnostic]:
    """What is wrong with the matchers below a path of the file."""
    found: Any = subject.document.data if subject.holds(path) else {}
    for step in path if subject.holds(path) else ():
        found = found[step]
    yield from _in_value(subject, found, path)


def _in_value(subject: Subject, value: Any, path: Path_) -> Iterator[Diagnostic]:
    if isinstance(value, dict):
        yield from _in_object(subject, value, path)
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ()):
        yield from _in_value(subject, inner, (*path, key))


def _in_object(subject: Subject, value: dict[str, Any], path: Path_) -> Iterator[Diagnostic]:
    meant = matchers.meant(value)
    if meant:
        wrong, near = meant
        words = (
            f"`{wrong}` is no matcher" if wrong not in matchers.BESIDE.values() else f"`{wrong}` stands beside `{near}`"
        )
        hint = f'did you mean "{near}"? there is: {", ".join(matchers.MATCHERS)}'
        yield Diagnostic(subject.key(*path, wrong), "unknown-matcher", words, hint)
        return
    fault = matchers.fault(data(value)) if matchers.matcher(value) else None
    if fault:
        name = next(iter(value))
        yield Diagnostic(subject.mark(*path, name), "wrong-matcher", *fault)
