"""A message as compiled, for `engine show`: its steps with everything resolved, and each field with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.docs.endpoints import Operation, all_operations, operation
from engine.docs.fields import Row, named, rows
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.mapping import Node
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step


@dataclass(frozen=True)
class FieldLine:
    """One line of a mapping; `part` is path, query, headers or body of a call, or empty."""

    part: str
    target: str
    source: str
    type: str
    line: int
    kind: str
    optional: bool


@dataclass(frozen=True)
class CallOutline:
    """What a call does, with its defaults resolved."""

    operation: str
    effect: str
    timeout: str
    attempts: str
    backoff: str
    causes: tuple[str, ...]
    reply_schema: str


@dataclass(frozen=True)
class StepOutline:
    """One step; `call` is empty for a value and a refusal."""

    number: int
    kind: str
    call: str
    save: str
    line: int
    endpoint: CallOutline | None
    conditions: dict[str, str]
    sends: tuple[FieldLine, ...]
    value: tuple[FieldLine, ...]


@dataclass(frozen=True)
class MessageOutline:
    """One message; times as they are written in a file, empty where there is none."""

    name: str
    place: str
    description: str
    input: str
    output: str
    timeout: str
    cache: dict[str, str]
    steps: tuple[StepOutline, ...]
    reply: tuple[FieldLine, ...]
    failed: tuple[FieldLine, ...]
    fallback: tuple[FieldLine, ...]


@dataclass(frozen=True)
class IntegrationOutline:
    """One integration, listed."""

    name: str
    place: str
    title: str
    description: str
    uses: dict[str, str]
    connections: tuple[dict[str, str], ...] = ()
    endpoints: tuple[dict[str, str], ...] = ()
    messages: tuple[dict[str, str], ...] = field(default=())


def integration_outline(subject: Subject) -> IntegrationOutline:
    """An integration: its connections, endpoints and messages."""
    integration = subject.integration
    connections = tuple(
        {"name": name, "type": str(getattr(found, "type", "")), "description": found.description or ""}
        for name, found in integration.connections.items()
    )
    return IntegrationOutline(
        name=integration.name,
        place=subject.document.file,
        title=integration.title or "",
        description=integration.description or "",
        uses=dict(integration.uses),
        connections=connections,
        endpoints=tuple(_endpoints(integration)),
        messages=tuple(_messages(integration)),
    )


def _endpoints(integration: Integration) -> Iterator[dict[str, str]]:
    for connection, found in integration.connections.items():
        for name in getattr(found, "endpoints", {}):
            one = operation(integration, f"{connection}.{name}")
            if one is not None:
                yield {"name": one.name, "operation": one.what, "effect": one.effect, "timeout": one.timeout}


def _messages(integration: Integration) -> Iterator[dict[str, str]]:
    for name, message in integration.messages.items():
        calls = dict.fromkeys(found.name for found in all_operations(integration, message))
        yield {
            "name": f"{integration.name}.{name}",
            "calls": ", ".join(calls),
            "description": message.description or "",
        }


def message_outline(subject: Subject, name: str) -> MessageOutline:
    """A message with everything resolved."""
    integration, message = subject.integration, subject.integration.messages[name]
    return MessageOutline(
        name=f"{integration.name}.{name}",
        place=f"{subject.document.file}:{subject.line('messages', name)}",
        description=message.description or "",
        input=_schema(message.input),
        output=_schema(message.output),
        timeout=worded(message.timeout, integration, "duration"),
        cache=_cache(integration, message),
        steps=tuple(_step(subject, name, number, step) for number, step in enumerate(message.steps, 1)),
        reply=_lines(subject, message.reply),
        failed=_lines(subject, message.failed),
        fallback=_lines(subject, message.fallback),
    )


def _step(subject: Subject, message: str, number: int, step: Step) -> StepOutline:
    found = operation(subject.integration, step.call, step) if step.call else None
    kind = "call" if found else "message" if step.call else "refuse" if step.refuse is not None else "value"
    sends = [_line(subject, row, part) for part in ("path", "query", "headers") for row in named(getattr(step, part))]
    value = step.value if step.refuse is None else step.refuse
    return StepOutline(
        number=number,
        kind=kind,
        call=step.call or "",
        save=step.save or "",
        line=subject.line("messages", message, "steps", number - 1),
        endpoint=_call(found) if found else None,
        conditions=_conditions(subject.integration, step),
        sends=(*sends, *_lines(subject, step.body, "body")),
        value=_lines(subject, value),
    )


def _call(found: Operation) -> CallOutline:
    reply = found.connection.reply_schema(found.name.partition(".")[2])
    return CallOutline(
        operation=found.what,
        effect=found.effect,
        timeout=found.timeout,
        attempts=found.attempts,
        backoff=found.backoff,
        causes=found.causes,
        reply_schema=_schema(reply),
    )


def _conditions(integration: Integration, step: Step) -> dict[str, str]:
    """When and how often a step runs, as it is written."""
    found = {
        "when": step.when.text if step.when else "",
        "unless": step.unless or "",
        "each": f"{step.item} of {step.each.text}" if step.each else "",
        "until": step.repeat.until.text if step.repeat else "",
        "every": worded(step.repeat.every, integration, "duration") if step.repeat else "",
        "limit": worded(step.repeat.limit, integration, "duration") if step.repeat else "",
        "always": "true" if step.always else "",
        "optional": "true" if step.optional else "",
        "temporary": "true" if step.temporary else "",
    }
    return {name: str(text) for name, text in found.items() if text}


def _cache(integration: Integration, message: Message) -> dict[str, str]:
    cache = message.cache
    if cache is None:
        return {}
    offline = cache.offline if cache.offline is not None else cache.keep
    return {
        "keep": worded(cache.keep, integration, "duration"),
        "offline": worded(offline, integration, "duration"),
    }


def _lines(subject: Subject, node: Node | None, part: str = "") -> tuple[FieldLine, ...]:
    return () if node is None else tuple(_line(subject, row, part) for row in rows(node))


def _line(subject: Subject, row: Row, part: str) -> FieldLine:
    return FieldLine(part, row.target, row.source, row.type_by(subject.type_of), row.line, row.kind, row.optional)


def _schema(reference: object) -> str:
    """A schema by its name; one that stands in place has none."""
    return "" if reference is None else str(reference) if isinstance(reference, str) else "(in place)"
