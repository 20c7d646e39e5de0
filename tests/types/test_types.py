"""Types: how they read, how they join, and what fits into what."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.inference.schema import SchemaTypes
from engine.schemas import Schemas
from engine.types import (
    ANY,
    NEVER,
    NULL,
    NUMBER,
    TEXT,
    List,
    Null,
    Object,
    Text,
    Type,
    element_at,
    has_field,
    holds,
    list_of,
    member,
    object_of,
    type_of,
    union,
)
from engine.types.fitting import gaps
from engine.types.meeting import both


def schema(value: Any) -> Type:
    return SchemaTypes(Schemas({"tree": {"type": "object", "properties": {"up": {"$ref": "tree"}}}})).of(value, "s")


@pytest.mark.parametrize(
    ("type_", "words"),
    [
        (TEXT | NULL, "text or null"),
        (TEXT.or_null(Null(unsure=True)), "text"),
        (NUMBER | TEXT, "number or text"),
        (ANY | TEXT, "any"),
        (NEVER, "nothing"),
        (list_of(object_of({"sku": TEXT, "quantity": NUMBER})), "list of {sku, quantity}"),
        (list_of(TEXT | NUMBER), "list of (text or number)"),
        (type_of({"a": [1, None, True]}), "{a}"),
        (member(type_of({"a": [1, None, True]}), "a"), "list of (1 or true or null)"),
        (schema({"type": "string", "maxLength": 20}), "text(20)"),
        (schema({"type": ["integer", "null"]}), "integer or null"),
        (schema({"enum": ["open", "closed"]}), '"closed" or "open"'),
        (schema({"type": "string", "format": "date"}), "date"),
        (schema({"type": "object", "additionalProperties": {"type": "number"}}), "map of number"),
        (schema({"properties": {"a": {}}}), "{a}"),
        (
            schema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "number"}}]}),
            "text or list of number",
        ),
        (schema({"allOf": [{"type": ["string", "number"]}, {"type": ["number", "null"]}]}), "number"),
        (schema({"description": "anything"}), "any"),
        (schema(True), "any"),
    ],
)
def test_a_type_in_words(type_: Type, words: str) -> None:
    assert str(type_) == words


def test_a_schema_may_refer_to_itself() -> None:
    tree = schema("tree")

    assert str(member(member(member(tree, "up"), "up"), "up")) == "{up} or null"
    assert list(gaps(tree, schema("tree"))) == []


def test_a_field_remembers_its_place_in_the_schema() -> None:
    sku = schema({"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}})
    (text,) = member(sku.shapes[0].element, "sku").something.shapes  # type: ignore[union-attr]

    assert str(text.source) == "s [].sku"


def test_what_two_types_have_in_common() -> None:
    assert str(both(TEXT | NUMBER, NUMBER | NULL)) == "number"
    assert str(both(schema({"enum": ["A", "B"]}), schema({"enum": ["B", "C"]}))) == '"B"'
    assert both(TEXT, NUMBER).shapes == ()
    assert both(TEXT.or_null(Null(unsure=True)), TEXT | NULL).null == Null()
    assert (
        str(both(schema({"type": "string", "maxLength": 5}), schema({"type": "string", "maxLength": 9}))) == "text(5)"
    )


def test_of_very_many_values_only_the_longest_is_known() -> None:
    many = union(type_of(f"k{number}") for number in range(1_000, 2_001))
    few = union(type_of(f"k{number}") for number in range(1_000, 2_000))

    assert [shape.values is None for type_ in (few, many) for shape in type_.of(Text)] == [False, True]
    assert [shape.longest for shape in many.of(Text)] == [5]
    assert [list(gaps(many, few)), list(gaps(few, many))] == [[], []]


def test_a_list_has_the_elements_that_one_of_two_schemas_promises() -> None:
    texts = {"type": "array", "items": {"type": "string"}}

    (both_,) = schema({"allOf": [{**texts, "minItems": 1}, {**texts, "minItems": 2}]}).of(List)

    assert [str(element_at(both_, index)) for index in (1, 2, -2, -3)] == [
        "text",
        "text or null",
        "text",
        "text or null",
    ]


def test_a_name_is_expected_only_where_all_schemas_expect_it() -> None:
    named, open_ = {"type": "object", "properties": {"a": {}}}, {"type": "object"}

    assert [has_field(schema({"allOf": two}), "b") for two in ([named, open_], [open_, open_])] == [False, True]


def test_a_field_of_which_nobody_knows_whether_it_may_be_left_out_is_not_told() -> None:
    given = Type((Object({"a": TEXT}, unsure=frozenset({"a"})),))

    assert list(gaps(given, object_of({"a": TEXT}))) == []


@pytest.mark.parametrize(
    ("value", "fits"), [({"a": 1}, True), ({"a": "x"}, False), ({}, False), ({"a": 1, "b": 2}, False), (None, False)]
)
def test_whether_a_value_is_of_a_type(value: Any, fits: bool) -> None:
    assert holds(object_of({"a": NUMBER}), value) is fits


def row(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    """A schema of an object that has these fields and no others."""
    return {"type": "object", "properties": properties, "required": [*required], "additionalProperties": False}


@pytest.mark.parametrize(
    ("given", "wanted", "found"),
    [
        ({"type": "string"}, {"type": "string"}, []),
        ({"type": "string"}, {"type": "number"}, [("kind", "", True)]),
        ({"type": ["string", "number"]}, {"type": "number"}, [("kind", "", False)]),
        ({"type": ["string", "null"]}, {"type": "string"}, [("null", "", False)]),
        ({"type": "null"}, {"type": "string"}, [("null", "", True)]),
        ({"type": "string"}, {"type": "string", "maxLength": 5}, [("length", "", False)]),
        ({"const": "longer"}, {"type": "string", "maxLength": 5}, [("length", "", True)]),
        ({"enum": ["A", "B"]}, {"enum": ["A"]}, [("choice", "", False)]),
        ({"const": "B"}, {"enum": ["A"]}, [("choice", "", True)]),
        ({"type": "number"}, {"type": "integer"}, [("fraction", "", False)]),
        ({"enum": ["longer", None]}, {"type": ["string", "null"], "maxLength": 5}, [("length", "", False)]),
        ({"enum": [1, Decimal("2.5")]}, {"type": "integer"}, [("fraction", "", False)]),
        ({"const": Decimal("2.5")}, {"type": "integer"}, [("fraction", "", True)]),
        ({"const": Decimal("2.0")}, {"type": "integer"}, []),
        (
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "number"}},
            [("kind", "[]", True)],
        ),
        ({"enum": ["A", "longer"]}, {"type": "string", "maxLength": 5}, [("length", "", False)]),
        (
            {"anyOf": [{"const": "longer"}, {"type": "number"}]},
            {"anyOf": [{"type": "string", "maxLength": 5}, {"type": "number"}]},
            [("length", "", False)],
        ),
        (row({"a": {"type": "number"}}), row({"a": {"type": "string"}}), [("kind", "a", False)]),
        (row({"a": {"type": "number"}}, "a"), row({"a": {"type": "string"}}), [("kind", "a", True)]),
        (row({"a": {"type": "string"}}), row({"a": {"type": "string"}}, "a"), [("absent", "a", False)]),
        (row({"a": {"type": "string"}}, "a"), row({}), [("unknown", "a", True)]),
        (
            row({"a": {"type": "string"}}, "a"),
            {"anyOf": [row({"b": {"type": "number"}}, "b"), row({"a": {"type": "string", "maxLength": 5}})]},
            [("length", "a", False)],
        ),
        ({"type": "object"}, {"type": "object", "required": ["a"]}, []),
        ({"type": "string"}, {"anyOf": [{"type": "number"}, {"type": "string"}]}, []),
        ({"type": "string"}, {}, []),
        ({}, {"type": "string"}, []),
    ],
)
def test_what_does_not_fit(given: Any, wanted: Any, found: list[tuple[str, str, bool]]) -> None:
    assert [(gap.kind, gap.path, gap.sure) for gap in gaps(schema(given), schema(wanted))] == found
