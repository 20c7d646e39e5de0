"""From an integration to a plan: every expression and schema is compiled here, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.expression.expressions import Expression
from engine.expression.writer import Writer
from engine.plan.flows import asking, compile_flow
from engine.plan.plan import EventPlan, MessagePlan, Plan
from engine.plan.steps import Compiler
from engine.schemas import Check, Schemas
from engine.spec.events import Event
from engine.spec.integration import Integration
from engine.spec.messages import Message
from engine.spec.sites import trees


def compile_plan(integration: Integration, write: Callable[[], Writer] = Writer) -> Plan:
    """Compile an integration that has no errors.

    Args:
        write: makes a writer for each mapping; one that observes, for coverage.

    Raises:
        SyntaxFault: an expression is nested too deeply.
    """
    schemas = Schemas(integration.known_schemas, integration.folder)
    compiler = Compiler(integration, frozenset(integration.log.redact), write)
    for tree in trees(integration):
        if isinstance(tree.node, Expression) and tree.path[0] not in ("messages", "flows"):
            tree.node.compiled  # noqa: B018 - compiled at load, kept by the expression
    flows = {name: compile_flow(name, flow, compiler) for name, flow in integration.flows.items()}
    return Plan(
        integration,
        {name: _message(name, message, schemas, compiler) for name, message in integration.messages.items()},
        {name: _event(name, event, schemas, compiler) for name, event in integration.events.items()},
        flows,
        asking(flows.values()),
    )


def _message(name: str, message: Message, schemas: Schemas, compiler: Compiler) -> MessagePlan:
    return MessagePlan(
        name=name,
        message=message,
        steps=tuple(compiler.step(step, number) for number, step in enumerate(message.steps, 1)),
        reply=compiler.mapping(message.reply),
        fallback=compiler.mapping(message.fallback),
        failed=compiler.mapping(message.failed),
        cache_key=compiler.mapping(message.cache.key if message.cache else None),
        check_input=_check(schemas, message.input),
        check_output=_check(schemas, message.output),
        input_schema=_schema(schemas, message.input),
        output_schema=_schema(schemas, message.output),
    )


def _event(name: str, event: Event, schemas: Schemas, compiler: Compiler) -> EventPlan:
    return EventPlan(
        name=name,
        event=event,
        check=_check(schemas, event.schema),
        schema=_schema(schemas, event.schema),
        map=compiler.mapping(event.map),
        when=compiler.mapping(event.when),
        id=compiler.mapping(event.id),
    )


def _check(schemas: Schemas, reference: Any) -> Check | None:
    return None if reference is None else schemas.check(reference)


def _schema(schemas: Schemas, reference: Any) -> Mapping[str, Any] | None:
    return None if reference is None else schemas.whole(reference)
