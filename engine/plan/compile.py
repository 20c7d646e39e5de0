"""From an integration to a plan: every expression and schema is compiled here, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.expression.expressions import Expression
from engine.plan.flows import compile_flow
from engine.plan.plan import EventPlan, MessagePlan, Plan
from engine.plan.steps import compile_step, mapping
from engine.schemas import Check, Schemas
from engine.spec.events import Event
from engine.spec.integration import Integration
from engine.spec.messages import Message
from engine.spec.sites import trees


def compile_plan(integration: Integration) -> Plan:
    """Compile an integration that has no errors.

    Raises:
        SyntaxFault: an expression is nested too deeply.
    """
    schemas = Schemas(integration.schemas)
    redact = frozenset(integration.log.redact)
    for tree in trees(integration):
        if isinstance(tree.node, Expression) and tree.path[0] not in ("messages", "flows"):
            tree.node.compiled  # noqa: B018 - compiled at load, kept by the expression
    messages = {
        name: _message(name, message, integration, schemas, redact) for name, message in integration.messages.items()
    }
    events = {name: _event(name, event, schemas, redact) for name, event in integration.events.items()}
    flows = {name: compile_flow(name, flow, integration, redact) for name, flow in integration.flows.items()}
    return Plan(integration, messages, events, flows)


def _message(
    name: str, message: Message, integration: Integration, schemas: Schemas, redact: frozenset[str]
) -> MessagePlan:
    return MessagePlan(
        name=name,
        message=message,
        steps=tuple(compile_step(step, integration, redact, number) for number, step in enumerate(message.steps, 1)),
        reply=mapping(message.reply, redact),
        fallback=mapping(message.fallback, redact),
        failed=mapping(message.failed, redact),
        cache_key=mapping(message.cache.key if message.cache else None, redact),
        check_input=_check(schemas, message.input),
        check_output=_check(schemas, message.output),
        input_schema=_schema(schemas, message.input),
        output_schema=_schema(schemas, message.output),
    )


def _event(name: str, event: Event, schemas: Schemas, redact: frozenset[str]) -> EventPlan:
    return EventPlan(
        name=name,
        event=event,
        check=_check(schemas, event.schema),
        schema=_schema(schemas, event.schema),
        map=mapping(event.map, redact),
        when=mapping(event.when, redact),
        id=mapping(event.id, redact),
    )


def _check(schemas: Schemas, reference: Any) -> Check | None:
    return None if reference is None else schemas.check(reference)


def _schema(schemas: Schemas, reference: Any) -> Mapping[str, Any] | None:
    return None if reference is None else schemas.whole(reference)
