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


def closed(name: str) -> dict[str, Any]:
    """An object that has this field and no other."""
    return {"type": "object", "properties": {name: {"type": "string"}}, "additionalProperties": False}


SCHEMA = {
    "type": "object",
    "required": ["no", "pair", "either"],
    "properties": {
        "no": {"type": "string"},
        "note": {"type": "string"},
        "pair": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "either": {"anyOf": [{"type": "array", "items": {"type": "string"}, "minItems": 2}, {"type": "null"}]},
        "named": {"anyOf": [{"type": "object", "properties": {"x": {"type": "string"}}}, {"type": "string"}]},
        "prices": {"type": "object", "additionalProperties": {"type": "number"}},
        "either_of": {"anyOf": [closed("x"), closed("y")]},
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
        ({"$merge": [{"a": {"y": 1}}, {"a": "=input.named"}]}, "{x} or object or text or null"),
        ({"$merge": [{"a": "=input.either_of"}, {"a": {"z": 1}}]}, "any"),
        ({"a": 1, "a?": "=input.note"}, "text or 1"),
        ({"a": {"$each": "=input.prices", "$map": "=item"}}, "list of number"),
    ],
)
def test_what_a_field_of_a_mapping_holds(tree: Any, type_: str) -> None:
    assert sorted(str(member(built(tree), "a")).split(" or ")) == sorted(type_.split(" or "))


@pytest.mark.parametrize(
    ("tree", "first"),
    [
        ({"$each": "=input.pair", "$map": "=item"}, "text"),
        ({"$each": "=input.pair", "$when": "=item", "$map": "=item"}, "text or null"),
        ({"$each": "=input.either", "$map": "=item"}, "text or null"),
        (
            {"$each": "=input.pair", "$let": {"item": "=cut(item, `2`)"}, "$when": "=item", "$map": "=item"},
            "text(2) or null",
        ),
        (["=input.no"], "text"),
        ([{"$when": "=input.note", "$map": "=input.no"}], "text or null"),
    ],
)
def test_whether_a_list_surely_has_an_element(tree: Any, first: str) -> None:
    (found,) = built(tree).of(List)

    assert str(element_at(found, 0)) == first


FILE = """\
engine: 1
name: x
messages:
  m:
    input:
      type: object
      required: [no, like]
      properties:
        no: {type: string}
        a: {type: string}
        b: {type: string}
        like: {type: object, properties: {made: {type: boolean}, input: {type: object, properties: {a: {type: string}}}}}
    steps:
      - {save: made, when: =input.a, value: {no: =input.no, a: =input.a}}
      - {save: either, when: =input.a || input.b, value: {no: =input.no}}
      - {save: kept, when: =input.a, value: =input.b}
      - {save: tried, when: =input.a, optional: true, value: {no: =input.no}}
    reply:
      - {$when: =input.a, $map: =made.no}
      - {$when: =input.b, $map: "=[made.no]"}
      - {$when: =made, $map: "={x: input.a}"}
      - {$when: =!(made), $map: "={y: input.a}"}
      - {$when: =input.a || input.b, $map: =either.no}
      - {$when: =input.a, $map: =kept}
      - {$when: =input.a, $map: =tried.no}
      - {$let: {made: =input.b}, $when: =input.a, $map: "=[made]"}
      - "=input.like.{z: choose(made, input.a, 'z')}"
"""


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("=made.no", "text"),
        ("=[made.no]", "list of (text or null)"),
        ("=either.no", "text"),
        ("=kept", "text or null"),
        ("=tried.no", "text or null"),
        ("=[made]", "list of (text or null)"),
    ],
)
def test_a_step_is_there_under_its_condition(text: str, type_: str) -> None:
    assert str(given_by(text)) == type_


@pytest.mark.parametrize(
    ("text", "field", "type_"),
    [
        ("={x: input.a}", "x", "text"),
        ("={y: input.a}", "y", "text or null"),
        ("=input.like.{z: choose(made, input.a, 'z')}", "z", "text or null"),
    ],
)
def test_where_a_step_is_there_its_condition_held(text: str, field: str, type_: str) -> None:
    assert str(member(given_by(text), field)) == type_


def given_by(text: str) -> Type:
    """What an expression of the file gives."""
    document = parse(FILE, "x.yaml")
    types = typing(read(document)[0], {}, document.key_mark)
    (given,) = (types.given(site.expression) for site in sites(types.trees) if site.expression.text == text)
    return given
