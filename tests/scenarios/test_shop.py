"""The shop's half: stock levels in, order numbers in, orders out."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes.faults import Status
from tests.scenarios.world import World

LEVELS: list[dict[str, Any]] = [
    {"sku": "1E10", "quantity": 16},
    {"sku": "00123", "quantity": 55000},
    {"sku": "O'NEIL-2", "quantity": -3},
]


async def test_stock_levels_are_written(world: World) -> None:
    reply = await world.reply("orocommerce", "update_stock", {"items": LEVELS})

    assert reply == {"updated": 3}
    assert [world.oro.stock_of(level["sku"]) for level in LEVELS] == ["16.000", "55000.000", "-3.000"]


async def test_what_the_shop_does_not_have_is_told_and_the_rest_is_written(world: World) -> None:
    response = await world.ask("orocommerce", "update_stock", {"items": [{"sku": "NOPE", "quantity": 1}, *LEVELS]})

    assert response.status_code == 207
    assert response.json() == {
        "reply": {"updated": 3},
        "failed": [{"index": 0, "error": "The shop has no stock level for NOPE", "temporary": False}],
    }


async def test_two_hundred_and_fifty_levels_are_one_batch(world: World) -> None:
    items: list[dict[str, Any]] = [{"sku": f"GEN-{number:04}", "quantity": number} for number in range(1, 251)]

    assert await world.reply("orocommerce", "update_stock", {"items": items}) == {"updated": 250}
    assert [world.oro.stock_of(item["sku"]) for item in items] == [f"{number}.000" for number in range(1, 251)]
    assert [request.method for request in world.oro.requests].count("PATCH") == 1


async def test_a_level_without_quantity_is_refused_before_anything_is_sent(world: World) -> None:
    response = await world.ask("orocommerce", "update_stock", {"items": [{"sku": "1E10"}]})

    assert response.json()["errors"] == [{"path": "items[0].quantity", "message": "is missing"}]
    assert world.oro.requests == []


@pytest.mark.parametrize(("told", "then"), [({}, "disabled"), ({"enabled": True}, "enabled")])
async def test_a_product_that_was_taken_off_the_shop_stays_off_unless_the_erp_says_otherwise(
    world: World, told: dict[str, Any], then: str
) -> None:
    product = world.oro.store["products"]["4"]
    product.attributes["status"] = "disabled"

    await world.reply("orocommerce", "load_products", {"items": [{"sku": "1E10", "name": "RELAY 12A", **told}]})

    assert world.oro.store["products"]["4"].attributes["status"] == then


@pytest.mark.parametrize("by", ["shop_id", "order_no"])
async def test_an_order_keeps_the_number_of_the_erp(world: World, by: str) -> None:
    order = world.oro.place_order("PO 1", "12625", [("1E10", "2", "16.065")])
    key = order.id if by == "shop_id" else order.attributes["identifier"]

    reply = await world.reply("orocommerce", "set_order_reference", {by: key, "erp_id": "S2680001"})

    assert reply["shop_id"] == order.id
    assert world.oro.store["orders"][order.id].attributes["externalId"] == "S2680001"


async def test_an_order_that_is_not_there_is_refused(world: World) -> None:
    response = await world.ask("orocommerce", "set_order_reference", {"order_no": "none", "erp_id": "1"})

    assert (response.status_code, response.json()["detail"]) == (
        502,
        "No order of the shop has this shop_id or order_no",
    )


async def test_the_words_of_the_shop_arrive(world: World) -> None:
    errors = {"errors": [{"status": "400", "title": "t", "detail": "The quantity is too large."}]}
    world.oro.faults.add(Status(400, errors, {"content-type": "application/vnd.api+json"}), method="PATCH")

    response = await world.ask("orocommerce", "update_stock", {"items": LEVELS})

    assert (response.status_code, response.json()["detail"]) == (502, "The quantity is too large.")


async def test_an_order_of_the_shop_goes_to_the_erp_as_it_was_placed(world: World) -> None:
    placed = world.oro.place_order("PO 9", "12625", [("1E10", "2", "16.065"), ("00123", "100", "0.0616")])

    order = await world.reply("orocommerce", "order", {"shop_id": placed.id})
    receipt = await world.reply("p21", "create_order", order)

    assert (order["customer_id"], order["po_number"], order["currency"]) == ("12625", "PO 9", "USD")
    assert (order["ship_to"]["company"], order["ship_to"]["state"]) == ("ACME ELECTRIC", "TX")
    assert [(i["sku"], i["quantity"], str(i["unit_price"])) for i in order["items"]] == [
        ("1E10", 2, "16.0650"),
        ("00123", 100, "0.0616"),
    ]
    row = world.p21.orders[-1]
    assert (row["order_no"], row["web_reference_no"], row["po_no"]) == (receipt["erp_id"], order["order_no"], "PO 9")
    assert world.oro.store["orders"][placed.id].attributes["externalId"] == receipt["erp_id"]


async def test_an_order_may_be_asked_for_by_its_number(world: World) -> None:
    placed = world.oro.place_order("PO 9", "12625", [("3.10", "1", "0.0935")])

    order = await world.reply("orocommerce", "order", {"order_no": placed.attributes["identifier"]})

    assert (order["shop_id"], order["items"][0]["sku"]) == (placed.id, "3.10")
