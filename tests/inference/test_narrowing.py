"""What a condition tells, no more and no less: each row is a type before it, and behind it where it holds or does not."""

from __future__ import annotations

from typing import Any

import pytest

from engine.expression.expressions import read_query
from engine.inference import Scope, infer
from engine.inference.narrowing import assume
from engine.inference.schema import SchemaTypes
from engine.schemas import Schemas
from engine.types import ANY

LINE = {"type": "object", "required": ["sku"], "properties": {"sku": {"type": "string"}, "price": {"type": "number"}}}


def shape(kind: str, measure: str) -> dict[str, Any]:
    """One alternative of an object that says which one it is."""
    properties = {"kind": {"const": kind}, measure: {"type": "number"}}
    return {"type": "object", "required": ["kind", measure], "properties": properties, "additionalProperties": False}


SCHEMA = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "letter": {"enum": ["A", "B", ""]},
        "number": {"type": "integer"},
        "flag": {"type": "boolean"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "lines": {"type": "array", "items": LINE},
        "pair": {"type": "array", "items": {"type": "string"}, "minItems": 2},
        "line": LINE,
        "more": {"type": "object", "properties": {"a": {"type": "string"}}},
        "note": {"type": ["string", "null"]},
        "short": {"type": "string", "maxLength": 5},
        "either": {"type": ["string", "number"]},
        "mixed": {"type": ["array", "string"], "items": {"type": "string"}, "minItems": 1},
        "open": {"type": "object"},
        "prices": {"type": "object", "additionalProperties": {"type": "number"}},
        "shape": {"oneOf": [shape("circle", "radius"), shape("box", "width")]},
    },
    "required": ["note", "shape", "mixed"],
}


def behind(condition: str, holds: bool, asked: str) -> str:
    """The type of an expression behind a condition; `null?` where nobody knows whether it may be null."""
    scope = Scope({"input": SchemaTypes(Schemas({})).of(SCHEMA, "input")})
    told = assume(read_query(f"={condition}").tree, scope, holds)
    found = infer(read_query(f"={asked}").tree, told)
    return f"{found} or null?" if found.null is not None and found.null.unsure else str(found)


@pytest.mark.parametrize(
    ("condition", "asked", "where_it_holds", "where_not"),
    [
        ("input.text", "input.text", "text", '"" or null'),
        ("!(input.text)", "input.text", '"" or null', "text"),
        ("input.letter", "input.letter", '"A" or "B"', '"" or null'),
        ("input.number", "input.number", "integer", "null"),
        ("input.flag", "input.flag", "true", "false or null"),
        ("input.tags", "input.tags[0]", "text", "null"),
        ("input.tags", "input.tags[1]", "text or null", "null"),
        ("input.tags", "input.tags[-1]", "text", "null"),
        ("input.text", "input.text && `5`", "5", '"" or 5 or null'),
        ("input.tags[0]", "input.tags[0]", "text", '"" or null'),
        ("input.tags[1]", "input.tags[-2]", "text", "text or null"),
        ("input.pair", "input.pair", "list of text", "null"),
        ("input.pair", "input.pair[1]", "text", "null"),
        ("input.line", "input.line.sku", "text", "null"),
        ("input.more", "input.more", "{a}", "object or null"),
        ("input.note", "input.note", "text", '"" or null'),
        ("input.line.price", "input.line.sku", "text", "text or null"),
        ("input.line.price", "input.line.price", "number", "null"),
        ("input.lines[0].price", "input.lines[0].sku", "text", "text or null"),
        ("input.text && input.number", "input.number", "integer", "integer or null?"),
        ("input.text || input.number", "input.number", "integer or null?", "null"),
        ("!(input.text || input.number)", "input.number", "null", "integer or null?"),
        ("!(input.text && input.number)", "input.number", "integer or null?", "integer"),
        ("input.text == 'x'", "input.text", '"x"', "text or null"),
        ("input.text != `null`", "input.text", "text", "null"),
        ("input.text == `null`", "input.text", "null", "text"),
        ("input.number > `0`", "input.number", "integer", "integer or null"),
        ("`0` >= input.number", "input.number", "integer", "integer or null"),
        ("input.lines[0].price < `9`", "input.lines[0].sku", "text", "text or null"),
        ("input.letter == 'A'", "input.letter", '"A"', '"" or "B" or null'),
        ("input.letter != 'A'", "input.letter", '"" or "B" or null', '"A"'),
        ("input.letter == 'A' || input.letter == 'B'", "input.letter", '"A" or "B"', '"" or null'),
        ("input.flag != `true`", "input.flag", "false or null", "true"),
        ("input.text == input.line.sku", "input.text", "text or null?", "text or null?"),
        ("input.text == input.shape.kind", "input.text", "text", "text or null?"),
        ("input.shape.kind == 'box'", "input.shape.width", "number", "any"),
        ("input.shape.kind != 'box'", "input.shape.radius", "number", "any"),
        ("length(input.tags) > `0`", "input.tags[0]", "text or null?", "text or null?"),
        ("length(input.short) < `4`", "input.short", "text or null?", "text or null?"),
        ("contains(['A'], input.letter)", "input.letter", "text or null?", "text or null?"),
        ("type(input.either) == 'string'", "input.either", "any", "any"),
        ("input.prices", "input.prices.x", "number or null?", "any"),
        ("input.open.x", "input.open", "{x}", "object or null"),
        ("input.text", "input.more.*", "list or null?", "list or null?"),
        ("input.text", "input.number > `1`", "boolean or null?", "boolean or null?"),
        ("input.text", "input.mixed[*]", "list of text or null", "list of text or null"),
        ("input.text != input.line.sku", "input.text", "text or null?", "text or null?"),
        ("input.number < input.line.price", "input.number", "integer", "integer or null?"),
        ("input.text == input.mixed[0]", "input.text", "text or null?", "text or null?"),
        ("'' || ''", "input.number", "integer or null", "integer or null"),
        (
            "input.lines[?!price]",
            "input.lines[].[price]",
            "list of list of number or null?",
            "list of list of number or null",
        ),
        (
            "input.lines[?!price].sku",
            "input.lines[].[price]",
            "list of list of number or null?",
            "list of list of (number or null) or null",
        ),
        ("input.line.price == `1.5`", "input.line.price", "1.5", "number or null"),
        ("input.letter == 'A' || input.letter == 'A'", "input.letter", '"A"', '"" or "B" or null'),
        ("type(input.shape) == 'object'", "input.shape.kind", '"box" or "circle"', '"box" or "circle"'),
        ("input.text == `5`", "input.number", "integer or null", "integer or null"),
        ("input.nothing", "input.number", "integer or null", "integer or null"),
        ("input.lines[?!price]", "input.lines[0].price", "number or null?", "number or null"),
        ("input.lines[?!price]", "input.lines[].price", "list of number or null?", "list of number or null"),
    ],
)
def test_a_condition_tells_what_it_tests(condition: str, asked: str, where_it_holds: str, where_not: str) -> None:
    assert (behind(condition, True, asked), behind(condition, False, asked)) == (where_it_holds, where_not)


@pytest.mark.parametrize(
    ("first", "asked", "told"),
    [("!(input.tags[0])", "input.tags[0]", "null"), ("!(input.pair[0])", "input.pair[0]", "null")],
)
def test_what_was_known_of_one_element_is_forgotten_with_the_list(first: str, asked: str, told: Any) -> None:
    name = asked.removesuffix("[0]")

    assert behind(f"{first} && !({name})", True, asked) == told


def test_what_holds_of_a_name_holds_of_what_it_stands_for_until_that_is_another() -> None:
    scope = Scope({"input": SchemaTypes(Schemas({})).of(SCHEMA, "input")})
    named = scope.having(first=ANY).meaning("first", read_query("=input.lines[0]").tree)
    priced = named.having(priced=ANY).meaning("priced", read_query("=first.price != `null`").tree)

    def told(scope: Scope, condition: str, asked: str) -> str:
        behind = assume(read_query(f"={condition}").tree, scope, True)
        return str(infer(read_query(f"={asked}").tree, behind))

    assert told(named, "first.price", "input.lines[0].price") == "number"
    assert told(named, "input.lines[0].price", "first.price") == "number"
    assert told(priced, "priced", "input.lines[0].price") == "number"
    assert told(priced.having(input=ANY), "priced", "first.price") == "any"
    assert told(named.having(input=scope.names["input"]), "input.lines[0].price", "first.price") == "any"
    assert told(named.having(first=scope.names["input"]), "first.text", "input.text") == "text or null"
