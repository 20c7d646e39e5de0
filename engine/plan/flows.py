"""Flows, compiled."""

from __future__ import annotations

from collections.abc import Iterable

from engine.calls import CallSpec, fields
from engine.document import NOWHERE
from engine.expression.compiled import Compiled
from engine.expression.expressions import bare_query
from engine.mapping import Items, Node, compile_mapping
from engine.mapping.nodes import Build, Constant, Entry
from engine.plan.plan import ClaimPlan, DetailsPlan, FlowPlan, StepPlan
from engine.plan.steps import Compiler
from engine.protocols.sql import SqlConnection
from engine.spec.flows import Cursor, Flow, Read
from engine.spec.messages import Step
from engine.sql.endpoints.claim import Claim


def compile_flow(name: str, flow: Flow, compiler: Compiler) -> FlowPlan:
    """One flow of an integration that has no errors."""
    integration = compiler.integration
    target = integration.message_called(flow.send)
    assert target is not None
    read, hold, confirm = flow.read, flow.hold, flow.confirm
    cursor = read.cursor if read else None
    details = read.details.items() if read else ()
    return FlowPlan(
        name=name,
        flow=flow,
        target=target,
        read=_call(read, compiler, read.value) if read else None,
        claim=_claim(read, compiler) if read else None,
        details={key: DetailsPlan(_call(one, compiler, None), one.match) for key, one in details},
        start=_cursor(cursor, "start", compiler),
        next=_cursor(cursor, "next", compiler),
        when=compiler.mapping(flow.when),
        until=compiler.mapping(hold.until if hold else None),
        refresh=integration.message_called(hold.refresh or "") if hold else None,
        changed=compiler.mapping(Items(tuple(flow.changed))) if flow.changed else None,
        key=compiler.mapping(flow.key),
        wanted=_wanted(flow, compiler),
        input=compiler.mapping(flow.input),
        refused=compiler.mapping(confirm.refused if confirm else None),
        error=compiler.mapping(confirm.error if confirm else None),
    )


def _wanted(flow: Flow, compiler: Compiler) -> Compiled | None:
    """`when`, `key` and `changed` in one function, over all records of a page."""
    if flow.batch is None:
        return None
    key, changed = flow.key or Constant(None), Items(tuple(flow.changed)) if flow.changed else Constant(None)
    record = Entry("record", optional=False, node=bare_query("item"), place=NOWHERE)
    each = Build(Items((record.node, key, changed)), bare_query("records"), (record,), flow.when, NOWHERE)
    found = compile_mapping(each, compiler.redact)
    return None if "file" in found.needs else found


def asking(flows: Iterable[FlowPlan]) -> dict[str, list[FlowPlan]]:
    """By flow, those that its records answer."""
    found: dict[str, list[FlowPlan]] = {}
    for plan in flows:
        if plan.flow.confirm is not None:
            found.setdefault(plan.flow.confirm.flow, []).append(plan)
    return found


def _call(call: CallSpec, compiler: Compiler, value: Node | None) -> StepPlan:
    """A call as the only step of its kind: what it gives is its value."""
    step = Step.model_construct(
        call=call.call, path=call.path, query=call.query, headers=call.headers, body=call.body, value=value
    )
    return compiler.step(step)


def _claim(read: Read, compiler: Compiler) -> ClaimPlan | None:
    """How the rows are written back that a reading takes; None if it takes none."""
    connection, endpoint = compiler.integration.endpoint_called(read.call)
    if not isinstance(connection, SqlConnection) or not isinstance(endpoint, Claim):
        return None
    done, failed = compiler.mapping(fields(endpoint.done)), compiler.mapping(fields(endpoint.failed))
    assert done is not None
    assert failed is not None
    name, _, called = read.call.partition(".")
    return ClaimPlan((name, called), connection.tables[endpoint.table].key, done, failed)


def _cursor(cursor: Cursor | None, field: str, compiler: Compiler) -> Compiled | None:
    return compiler.mapping(fields(getattr(cursor, field))) if cursor is not None else None
