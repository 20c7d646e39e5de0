"""Schemas: self-contained, complete violations, and the fast validator never says yes where the thorough one says no."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from engine import commerce
from engine.schemas import Schemas, WrongSchema
from engine.schemas.schemas import _CHECKERS, _validator
from engine.schemas.violations import THOROUGH, format_checker

ITEM = {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string", "minLength": 1}}}


def violations(schema: Any, value: Any, **own: Any) -> list[str]:
    return [f"{one.path}: {one.message}" for one in Schemas(own).check(schema)(value)]


def references(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        own = [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
        return own + [found for value in schema.values() for found in references(value)]
    return [found for item in schema for found in references(item)] if isinstance(schema, list) else []


@pytest.mark.parametrize("name", commerce.names())
def test_a_shipped_schema_is_self_contained_and_described(name: str) -> None:
    schema = Schemas({}).whole(name)

    Draft202012Validator.check_schema(schema)
    assert all(found.removeprefix("#/$defs/") in schema["$defs"] for found in references(schema))
    assert commerce.schema(name).get("description")
    Schemas({}).check(name)


def test_all_violations_with_their_paths() -> None:
    order = {
        "order_no": "",
        "currency": "DOLLARS",
        "items": [{"sku": "A", "quantity": "2"}, {"quantity": 1}, 3],
        "requested_date": "25.08.2026",
    }

    assert violations("commerce.order", order) == [
        "order_no: must not be empty",
        "requested_date: must be a date",
        "currency: has more than 3 characters",
        "items[0].quantity: must be number, is string",
        "items[1].sku: is missing",
        "items[2]: must be object, is number",
    ]


def test_a_schema_that_extends_another() -> None:
    schema = {"allOf": [{"$ref": "commerce.item"}], "required": ["color"], "properties": {"color": {"enum": ["red"]}}}

    assert violations(schema, {"sku": "A", "color": "red"}) == []
    assert violations(schema, {"color": "blue"}) == ["sku: is missing", "color: must be one of red"]


def test_a_reference_with_more_beside_it() -> None:
    schema = {"$ref": "item", "required": ["color"]}

    assert violations(schema, {}, item=ITEM) == ["sku: is missing", "color: is missing"]


def test_local_references_of_a_named_schema_stay_its_own() -> None:
    tree = {
        "type": "object",
        "properties": {"left": {"$ref": "#"}, "n": {"$ref": "#/$defs/n"}},
        "$defs": {"n": {"type": "integer"}},
    }

    found = violations({"type": "array", "items": {"$ref": "tree"}}, [{"left": {"n": "x"}}], tree=tree)

    assert found == ["[0].left.n: must be integer, is string"]


def test_own_definitions_beside_a_name() -> None:
    schema = {"properties": {"a": {"$ref": "#/$defs/own"}, "b": {"$ref": "item"}}, "$defs": {"own": {"type": "null"}}}

    assert violations(schema, {"a": 1, "b": {}}, item=ITEM) == ["a: must be null, is number", "b.sku: is missing"]


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        ({"type": "integer"}, Decimal("5"), []),
        ({"type": "integer"}, Decimal("5.0"), []),
        ({"type": "integer"}, Decimal("5.5"), [": must be integer, is number"]),
        ({"type": "integer"}, True, [": must be integer, is boolean"]),
        ({"type": "number"}, Decimal("1E+1000"), []),
        ({"multipleOf": Decimal("0.01")}, Decimal("19.99"), []),
        ({"minimum": 0.1}, Decimal("0.09"), [": must be at least 0.1"]),
        ({"exclusiveMinimum": 0}, 0, [": must be more than 0"]),
        ({"maximum": 5}, Decimal("5.01"), [": must be at most 5"]),
        ({"enum": [1, "a"]}, Decimal("1.0"), []),
        ({"enum": [1]}, True, [": must be one of 1"]),
        ({"const": "a"}, "b", [": must be a"]),
        ({"const": False}, True, [": must be false"]),
        ({"enum": [None, True, {"a": "ö"}, "x"]}, 1, [': must be one of null, true, {"a": "ö"}, x']),
        ({"type": ["string", "null"]}, 1, [": must be string or null, is number"]),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, 1, [": must be string or null, is number"]),
        ({"oneOf": [{"type": "number"}, {"minimum": 0}]}, 1, [": fits more than one of the alternatives"]),
        ({"not": {"type": "null"}}, None, [": has a value that is not allowed"]),
        ({"additionalProperties": False, "properties": {"a": {}}}, {"a": 1, "b": 1}, ["b: is not known"]),
        ({"uniqueItems": True}, [1, 1], [": holds the same element twice"]),
        ({"minItems": 1}, [], [": needs at least 1 element"]),
        ({"format": "email"}, "nobody", [": must be a email"]),
        ({"pattern": "^[0-9]+$"}, "x", [": must match ^[0-9]+$"]),
        ({"prefixItems": [{"type": "string"}]}, [1], ["[0]: must be string, is number"]),
        ({"properties": {"it's": {}}, "required": ["it's"]}, {}, ["it's: is missing"]),
    ],
)
def test_words_of_a_violation(schema: Any, value: Any, found: list[str]) -> None:
    assert violations(schema, value) == found


def test_no_more_violations_than_anybody_reads() -> None:
    assert len(violations({"items": {"type": "string"}}, list(range(1000)))) == 20


def test_data_is_not_repeated_in_a_violation() -> None:
    assert "secret" not in str(violations({"type": "integer"}, "secret") + violations({"enum": [1]}, "secret"))


def test_a_schema_that_refers_to_itself_without_end_asks_for_nothing() -> None:
    assert violations("a", 1, a={"$ref": "a"}) == []


@pytest.mark.parametrize("schema", [{"pattern": "["}, {"$ref": "#/$defs/none"}, {"type": "strng"}])
def test_a_schema_that_cannot_be_used(schema: Any) -> None:
    with pytest.raises(WrongSchema):
        Schemas({}).check(schema)


NUMBERS = st.integers(-5, 5) | st.decimals(-5, 5, allow_nan=False, places=2)
LEAVES = st.none() | st.booleans() | NUMBERS | st.text("ab1\n", max_size=3) | st.just("2026-01-31")
VALUES = st.recursive(
    LEAVES,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from("abc"), below, max_size=3),
    max_leaves=6,
)
KINDS = st.sampled_from(["string", "number", "integer", "boolean", "null", "object", "array"])
SIMPLE = st.one_of(
    st.fixed_dictionaries({"type": KINDS | st.lists(KINDS, min_size=1, max_size=2, unique=True)}),
    st.fixed_dictionaries({"enum": st.lists(LEAVES, min_size=1, max_size=3)}),
    st.fixed_dictionaries({"const": VALUES}),
    st.fixed_dictionaries({"minimum": NUMBERS}),
    st.fixed_dictionaries({"exclusiveMaximum": NUMBERS}),
    st.fixed_dictionaries({"multipleOf": st.sampled_from([1, 2, Decimal("0.5"), Decimal("0.01")])}),
    st.fixed_dictionaries({"minLength": st.integers(0, 2)}),
    st.fixed_dictionaries({"pattern": st.sampled_from(["^a", "b$", "^[ab]+$"])}),
    st.fixed_dictionaries({"format": st.sampled_from(["date", "date-time", "email", "nothing"])}),
    st.fixed_dictionaries({"uniqueItems": st.just(True)}),
)
SCHEMAS = st.recursive(
    SIMPLE,
    lambda below: st.one_of(
        st.fixed_dictionaries({"properties": st.dictionaries(st.sampled_from("abc"), below, max_size=3)}),
        st.fixed_dictionaries({"items": below, "minItems": st.integers(0, 2)}),
        st.fixed_dictionaries({"required": st.lists(st.sampled_from("abc"), max_size=2, unique=True)}),
        st.fixed_dictionaries({"properties": st.just({"a": {}}), "additionalProperties": below | st.booleans()}),
        st.fixed_dictionaries({"allOf": st.lists(below, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"anyOf": st.lists(below, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"oneOf": st.lists(below, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"not": below}),
        st.fixed_dictionaries({"$ref": st.sampled_from(["item", "commerce.item"]), "type": KINDS}),
    ),
    max_leaves=5,
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(SCHEMAS, VALUES)
def test_the_fast_way_and_the_thorough_way_agree(schema: Any, value: Any) -> None:
    schemas = Schemas({"item": ITEM})
    whole = schemas.whole(schema)
    fits = THOROUGH(whole, format_checker=format_checker(_CHECKERS)).is_valid(value)

    assert not _validator(whole).is_valid(value) or fits
    assert (schemas.check(schema)(value) == ()) <= fits
