"""A mapping as rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.docs.fields import Row, rows
from engine.document.document import parse
from engine.mapping import read_mapping


def shown(yaml: str) -> list[tuple[str, str, str, int]]:
    found = read_mapping(parse(f"m:\n{yaml}", "a.yaml").data["m"], lambda finding: pytest.fail(str(finding)))
    return [(row.kind, row.target, row.rule, row.line) for row in rows(found)]


def test_each_field_has_a_row_with_its_line() -> None:
    assert shown("  a: =input.x\n  b?: =input.y\n  c: {d: USD}\n") == [
        ("field", "a", "x of the input", 2),
        ("field", "b", "y of the input; left out if missing", 3),
        ("field", "c.d", "always “USD”", 4),
    ]


def test_a_list_of_elements_has_its_names_and_conditions_before_its_fields() -> None:
    yaml = "  items:\n    $each: =rows\n    $let: {size: =item.n}\n    $when: =size\n    $map: {sku: =item.id}\n"

    assert shown(yaml) == [
        ("each", "items[]", "one for each of: rows", 3),
        ("name", "size", "n", 4),
        ("when", "items[]", "only if size is given", 5),
        ("field", "items[].sku", "id", 6),
    ]


def test_elements_that_are_listed_are_counted() -> None:
    assert shown("  - a\n  - =input.b\n") == [
        ("field", "[1]", "always “a”", 2),
        ("field", "[2]", "b of the input", 3),
    ]


def test_an_object_as_the_elements_shows_each_of_its_fields() -> None:
    yaml = "  edits:\n    $each: {no: =input.no}\n    $map: {Name: =key, Value: =item}\n"

    assert shown(yaml) == [
        ("each", "edits[]", "one for each of the following", 4),
        ("field", "edits[] ← no", "no of the input", 3),
        ("field", "edits[].Name", "the key of the element", 4),
        ("field", "edits[].Value", "the element", 4),
    ]


def test_merged_objects_are_told_one_after_another() -> None:
    assert shown("  $merge:\n    - =input.extra\n    - {no: 1}\n") == [
        ("merge", "", "all fields of extra of the input", 3),
        ("field", "no", "always 1", 4),
    ]


def test_empty_lists_objects_and_raw_data_have_a_row() -> None:
    assert shown("  a: []\n  b: {}\n  c: {$raw: {d: [{e: 1}]}}\n") == [
        ("field", "a", "always an empty list", 2),
        ("field", "b", "always an empty object", 3),
        ("field", "c", "always as it stands", 4),
    ]


def test_the_type_of_a_row_is_that_of_its_expression_or_constant() -> None:
    expression, constant = rows(read_mapping({"a": "=x", "b": "y"}, lambda finding: None))

    assert expression.type_by(lambda found: f"type of {found.text}") == "type of =x"
    assert constant.type_by(lambda found: "never asked") == "text"
    assert isinstance(constant, Row)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("y", "text"),
        (True, "boolean"),
        (7, "integer"),
        (Decimal("7.5"), "number"),
        (None, "null"),
        ({}, "object"),
        ([], "list"),
        ({"$raw": {"a": 1}}, "object"),
    ],
)
def test_a_constant_has_the_type_of_its_value(value: Any, kind: str) -> None:
    (row,) = rows(read_mapping({"a": value}, lambda finding: None))

    assert row.type_by(lambda found: "never asked") == kind
