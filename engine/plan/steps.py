"""Steps and mappings, compiled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.calls import fields
from engine.expression.compiled import Compiled
from engine.mapping import Node, compile_mapping, compile_mappings
from engine.plan.plan import StepPlan
from engine.spec.integration import Integration
from engine.spec.messages import Step


def compile_step(step: Step, integration: Integration, redact: frozenset[str], number: int = 0) -> StepPlan:
    """One step of a message, or a flow's reading."""
    message = integration.message_called(step.call or "")
    kind = "message" if message else "call" if step.call else "refuse" if step.refuse is not None else "value"
    connection, _, endpoint = (step.call or "").partition(".")
    return StepPlan(
        step=step,
        kind=kind,  # type: ignore[arg-type]
        label=step.call or step.save or kind,
        target=message or (connection, endpoint),
        when=mapping(step.when, redact),
        each=mapping(step.each, redact),
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
        value=mapping(step.value, redact),
        until=mapping(step.repeat.until if step.repeat else None, redact),
        refuse=mapping(step.refuse, redact),
        once=kind == "call" and _once(integration, connection, endpoint),
        number=number,
    )


def _once(integration: Integration, connection: str, endpoint: str) -> bool:
    endpoints: Mapping[str, Any] = getattr(integration.connections[connection], "endpoints", {})
    return bool(getattr(endpoints.get(endpoint), "once", False))


def mapping(node: Node | None, redact: frozenset[str]) -> Compiled | None:
    return None if node is None else compile_mapping(node, redact)
