"""A failing mapping says where it stands in the file, which field it builds, and with which (redacted) data."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.diagnostics import Diagnostic, Mark
from engine.document import parse
from engine.errors import MappingError
from engine.mapping import compile_mapping, compile_mappings, read_mapping


def node_of(text: str) -> Any:
    found: list[Diagnostic] = []
    node = read_mapping(parse(text, "shop.yaml").data, found.append)
    assert found == []
    return node


def failure(text: str, redact: tuple[str, ...] = (), **scope: Any) -> MappingError:
    with pytest.raises(MappingError) as refused:
        compile_mapping(node_of(text), redact)(scope)
    return refused.value


def place(text: str, **scope: Any) -> tuple[int, int]:
    mark = failure(text, **scope).mark
    assert mark is not None
    return mark.line, mark.column


def test_the_error_has_the_place_the_fact_the_field_and_the_data() -> None:
    text = """
order: =input.id
lines:
  $each: =input.lines
  $map:
    sku: =item.sku
    price: =coalesce(item.net, decimal(item.price))
"""
    error = failure(text, input={"lines": [{"price": "1"}, {"price": "12,50"}]})

    assert str(error) == (
        "shop.yaml:7:32: decimal(): this text is not a number (building lines[].price); the data was '12,50'"
    )
    assert (error.mark, error.target, error.value) == (Mark("shop.yaml", 7, 32), "lines[].price", "'12,50'")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a: =decimal(x)", (1, 5)),
        ("a: =y || decimal(x)", (1, 10)),
        ('a: "=decimal(x)"', (1, 6)),
        ("a: '=y || decimal(x)'", (1, 11)),
        ("a: |\n  =y ||\n    decimal(x)", (3, 5)),
        ("a: |-\n    =y\n    ||   decimal(x)", (3, 10)),
        ("a:\n  b: [1, =decimal(x)]", (2, 11)),
        ("a: 'it''s {{ decimal(x) }}'", (1, 14)),
        ('a: "\\t{{ decimal(x) }}"', (1, 10)),
        ("a: >\n  n\n  {{ decimal(x) }}", (3, 6)),
        ("a: n {{ y or decimal(x) }}", (1, 14)),
        ("a: |\n  n\n  {{ z }} {{ decimal(x) }}", (3, 14)),
        ('a: "=`1.5` < x"', (1, 12)),
        ("$when: =decimal(x)\n$map: 1", (1, 9)),
        ("$let: {a: =decimal(x)}\n$map: 1", (1, 12)),
        ("$each: =x\n$map: 1", (1, 9)),
        ("$merge: [=x]", (1, 11)),
        ("a:\n  $merge: [{b: 1}, [=x]]", (2, 3)),
        ("a: \"=find_all(z, &decimal(p), '1')\"", (1, 19)),
        ('a: "=z[?q < `1`]"', (1, 11)),
    ],
)
def test_the_place_is_exact_or_the_start_of_the_value(text: str, where: tuple[int, int]) -> None:
    z = [{"p": "no", "q": "no"}] if "z[" in text or "(z" in text else "z"

    assert place(text, x="no number", z=z) == where


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("a: {b: =decimal(x)}", "a.b"),
        ("a: [=decimal(x)]", "a[]"),
        ("a: [1, {b: =decimal(x)}]", "a[].b"),
        ("a: {$each: =ys, $map: {b: =decimal(x)}}", "a[].b"),
        ("a: {$each: =ys, $map: {$each: =ys, $map: =decimal(x)}}", "a[]"),
        ("a: {$each: =x, $map: 1}", "a"),
        ("a?: =decimal(x)", "a"),
        ("a: {$merge: [{b: =decimal(x)}]}", "a.b"),
        ("a: {$when: =decimal(x), $map: 1}", "a"),
    ],
)
def test_the_target_is_the_path_in_what_is_built(text: str, target: str) -> None:
    assert failure(text, x="no number", ys=[1]).target == target


def test_the_field_of_several_mappings_begins_with_the_place() -> None:
    compiled = compile_mappings({"query": node_of("a: =x"), "body": node_of("b: =decimal(x)")})

    with pytest.raises(MappingError) as refused:
        compiled({"x": "no"})

    assert refused.value.target == "body.b"


@pytest.mark.parametrize(
    "text",
    [
        "a: =decimal(order.card)",
        "a: =decimal(order.Card)",
        'a: "{{ decimal(order.card) }}"',
        "$let: {x: =order.card}\n$map: {a: =decimal(x)}",
        "$let: {x: {y: =order.card}}\n$map: {$let: {z: =x.y}, $map: =decimal(z)}",
        '$each: "=[order.card]"\n$map: =decimal(item)',
        "$each: =order.card\n$map: 1",
        "$merge: [=order.card]",
    ],
)
def test_the_data_of_redacted_fields_is_never_shown(text: str) -> None:
    error = failure(text, ("CARD",), order={"card": "41-11", "Card": "41-11"})

    assert error.value == "***"
    assert "41-11" not in str(error)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ([1, 2], "a list of 2"),
        ({"a": 1}, "an object of 1"),
        ("x" * 500, "'" + "x" * 76 + "…"),
        (True, "True"),
    ],
)
def test_the_data_is_shown_short(value: Any, shown: str) -> None:
    assert failure("a: =decimal(x)", x=value).value == shown


@pytest.mark.parametrize("number", [Decimal("NaN"), 10**6000, float("nan")], ids=["decimal", "digits", "float"])
def test_no_number_breaks_the_error_itself(number: Any) -> None:
    assert failure("a: =text(x)", x=number).message.startswith("text(): ")


def test_what_was_computed_before_costs_nothing_and_fails_alone() -> None:
    compiled = compile_mapping(node_of("a: =decimal(x)"))

    with pytest.raises(MappingError):
        compiled({"x": "no"})

    assert compiled({"x": "1"}) == {"a": Decimal(1)}
