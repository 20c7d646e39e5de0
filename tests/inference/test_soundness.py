"""Types against running: a value is always of the type inferred for it, and what fits is never called wrong."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.diagnostics import Mark
from engine.errors import MappingError
from engine.expression.ast import SyntaxFault
from engine.expression.compiled import compile_expression
from engine.expression.expressions import read_query
from engine.inference import Misfit, Remark, Scope, infer
from engine.inference.mapping import Findings, MappingTypes
from engine.inference.schema import SchemaTypes
from engine.inference.targets import Targets
from engine.mapping import compile_mapping, read_mapping
from engine.schemas import Schemas
from engine.types import holds
from tests.inference.generated import Schema, fitting, inputs, mappings, queries

SCHEMAS = SchemaTypes(Schemas({}))

MANY = int(os.environ.get("EXAMPLES", "200"))

pytestmark = pytest.mark.timeout(120 + MANY)

PATIENT = settings(
    max_examples=MANY, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


def scope(schema: Schema) -> Scope:
    return Scope({"input": SCHEMAS.of(schema, "input")})


def values(compiled: Any, data: list[Any]) -> list[Any]:
    """What a mapping gives for each input that it can map."""
    found = []
    for one in data:
        try:
            found.append(compiled({"input": one}))
        except MappingError:
            continue
    return found


@PATIENT
@given(st.data(), inputs(), queries())
def test_the_value_of_an_expression_is_of_its_type(data: st.DataObject, schema: Schema, text: str) -> None:
    expression = read_query("=" + text)
    remarks: list[Remark] = []
    type_ = infer(expression.tree, scope(schema), remarks.append)

    found = values(compile_expression(expression), data.draw(st.lists(fitting(schema), min_size=1, max_size=4)))
    if expression.tree["type"] == "function_expression" and expression.tree["value"] != "choose":
        fails = [
            one
            for one in remarks
            if one.kind in ("unfit", "null") and one.sure and one.name == f"{expression.tree['value']}()"
        ]
        assert not fails or not found, (text, fails, found)
    for value in found:
        assert holds(type_, value), (text, str(type_), value)
        if expression.tree["type"] == "comparator" and any(one.offset == expression.tree["start"] for one in remarks):
            assert value is (expression.tree["value"] == "ne"), (text, value)


@PATIENT
@given(st.data(), inputs(), mappings())
def test_the_value_of_a_mapping_is_of_its_type(data: st.DataObject, schema: Schema, tree: Any) -> None:
    node = read_mapping(tree, lambda _: None)
    type_ = MappingTypes(Findings()).of(node, scope(schema))

    for value in values(compiled(node), data.draw(st.lists(fitting(schema), min_size=1, max_size=4))):
        assert holds(type_, value), (tree, str(type_), value)


@PATIENT
@given(st.data(), inputs(), mappings().map(lambda tree: unconditional(tree)))
def test_a_mapping_whose_values_fit_is_never_called_wrong(data: st.DataObject, schema: Schema, tree: Any) -> None:
    """Without `$when` and `$each` over nothing: what is built never is called wrong all the same, and rightly."""
    node = read_mapping(tree, lambda _: None)
    found = values(compiled(node), data.draw(st.lists(fitting(schema), min_size=1, max_size=5)))
    assume(found)
    target = schema_of(found)
    check = Schemas({}).check(target)
    assert [check(value) for value in found if check(value)] == []

    types = Findings()
    MappingTypes(types).of(node, scope(schema))
    told = Targets(types).of(node, SCHEMAS.of(target, "target"), Mark("x", 1, 1))

    wrong = [one for one in told if isinstance(one, Misfit) and one.gap.sure]
    assert wrong == [], (tree, target, found)


def unconditional(tree: Any) -> Any:
    """The same without `$when` and `?`, and with an element in each `$each`: all that is written is built."""
    if isinstance(tree, list):
        return [unconditional(held) for held in tree]
    if not isinstance(tree, dict):
        return tree
    kept = {key.rstrip("?"): unconditional(held) for key, held in tree.items() if key != "$when"}
    return {**kept, "$each": [kept["$each"]]} if "$each" in kept else kept


def compiled(node: Any) -> Any:
    try:
        return compile_mapping(node)
    except SyntaxFault:
        assume(False)


def schema_of(found: list[Any]) -> Schema:
    """The narrowest schema that some values fit."""
    kinds: list[Schema] = []
    texts = [value for value in found if isinstance(value, str)]
    objects = [value for value in found if isinstance(value, dict)]
    lists = [value for value in found if isinstance(value, list)]
    numbers = [value for value in found if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)]
    if any(value is None for value in found):
        kinds.append({"type": "null"})
    if any(isinstance(value, bool) for value in found):
        kinds.append({"enum": sorted({value for value in found if isinstance(value, bool)})})
    if numbers:
        whole = all(value == int(value) for value in numbers)
        kinds.append({"type": "integer" if whole else "number"})
    if texts:
        short = len(set(texts)) < 3
        kinds.append({"enum": sorted(set(texts))} if short else {"type": "string", "maxLength": max(map(len, texts))})
    if lists:
        elements = [element for value in lists for element in value]
        kinds.append({"type": "array", "items": schema_of(elements)} if elements else {"type": "array"})
    if objects:
        names = list(dict.fromkeys(name for value in objects for name in value))
        properties = {name: schema_of([value[name] for value in objects if name in value]) for name in names}
        required = [name for name in names if all(name in value for value in objects)]
        kinds.append({"type": "object", "properties": properties, "required": required, "additionalProperties": False})
    return kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
