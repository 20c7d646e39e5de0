"""Types: how they read, how they join, and what fits into what."""

from __future__ import annotations

from typing import Any

import pytest

from engine.inference.schema import SchemaTypes
from engine.schemas import Schemas
from engine.types import ANY, NEVER, NULL, NUMBER, TEXT, Null, Type, holds, list_of, member, object_of, type_of
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


@pytest.mark.parametrize(
    ("value", "fits"), [({"a": 1}, True), ({"a": "x"}, False), ({}, False), ({"a": 1, "b": 2}, False), (None, False)]
)
def test_whether_a_value_is_of_a_type(value: Any, fits: bool) -> None:
    assert holds(object_of({"a": NUMBER}), value) is fits


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
        (
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "number"}},
            [("kind", "[]", True)],
        ),
        ({"type": "object"}, {"type": "object", "required": ["a"]}, []),
        ({"type": "string"}, {"anyOf": [{"type": "number"}, {"type": "string"}]}, []),
        ({"type": "string"}, {}, []),
        ({}, {"type": "string"}, []),
    ],
)
def test_what_does_not_fit(given: Any, wanted: Any, found: list[tuple[str, str, bool]]) -> None:
    assert [(gap.kind, gap.path, gap.sure) for gap in gaps(schema(given), schema(wanted))] == found
