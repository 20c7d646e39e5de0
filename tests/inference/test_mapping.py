"""The types of what mappings build, and of the names of steps: each row is what would be wrong if inference forgot something."""

from __future__ import annotations

from typing import Any

import pytest

from engine.document import parse
from engine.inference import Scope, typing
from engine.inference.mapping import Findings, MappingTypes
from engine.inference.schema import SchemaTypes
from engine.mapping import read_mapping
from engine.schemas import Schemas
from engine.spec.load import read
from engine.spec.sites import sites
from engine.types import Type, element_at, member
from engine.types.shapes import List

SCHEMA = {
    "type": "object",
    "required": ["no", "pair", "either"],
    "properties": {
        "no": {"type": "string"},
        "note": {"type": "string"},
        "pair": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "either": {"anyOf": [{"type": "array", "items": {"type": "string"}, "minItems": 2}, {"type": "null"}]},
        "prices": {"type": "object", "additionalProperties": {"type": "number"}},
    },
}


def built(tree: Any) -> Type:
    scope = Scope({"input": SchemaTypes(Schemas({})).of(SCHEMA, "input")})
    return MappingTypes(Findings()).of(read_mapping(tree, lambda _: None), scope)


@pytest.mark.parametrize(
    ("tree", "type_"),
    [
        ({"a": "=input.note"}, "text or null"),
        ({"a?": "=input.note"}, "text or null"),
        ({"a?": "=input.no"}, "text"),
        ({"a": {"$when": "=input.note", "$map": "=input.note"}}, "text or null"),
        ({"a": {"$when": "=input.note", "$map": ["=input.note"]}}, "list of text or null"),
        ({"a": {"$let": {"n": "=input.note"}, "$when": "=n", "$map": ["=input.note"]}}, "list of text or null"),
        ({"$merge": [{"a": 1}, {"a?": "=input.note"}]}, "text or 1"),
        ({"$merge": [{"a": 1}, {"a": "=input.no"}]}, "text"),
        ({"$merge": [{"b": 1}, {"a?": "=input.note"}]}, "text or null"),
        ({"$merge": [{"a": 1}, {"$when": "=input.note", "$map": {"a": "x"}}]}, '1 or "x"'),
        ({"$merge": [{"b": 1}, {"$when": "=input.note", "$map": {"a": "x"}}]}, '"x" or null'),
        ({"a": {"$each": "=input.prices", "$map": "=item"}}, "list of number"),
    ],
)
def test_what_a_field_of_a_mapping_holds(tree: Any, type_: str) -> None:
    assert sorted(str(member(built(tree), "a")).split(" or ")) == sorted(type_.split(" or "))


@pytest.mark.parametrize(
    ("each", "when", "first"),
    [("=input.pair", None, "text"), ("=input.pair", "=item", "text or null"), ("=input.either", None, "text or null")],
)
def test_whether_a_list_surely_has_an_element(each: str, when: str | None, first: str) -> None:
    tree = {"$each": each, "$map": "=item"} | ({"$when": when} if when else {})
    (found,) = built(tree).of(List)

    assert str(element_at(found, 0)) == first


FILE = """\
engine: 1
name: x
messages:
  m:
    input: {type: object, required: [no], properties: {no: {type: string}, a: {type: string}, b: {type: string}}}
    steps:
      - {save: made, when: =input.a, value: {no: =input.no, a: =input.a}}
    reply:
      - {$when: =input.a, $map: =made.no}
      - {$when: =input.b, $map: "=[made.no]"}
      - {$when: =made, $map: "={x: input.a}"}
      - {$when: =!(made), $map: "={y: input.a}"}
"""


def test_a_step_is_there_under_its_condition_and_the_condition_held_where_it_is() -> None:
    document = parse(FILE, "x.yaml")
    types = typing(read(document)[0], {}, document.key_mark)
    given = {site.expression.text: types.given(site.expression) for site in sites(types.trees)}

    assert str(given["=made.no"]) == "text"
    assert str(given["=[made.no]"].of(List)[0].element) == "text or null"
    assert str(member(given["={x: input.a}"], "x")) == "text"
    assert str(member(given["={y: input.a}"], "y")) == "text or null"
