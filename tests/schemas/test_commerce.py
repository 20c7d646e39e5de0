"""The canonical model: what a shop may rely on whichever ERP stands behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from engine.commerce import names, schema
from engine.schemas import Schemas


def properties(name: str) -> dict[str, Any]:
    """The properties of a schema, with those of the schemas it extends."""
    found = schema(name)
    inherited = {key: value for part in found.get("allOf", []) for key, value in _part(part).items()}
    return {**inherited, **found.get("properties", {})}


def _part(part: dict[str, Any]) -> dict[str, Any]:
    return properties(part["$ref"]) if "$ref" in part else part.get("properties", {})


def described(found: Any, path: str) -> Iterator[str]:
    """The paths of properties that say nothing about themselves."""
    for name, inner in found.get("properties", {}).items():
        if "description" not in inner:
            yield f"{path}.{name}"
        yield from described(inner, f"{path}.{name}")


@pytest.mark.parametrize("name", names())
def test_every_object_has_a_description_and_so_has_every_property(name: str) -> None:
    found = schema(name)

    assert found.get("description"), name
    assert list(described(found, name)) == []


@pytest.mark.parametrize("name", names())
def test_every_object_carries_the_ids_of_both_sides(name: str) -> None:
    assert {"shop_id", "erp_id"} <= properties(name).keys()


def test_a_shop_extends_a_schema_with_all_of() -> None:
    own = {
        "order": {
            "allOf": [{"$ref": "commerce.order"}, {"required": ["gift"], "properties": {"gift": {"type": "boolean"}}}]
        }
    }
    check = Schemas(own).check("order")
    order = {"order_no": "W-1", "items": [{"sku": "A", "quantity": 1}]}

    assert [f"{violation.path}: {violation.message}" for violation in check(order)] == ["gift: is missing"]
    assert check({**order, "gift": True}) == ()
