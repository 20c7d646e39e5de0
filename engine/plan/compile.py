"""From an integration to a plan: every expression and schema is compiled here, once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.calls import fields
from engine.expression.compiled import Compiled
from engine.expression.expressions import Expression
from engine.mapping import Node, compile_mapping, compile_mappings
from engine.plan.plan import MessagePlan, Plan, StepPlan
from engine.schemas import Check, Schemas
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step
from engine.spec.sites import trees


def compile_plan(integration: Integration) -> Plan:
    """Compile an integration that has no errors.

    Raises:
        SyntaxFault: an expression is nested too deeply.
    """
    schemas = Schemas(integration.schemas)
    redact = frozenset(integration.log.redact)
    for tree in trees(integration):
        if isinstance(tree.node, Expression) and tree.path[0] != "messages":
            tree.node.compiled  # noqa: B018 - compiled at load, kept by the expression
    messages = {
        name: _message(name, message, integration, schemas, redact) for name, message in integration.messages.items()
    }
    return Plan(integration, messages)


def _message(
    name: str, message: Message, integration: Integration, schemas: Schemas, redact: frozenset[str]
) -> MessagePlan:
    return MessagePlan(
        name=name,
        message=message,
        steps=tuple(_step(step, integration, redact) for step in message.steps),
        reply=_mapping(message.reply, redact),
        fallback=_mapping(message.fallback, redact),
        failed=_mapping(message.failed, redact),
        cache_key=_mapping(message.cache.key if message.cache else None, redact),
        check_input=_check(schemas, message.input),
        check_output=_check(schemas, message.output),
        input_schema=_schema(schemas, message.input),
        output_schema=_schema(schemas, message.output),
    )


def _step(step: Step, integration: Integration, redact: frozenset[str]) -> StepPlan:
    first, dot, second = (step.call or "").partition(".")
    is_message = bool(step.call) and (not dot or (first in integration.uses and first not in integration.connections))
    kind = "message" if is_message else "call" if step.call else "refuse" if step.refuse is not None else "value"
    own = (integration.name, first) if not dot else (integration.uses.get(first, first), second)
    return StepPlan(
        step=step,
        kind=kind,  # type: ignore[arg-type]
        label=step.call or step.save or kind,
        target=own if is_message else (first, second),
        when=_mapping(step.when, redact),
        each=_mapping(step.each, redact),
        request=compile_mappings(
            {
                "path": fields(step.path),
                "query": fields(step.query),
                "headers": fields(step.headers),
                "body": step.body,
            },
            redact,
        ),
        has_body=step.body is not None,
        value=_mapping(step.value, redact),
        until=_mapping(step.repeat.until if step.repeat else None, redact),
        refuse=_mapping(step.refuse, redact),
    )


def _mapping(node: Node | None, redact: frozenset[str]) -> Compiled | None:
    return None if node is None else compile_mapping(node, redact)


def _check(schemas: Schemas, reference: Any) -> Check | None:
    return None if reference is None else schemas.check(reference)


def _schema(schemas: Schemas, reference: Any) -> Mapping[str, Any] | None:
    return None if reference is None else schemas.whole(reference)
