"""An integration listed, and a message as compiled, for `engine show`: its steps, and each field with its source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.docs.endpoints import all_operations, operation
from engine.docs.lines import CallOutline, FieldLine, call_outline, lines, named_lines, schema_name
from engine.docs.model import plain
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.docs.triggers import begun_by, trigger
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step


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
    messages: tuple[dict[str, str], ...] = ()
    events: tuple[dict[str, str], ...] = ()
    flows: tuple[dict[str, str], ...] = ()


def integration_outline(subject: Subject) -> IntegrationOutline:
    """An integration: its connections, endpoints, messages, events and flows."""
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
        events=tuple(_events(integration)),
        flows=tuple(_flows(integration)),
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


def _events(integration: Integration) -> Iterator[dict[str, str]]:
    for name, event in integration.events.items():
        yield {
            "name": f"{integration.name}.{name}",
            "schema": schema_name(event.schema),
            "begins": ", ".join(begun_by(integration, name)),
            "description": event.description or "",
        }


def _flows(integration: Integration) -> Iterator[dict[str, str]]:
    for name, flow in integration.flows.items():
        yield {
            "name": f"{integration.name}.{name}",
            "runs": plain(trigger(integration, flow)),
            "sends": flow.send,
            "description": flow.description or "",
        }


def message_outline(subject: Subject, name: str) -> MessageOutline:
    """A message with everything resolved."""
    integration, message = subject.integration, subject.integration.messages[name]
    return MessageOutline(
        name=f"{integration.name}.{name}",
        place=f"{subject.document.file}:{subject.line('messages', name)}",
        description=message.description or "",
        input=schema_name(message.input),
        output=schema_name(message.output),
        timeout=worded(message.timeout, integration, "duration"),
        cache=_cache(integration, message),
        steps=tuple(_step(subject, name, number, step) for number, step in enumerate(message.steps, 1)),
        reply=lines(subject, message.reply),
        failed=lines(subject, message.failed),
        fallback=lines(subject, message.fallback),
    )


def _step(subject: Subject, message: str, number: int, step: Step) -> StepOutline:
    found = operation(subject.integration, step.call, step) if step.call else None
    kind = "call" if found else "message" if step.call else "refuse" if step.refuse is not None else "value"
    value = step.value if step.refuse is None else step.refuse
    return StepOutline(
        number=number,
        kind=kind,
        call=step.call or "",
        save=step.save or "",
        line=subject.line("messages", message, "steps", number - 1),
        endpoint=call_outline(found) if found else None,
        conditions=_conditions(subject.integration, step),
        sends=(*named_lines(subject, step), *lines(subject, step.body, "body")),
        value=lines(subject, value),
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
