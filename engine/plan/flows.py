"""Flows, compiled."""

from __future__ import annotations

from engine.calls import CallSpec, fields
from engine.expression.compiled import Compiled
from engine.mapping import Items, Node
from engine.plan.plan import DetailsPlan, FlowPlan, StepPlan
from engine.plan.steps import compile_step, mapping
from engine.spec.flows import Cursor, Flow
from engine.spec.integration import Integration
from engine.spec.messages import Step


def compile_flow(name: str, flow: Flow, integration: Integration, redact: frozenset[str]) -> FlowPlan:
    """One flow of an integration that has no errors."""
    target = integration.message_called(flow.send)
    assert target is not None
    read, cursor = flow.read, flow.read.cursor if flow.read else None
    details = read.details if read else {}
    return FlowPlan(
        name=name,
        flow=flow,
        target=target,
        read=_call(read, integration, redact, read.value) if read else None,
        details={
            key: DetailsPlan(_call(one, integration, redact, None), one.match) for key, one in details.items()
        },
        start=_cursor(cursor, "start", redact),
        next=_cursor(cursor, "next", redact),
        when=mapping(flow.when, redact),
        until=mapping(flow.hold.until if flow.hold else None, redact),
        refresh=integration.message_called(flow.hold.refresh or "") if flow.hold else None,
        changed=mapping(Items(tuple(flow.changed)), redact) if flow.changed else None,
        key=mapping(flow.key, redact),
        input=mapping(flow.input, redact),
        refused=mapping(flow.confirm.refused if flow.confirm else None, redact),
        error=mapping(flow.confirm.error if flow.confirm else None, redact),
    )  # fmt: skip


def _call(call: CallSpec, integration: Integration, redact: frozenset[str], value: Node | None) -> StepPlan:
    """A call as the only step of its kind: what it gives is its value."""
    step = Step.model_construct(
        call=call.call, path=call.path, query=call.query, headers=call.headers, body=call.body, value=value
    )
    return compile_step(step, integration, redact)


def _cursor(cursor: Cursor | None, field: str, redact: frozenset[str]) -> Compiled | None:
    return mapping(fields(getattr(cursor, field)), redact) if cursor is not None else None
