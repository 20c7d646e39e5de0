"""From an integration to a plan: every expression and schema is compiled here, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.calls import fields
from engine.expression.compiled import Compiled
from engine.expression.expressions import Expression
from engine.expression.writer import Writer
from engine.mapping import Node, compile_mapping, compile_mappings
from engine.plan.plan import MessagePlan, Plan, StepPlan
from engine.schemas import Check, Schemas
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step
from engine.spec.sites import trees


@dataclass(frozen=True)
class _Compiler:
    """How the mappings of one integration are compiled: what is struck out of errors, and who writes the code."""

    redact: frozenset[str]
    write: Callable[[], Writer]

    def mapping(self, node: Node | None) -> Compiled | None:
        return None if node is None else compile_mapping(node, self.redact, self.write())

    def request(self, step: Step) -> Compiled:
        parts = {"path": fields(step.path), "query": fields(step.query), "headers": fields(step.headers)}
        return compile_mappings({**parts, "body": step.body}, self.redact, self.write())


def compile_plan(integration: Integration, write: Callable[[], Writer] = Writer) -> Plan:
    """Compile an integration that has no errors.

    Args:
        write: makes a writer for each mapping; one that observes, for coverage.

    Raises:
        SyntaxFault: an expression is nested too deeply.
    """
    schemas = Schemas(integration.schemas, integration.folder)
    compiler = _Compiler(frozenset(integration.log.redact), write)
    for tree in trees(integration):
        if isinstance(tree.node, Expression) and tree.path[0] != "messages":
            tree.node.compiled  # noqa: B018 - compiled at load, kept by the expression
    messages = {
        name: _message(name, message, integration, schemas, compiler) for name, message in integration.messages.items()
    }
    return Plan(integration, messages)


def _message(
    name: str, message: Message, integration: Integration, schemas: Schemas, compiler: _Compiler
) -> MessagePlan:
    return MessagePlan(
        name=name,
        message=message,
        steps=tuple(_step(step, integration, compiler) for step in message.steps),
        reply=compiler.mapping(message.reply),
        fallback=compiler.mapping(message.fallback),
        failed=compiler.mapping(message.failed),
        cache_key=compiler.mapping(message.cache.key if message.cache else None),
        check_input=_check(schemas, message.input),
        check_output=_check(schemas, message.output),
        input_schema=_schema(schemas, message.input),
        output_schema=_schema(schemas, message.output),
    )


def _step(step: Step, integration: Integration, compiler: _Compiler) -> StepPlan:
    first, dot, second = (step.call or "").partition(".")
    is_message = bool(step.call) and (not dot or (first in integration.uses and first not in integration.connections))
    kind = "message" if is_message else "call" if step.call else "refuse" if step.refuse is not None else "value"
    own = (integration.name, first) if not dot else (integration.uses.get(first, first), second)
    return StepPlan(
        step=step,
        kind=kind,  # type: ignore[arg-type]
        label=step.call or step.save or kind,
        target=own if is_message else (first, second),
        when=compiler.mapping(step.when),
        each=compiler.mapping(step.each),
        request=compiler.request(step),
        has_body=step.body is not None,
        value=compiler.mapping(step.value),
        until=compiler.mapping(step.repeat.until if step.repeat else None),
        refuse=compiler.mapping(step.refuse),
    )


def _check(schemas: Schemas, reference: Any) -> Check | None:
    return None if reference is None else schemas.check(reference)


def _schema(schemas: Schemas, reference: Any) -> Mapping[str, Any] | None:
    return None if reference is None else schemas.whole(reference)
