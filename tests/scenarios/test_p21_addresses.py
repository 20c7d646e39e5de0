"""Addresses that the shop makes and changes in Prophet 21, and goods that go there."""

from __future__ import annotations

from tests.fakes.faults import Status
from tests.scenarios.p21_changes import ADDRESS, TRANSACTION, held
from tests.scenarios.world import World, order


async def test_orders_may_go_to_a_new_address(world: World) -> None:
    address = await world.reply("p21", "save_address", ADDRESS)

    receipt = await world.reply("p21", "create_order", order(ship_to={"erp_id": address["erp_id"]}))

    placed = next(row for row in world.p21.orders if row["order_no"] == receipt["erp_id"])
    assert str(placed["ship_to_id"]) == address["erp_id"]
    kept = world.p21.entities.addresses[address["erp_id"]]
    assert [kept[name] for name in ("Name", "PhysAddress1", "PhysCountry", "CentralPhoneNumber")] == [
        "Warehouse 2",
        "5 O'Hare Rd",
        "USA",
        "555-0102",
    ]


async def test_an_address_is_changed_by_its_number(world: World) -> None:
    wish = {**ADDRESS, "erp_id": "102235", "street": "7 Side St"}

    reply = await world.reply("p21", "save_address", wish)

    assert reply == {"shop_id": "31", "erp_id": "102235", "known": True}
    assert world.p21.entities.addresses["102235"]["PhysAddress1"] == "7 Side St"
    assert len(world.p21.entities.addresses) == 4


async def test_of_a_changed_address_only_what_the_shop_says_changes(world: World) -> None:
    (ship_to,) = (row for row in world.p21.tables["ship_to"] if row["ship_to_id"] == 102235)
    ship_to["default_branch"] = "12"
    before = world.p21.entities.addresses["102235"]
    before["PhysAddress2"] = "Gate B"
    wish = {"customer_id": "12625", "erp_id": "102235", "street": "7 Side St", "city": "Dallas", "postal_code": "75001"}

    await world.reply("p21", "save_address", {**wish, "country": "US"})

    assert ship_to["default_branch"] == "12"
    assert world.p21.entities.addresses["102235"] == {**before, "PhysAddress1": "7 Side St", "PhysAddress2": ""}


async def test_the_address_of_another_customer_is_not_touched(world: World) -> None:
    response = await world.ask("p21", "save_address", {**ADDRESS, "erp_id": "102235", "customer_id": "100123"})

    assert response.json()["detail"] == "Customer 100123 has no address 102235 in P21"
    assert [request.path for request in world.p21.requests if request.path == TRANSACTION] == []


async def test_goods_for_an_address_typed_in_by_hand_go_there_and_not_half_to_the_usual_one(world: World) -> None:
    world.p21.entities.addresses["12625"]["PhysAddress2"] = "Dock 4"
    there = {"street": "5 Oak Rd", "city": "Austin", "postal_code": "78701"}

    usual = {"erp_id": "12625"}

    for number, ship_to in (("W-1", there), ("W-2", usual), ("W-3", {**usual, "street": "1 Main St"})):
        await world.reply("p21", "create_order", order(number, ship_to=ship_to))

    parts = ("add1", "add2", "city", "state", "zip")
    assert [[row[f"ship2_{part}"] for part in parts] for row in world.p21.orders[-3:]] == [
        ["5 Oak Rd", "", "Austin", "", "78701"],
        ["1 Main St", "Dock 4", "Dallas", "TX", "75001"],
        ["1 Main St", "Dock 4", "Dallas", "TX", "75001"],
    ]


async def test_an_address_that_was_made_but_is_no_ship_to_yet_becomes_one_at_the_next_try(world: World) -> None:
    world.p21.faults.add(Status(500, {"ErrorMessage": "An error has occurred."}), path=TRANSACTION, times=3)

    failed = await world.ask("p21", "save_address", ADDRESS)
    world.p21.faults.clear()
    again = await world.reply("p21", "save_address", ADDRESS)

    assert (failed.status_code, failed.json()["detail"]) == (502, "An error has occurred.")
    assert again["known"] is True
    assert held(world)["addresses"] == held(world)["ship_to"] == 5
