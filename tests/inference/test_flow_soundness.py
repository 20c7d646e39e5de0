"""Flows against running: what is in reach is of its type, and a flow whose records fit is never called wrong."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.document import parse
from engine.errors import MappingError
from engine.expression.ast import SyntaxFault
from engine.expression.compiled import compile_expression
from engine.expression.expressions import read_query
from engine.expression.operations import truth
from engine.inference import Scope, Typing, typing
from engine.inference.flows import completed
from engine.inference.narrowing import assume as assumed
from engine.inference.schema import SchemaTypes
from engine.mapping.compile import merged
from engine.plan import FlowPlan
from engine.plan.compile import compile_plan
from engine.runtime.live.flow import as_text
from engine.schemas import Schemas
from engine.spec.load import read
from engine.types import holds
from tests.inference.generated import Schema, conditions, fitting, inputs, mappings, queries, with_lists
from tests.inference.test_soundness import schema_of, unconditional

MANY = int(os.environ.get("EXAMPLES", "200"))

pytestmark = pytest.mark.timeout(120 + MANY)
PATIENT = settings(
    max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def typed(file: dict[str, Any]) -> Typing:
    document = parse(json.dumps(file, default=float), "x.yaml")
    integration, found = read(document)
    assume(not found)
    return typing(integration, {}, document.key_mark)


def over(name: str, tree: Any) -> Any:
    """A generated mapping over `input`, as one over another name."""
    return json.loads(json.dumps(tree).replace("input", name))


def reading(record: Schema, flow: dict[str, Any], wanted: Schema | None = None) -> dict[str, Any]:
    """An integration with one flow that reads records and their details."""
    page = {"type": "object", "required": ["rows"], "properties": {"rows": {"type": "array", "items": record}}}
    endpoint = {"method": "GET", "path": "/", "records": "=reply.rows", "reply": "page"}
    message = {"reply": None} if wanted is None else {"reply": None, "input": wanted}
    return {
        "engine": 1,
        "name": "x",
        "connections": {"erp": {"type": "rest", "url": "https://x.example", "endpoints": {"list": endpoint}}},
        "schemas": {"page": page},
        "messages": {"take": message},
        "flows": {"travel": {"trigger": {"manual": True}, "read": {"call": "erp.list"}, "send": "take", **flow}},
    }


def plan_of(file: dict[str, Any]) -> FlowPlan:
    try:
        return compile_plan(typed(file).integration).flows["travel"]
    except SyntaxFault:
        assume(False)
        raise


def taken(plan: FlowPlan, records: Sequence[Any]) -> Iterator[Any]:
    """The records that a flow sends, as reading and delivering judge them."""
    for record in records:
        scope = {"settings": {}, "record": record}
        try:
            if plan.when is not None and not truth(plan.when(scope)):
                continue
            if plan.key is not None:
                as_text(plan.key(scope), "the key")
        except MappingError:
            continue
        yield record


def sent(plan: FlowPlan, groups: list[list[Any]]) -> list[Any]:
    """What a flow's message gets; what cannot be mapped goes nowhere."""
    found = []
    for group in groups:
        scope = {"settings": {}, "record": group[0], "records": group}
        try:
            found.append(group[0] if plan.input is None else plan.input(scope))
        except MappingError:
            continue
    return found


def flows(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """What a flow may say of its records."""
    optional = {
        "when": conditions(schema).map("={}".format),
        "key": queries().map("={}".format),
        "batch": st.just(3),
    }
    return st.fixed_dictionaries({}, optional=optional).map(lambda flow: over("record", flow))


@PATIENT
@given(st.data(), inputs(), mappings().map(unconditional), st.sampled_from(["as it is", "mapped"]))
def test_a_flow_whose_records_fit_is_never_called_wrong(
    data: st.DataObject, schema: Schema, tree: Any, how: str
) -> None:
    flow = data.draw(flows(schema))
    if how == "as it is":
        flow.pop("batch", None)
    elif "batch" in flow:
        flow["input"] = {"all": {"$each": "=records", "$let": {"outer": "=item"}, "$map": over("outer", tree)}}
    else:
        flow["input"] = over("record", tree)
    plan = plan_of(reading(schema, flow))
    records = list(taken(plan, data.draw(st.lists(fitting(schema), min_size=1, max_size=5))))
    assume(records)
    found = sent(plan, [records[:3]] if "batch" in flow else [[record] for record in records])
    assume(found)

    told = typed(reading(schema, flow, schema_of(found))).misfits

    assert [one for one in told if one.gap.sure] == [], (flow, found)


@PATIENT
@given(st.data(), inputs(), inputs())
def test_what_is_in_reach_of_a_flow_is_of_its_type(data: st.DataObject, schema: Schema, line: Schema) -> None:
    flow = data.draw(flows(schema))
    file = reading(schema, {**flow, "input": "=records" if "batch" in flow else "=record"})
    file["flows"]["travel"]["read"] = {
        "call": "erp.list",
        "details": {"d": {"call": "erp.lines", "match": "a"}},
        "cursor": {"start": {"at": 0}, "next": {"at": "=record.b", "of": "=record.d[0]"}},
        "query": {"x": "=cursor"},
    }
    lines = {"type": "object", "properties": {"rows": {"type": "array", "items": line}}}
    endpoint = {"method": "GET", "path": "/", "records": "=reply.rows", "reply": lines}
    file["connections"]["erp"]["endpoints"]["lines"] = endpoint
    plan, types = plan_of(file), typed(file)
    whole = st.builds(lambda record, details: {**record, "d": details}, fitting(schema), st.lists(fitting(line)))
    read = data.draw(st.lists(whole, min_size=1, max_size=4))

    scope = in_reach(types, "=records" if "batch" in flow else "=record")
    kept = list(taken(plan, read))
    for record in kept:
        assert "batch" in flow or holds(scope.names["record"], record), (str(scope.names["record"]), record)
    if "batch" in flow and kept:
        assert holds(scope.names["records"], kept)

    cursor = in_reach(types, "=cursor").names["cursor"]
    assert plan.start is not None
    assert plan.next is not None
    assert holds(cursor, plan.start({"settings": {}}))
    for record in read:
        assert holds(cursor, plan.next({"settings": {}, "record": record})), (str(cursor), record)


def in_reach(types: Typing, text: str) -> Scope:
    """What is in reach of an expression."""
    from engine.spec.sites import sites

    site = next(site for site in sites(types.trees) if site.expression.text == text)
    scope = types.scope_at(site.expression.place.mark)
    assert scope is not None
    return scope


@PATIENT
@given(st.data(), st.one_of(inputs(), with_lists()))
def test_what_a_condition_tells_is_true(data: st.DataObject, schema: Schema) -> None:
    text = data.draw(conditions(schema))
    condition = read_query("=" + text)
    scope = Scope({"input": SchemaTypes(Schemas({})).of(schema, "input")})
    try:
        judge = compile_expression(condition)
    except SyntaxFault:
        assume(False)
        return

    for value in data.draw(st.lists(fitting(schema), min_size=1, max_size=4)):
        try:
            result = truth(judge({"input": value}))
        except MappingError:
            continue
        narrowed = assumed(condition.tree, scope, result).names["input"]
        assert holds(narrowed, value), (text, result, str(narrowed), value)


@PATIENT
@given(st.data(), inputs(), inputs())
def test_an_event_that_another_completes_is_of_its_type(data: st.DataObject, first: Schema, later: Schema) -> None:
    types = SchemaTypes(Schemas({}))
    whole, part = data.draw(fitting(first)), data.draw(fitting(later))

    found = completed(types.of(first, "first"), types.of(later, "later"))

    assert holds(found, whole)
    assert holds(found, merged(whole, part)), (str(found), whole, part)


@PATIENT
@given(st.data(), inputs(), queries().map("={}".format), mappings())
def test_an_event_is_of_its_type(data: st.DataObject, schema: Schema, when: str, tree: Any) -> None:
    file = reading({}, {"trigger": {"event": "e"}, "key": "=event"})
    file["flows"]["travel"].pop("read")
    file["events"] = {"e": {"schema": schema, "when": over("body", when), "map": over("body", tree)}}
    types = typed(file)
    try:
        plan = compile_plan(types.integration).events["e"]
    except SyntaxFault:
        assume(False)
        return
    event = in_reach(types, "=event").names["event"]

    for body in data.draw(st.lists(fitting(schema), min_size=1, max_size=4)):
        scope = {"settings": {}, "body": body, "headers": {}}
        try:
            if plan.when is not None and plan.map is not None and truth(plan.when(scope)):
                assert holds(event, plan.map(scope)), (when, tree, str(event), body)
        except MappingError:
            continue


@given(st.just("=(`[1, null]`)[?a]"))
def test_a_filter_that_finds_nothing_has_no_wrong_elements(nothing: str) -> None:
    schema: Schema = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}
    flow = {"input": {"$let": {"v": nothing}, "$map": [["A", "=record"], "=v"]}}
    found = sent(plan_of(reading(schema, flow)), [[{}]])

    told = typed(reading(schema, flow, schema_of(found))).misfits

    assert found == [[["A", {}], []]]
    assert [one for one in told if one.gap.sure] == []
