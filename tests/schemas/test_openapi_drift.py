"""What a live OpenAPI file says otherwise than the vendored one is told, field by field."""

from __future__ import annotations

from typing import Any

import pytest

from engine.openapi.drift import drift, operations

PRICE = {
    "type": "object",
    "required": ["sku"],
    "properties": {
        "sku": {"type": "string", "maxLength": 20},
        "unit": {"type": "string", "enum": ["EA", "BX"]},
        "breaks": {"type": "array", "items": {"$ref": "#/components/schemas/Break"}},
        "parent": {"$ref": "#/components/schemas/Price"},
    },
}
BREAK = {"type": "object", "properties": {"quantity": {"type": "integer"}, "price": {"type": "number"}}}


def document(price: Any = PRICE, step: Any = BREAK) -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "paths": {"/prices/{sku}": {"get": {}, "parameters": []}, "/orders": {"post": {}}},
        "components": {"schemas": {"Price": price, "Break": step}},
    }


def changed(**fields: Any) -> dict[str, Any]:
    return {**PRICE, "properties": {**PRICE["properties"], **fields}}


def found(live: dict[str, Any]) -> list[str]:
    return drift(document(), live, "#/components/schemas/Price")


def test_one_that_says_the_same_in_another_order_has_not_changed() -> None:
    other = changed(unit={"enum": ["BX", "EA"], "type": "string", "description": "for people"})

    assert found(document(other)) == []


@pytest.mark.parametrize(
    ("live", "told"),
    [
        (document(changed(sku={"type": "string", "maxLength": 15})), ["Price.sku: `maxLength` was 20, and is 15"]),
        (document(changed(sku={"type": "string"})), ["Price.sku: `maxLength` was 20, and is not given"]),
        (
            document(changed(sku={"type": "string", "maxLength": 20, "nullable": True})),
            ["Price.sku: `type` was string, and is null, string"],
        ),
        (
            document(changed(unit={"type": "string", "enum": ["EA"]})),
            ["Price.unit: `enum` was BX, EA, and is EA"],
        ),
        (document({**PRICE, "required": ["unit"]}), ["Price.sku is no longer required", "Price.unit is now required"]),
        (
            document({**changed(site={"type": "string"}), "required": ["sku", "site"]}),
            ["Price.site is new, and required"],
        ),
        (document(step={**BREAK, "properties": {"quantity": {"type": "integer"}}}), ["Price.breaks[].price is gone"]),
        (document(changed(parent={"$ref": "#/components/schemas/Prize"})), ["Price.parent is gone"]),
        ({"openapi": "3.0.3", "paths": {}}, ["Price is gone"]),
        (document({"allOf": [PRICE]}), ["Price: `type` was object, and is not given"]),
    ],
)
def test_what_calls_may_feel_is_told(live: dict[str, Any], told: list[str]) -> None:
    assert found(live)[: len(told)] == told


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "object"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"inner": schema}}
    return schema


@pytest.mark.parametrize(
    "live",
    [
        [],
        {"components": 7},
        document(7),
        document({"required": [{}, 1], "allOf": 3, "properties": ["sku"], "items": True, "enum": {"a": 1}}),
        document({"$ref": ["x"]}),
        document({"$ref": "#/components/schemas/Price"}),
        document({"$ref": "other.json#/Price"}),
        document(deep(2000)),
    ],
)
def test_whatever_a_system_shows_is_compared(live: Any) -> None:
    assert found(live) != []
    operations(live)


def test_schemas_that_are_nested_too_deeply_are_told() -> None:
    assert drift(document(deep(2000)), document(deep(2000)), "#/components/schemas/Price") == [
        "it is nested too deeply to be compared"
    ]


def test_operations_are_known_by_verb_and_path() -> None:
    assert operations(document()) == {"GET /prices/{}", "POST /orders"}
    assert operations([]) == frozenset()
