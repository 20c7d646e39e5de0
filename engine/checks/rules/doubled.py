"""A flow sends again what may have failed; a call that does a thing twice when made twice must be safe against that.

Either the message asks first ("have you got it?": `read → unless → write`), or the call carries a key by which the other
side knows it again, such as `Idempotency-Key: =exchange.key`. If a second sending does no harm, the endpoint says so with
`effect: repeatable`.
"""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.mapping import expressions
from engine.spec.integration import Integration
from engine.spec.messages import Step

_HINT = (
    "ask first and write `unless: step`, or send a key such as `Idempotency-Key: =exchange.key`; "
    "if twice does no harm, say `effect: repeatable` at the endpoint"
)

_Message = tuple[str, str]


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, flow in subject.integration.flows.items():
        target = subject.integration.message_called(flow.send) if flow else None
        for place, call in _unsafe(subject, target, set()) if target else ():
            words = f"{call} is sent again when it is not known what became of it, and may be done twice"
            mark = subject.mark(*(place or ("flows", name, "send")))
            yield Diagnostic(mark, "done-twice", words, _HINT, "warning")


def _unsafe(subject: Subject, message: _Message, seen: set[_Message]) -> Iterator[tuple[Path_, str]]:
    """The calls of a message, and of those it calls, that could be done twice; each with its place, if that is in this
    file."""
    integration = subject.named(message[0])
    found = integration.messages.get(message[1]) if integration else None
    if integration is None or found is None or message in seen:
        return
    seen.add(message)
    for number, step in enumerate(found.steps):
        if not step.call or step.unless:
            continue
        called = integration.message_called(step.call)
        if called is not None:
            yield from _unsafe(subject, called, seen)
        elif _is_once(integration, step.call) and not _has_a_key(step):
            is_here = integration is subject.integration
            yield ("messages", message[1], "steps", number, "call") if is_here else (), step.call


def _is_once(integration: Integration, call: str) -> bool:
    _, endpoint = integration.endpoint_called(call)
    return getattr(endpoint, "what_twice", "") == "once"


def _has_a_key(step: Step) -> bool:
    """Whether the call carries something that is the same over all attempts."""
    nodes = [*step.path.values(), *step.query.values(), *step.headers.values()]
    nodes += [step.body] if step.body is not None else []
    return any(name == "exchange" for node in nodes for site in expressions(node) for name, _ in site.expression.names)
