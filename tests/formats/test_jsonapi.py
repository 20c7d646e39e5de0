"""JSON:API documents as plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.formats.format import Undecodable
from engine.formats.jsonapi import JsonApi


def read(document: Any) -> Any:
    return JsonApi().decode(json.dumps(document).encode(), "")


def link(type: str, id: str) -> dict[str, Any]:
    return {"type": type, "id": id}


def resource(type: str, id: str, attributes: dict[str, Any], **relations: Any) -> dict[str, Any]:
    return {
        **link(type, id),
        "attributes": attributes,
        "relationships": {key: {"data": to} for key, to in relations.items()},
    }


def test_attributes_and_relationships_stand_side_by_side() -> None:
    document = {
        "data": [
            resource(
                "orders",
                "1",
                {"poNumber": "PO-1"},
                customer=link("customers", "7"),
                lineItems=[link("lines", "2"), link("lines", "3")],
            )
        ],
        "included": [resource("lines", "2", {"sku": "A"}), resource("customers", "7", {"name": "ACME"}, parent=None)],
        "meta": {"total": 1},
    }

    assert read(document)["data"] == [
        {
            "type": "orders",
            "id": "1",
            "poNumber": "PO-1",
            "customer": {"type": "customers", "id": "7", "name": "ACME", "parent": None},
            "lineItems": [{"type": "lines", "id": "2", "sku": "A"}, {"type": "lines", "id": "3"}],
        }
    ]


def test_a_circle_ends_where_it_began() -> None:
    document = {
        "data": resource("a", "1", {}, b=link("b", "2")),
        "included": [resource("b", "2", {}, a=link("a", "1")), resource("a", "1", {"seen": True})],
    }

    assert read(document)["data"] == {
        "type": "a",
        "id": "1",
        "b": {"type": "b", "id": "2", "a": {"type": "a", "id": "1"}},
    }


@pytest.mark.parametrize("document", [{"errors": [{"title": "no"}]}, [], None, "x", {"data": None}, {"data": []}])
def test_what_holds_no_resources_stays(document: Any) -> None:
    assert read(document) == document


@pytest.mark.parametrize(
    "document",
    [
        {"data": {"type": "a", "id": "1", "attributes": [1]}},
        {"data": {"type": "a", "id": "1", "relationships": "x"}},
        {"data": {"type": "a", "id": "1"}, "included": 7},
        {"data": {"type": "a", "id": "1"}, "included": ["x"]},
        {"data": resource("a", "1", {}, b={"type": "b", "id": ["x"]})},
    ],
)
def test_what_is_none_is_said(document: Any) -> None:
    with pytest.raises(Undecodable):
        read(document)


def test_relationships_that_multiply_are_stopped() -> None:
    everyone = [link("a", str(number)) for number in range(60)]
    included = [resource("a", to["id"], {}, all=everyone) for to in everyone]

    with pytest.raises(Undecodable) as error:
        read({"data": resource("b", "0", {}, all=everyone), "included": included})

    assert str(error.value) == "its relationships lead to more than 500,000 resources"
