"""Orders into the ERP: placed once, whatever happens."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes.faults import CrashAfterWrite, Delay, Reset, Status
from tests.scenarios.world import ERPS, Erp, World, order

WRITE = {"p21": "/uiserver0/api/v2/transaction", "eclipse": "/SalesOrders"}


def placed(world: World, erp: Erp) -> list[tuple[str, str]]:
    """Number and reference of the web orders in the ERP."""
    if erp == "p21":
        return [(row["order_no"], row["web_reference_no"]) for row in world.p21.orders if row["taker"] == "WEB"]
    live = [o for o in world.eclipse.orders.values() if o.status not in ("Cancel", "Bid")]
    return [(o.id, o.header["customerPONumber"].split()[0]) for o in live]


@pytest.mark.parametrize("erp", ERPS)
async def test_an_order_is_placed_and_its_number_given(world: World, erp: Erp) -> None:
    before = placed(world, erp)

    receipt = await world.reply(erp, "create_order", order())

    (new,) = [found for found in placed(world, erp) if found not in before]
    assert receipt == {"erp_id": new[0], "order_no": "W-1001", "known": False}
    assert new[1] == "W-1001"


@pytest.mark.parametrize("erp", ERPS)
async def test_the_same_order_again_is_found_and_not_doubled(world: World, erp: Erp) -> None:
    first = await world.reply(erp, "create_order", order())
    count = len(placed(world, erp))

    again = await world.reply(erp, "create_order", order())

    assert again == {**first, "known": True}
    assert len(placed(world, erp)) == count


@pytest.mark.parametrize("erp", ERPS)
async def test_two_orders_with_one_po_number_are_two(world: World, erp: Erp) -> None:
    receipts = [await world.reply(erp, "create_order", order(no)) for no in ("W-1", "W-10", "W-1 B")]

    assert len({receipt["erp_id"] for receipt in receipts}) == 3


@pytest.mark.parametrize("erp", ERPS)
async def test_after_a_crash_behind_the_write_the_order_is_found_by_the_next_call(world: World, erp: Erp) -> None:
    before = len(placed(world, erp))
    world.of(erp).faults.add(CrashAfterWrite(), path=WRITE[erp], method="POST")

    crashed = await world.ask(erp, "create_order", order())
    again = await world.reply(erp, "create_order", order())

    assert (crashed.status_code, crashed.json()["may_have_happened"]) == (503, True)
    assert again["known"] is True
    assert len(placed(world, erp)) == before + 1


@pytest.mark.parametrize("erp", ERPS)
async def test_an_impatient_shop_that_sends_twice_at_once_has_one_order(world: World, erp: Erp) -> None:
    before = len(placed(world, erp))
    world.of(erp).faults.add(Delay(0.3), path=WRITE[erp], method="POST")

    answers = await asyncio.gather(*[world.ask(erp, "create_order", order(), key="W-1001") for _ in range(3)])

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.json()["erp_id"] for answer in answers}) == 1
    assert len(placed(world, erp)) == before + 1


@pytest.mark.parametrize("erp", ERPS)
async def test_the_codes_and_quantities_of_the_lines_are_those_of_the_order(world: World, erp: Erp) -> None:
    receipt = await world.reply(erp, "create_order", order())

    if erp == "p21":
        lines = [row for row in world.p21.tables["p21_view_oe_line"] if row["order_no"] == receipt["erp_id"]]
        found = [(row["item_id"], row["qty_ordered"]) for row in lines]
    else:
        found = [(line.item.sku, line.pieces) for line in world.eclipse.orders[receipt["erp_id"]].lines]
    assert found == [("1E10", 2), ("O'NEIL-2", 3), ("00123", 100)]


async def test_what_the_customer_saw_is_what_he_pays_in_p21(world: World) -> None:
    wish = order()
    wish["items"][0]["unit_price"] = Decimal("15.06165")

    receipt = await world.reply("p21", "create_order", wish)

    lines = [row for row in world.p21.tables["p21_view_oe_line"] if row["order_no"] == receipt["erp_id"]]
    assert str(lines[0]["unit_price"]) == "15.061650"


@pytest.mark.parametrize("erp", ERPS)
async def test_the_shop_gets_the_number_of_the_erp(world: World, erp: Erp) -> None:
    shop = world.oro.place_order("PO 77", "12625", [("1E10", "2", "16.065")])

    receipt = await world.reply(erp, "create_order", order(shop_id=shop.id))

    assert world.oro.store["orders"][shop.id].attributes["externalId"] == receipt["erp_id"]


@pytest.mark.parametrize("erp", ERPS)
async def test_a_shop_that_is_away_spoils_no_order(world: World, erp: Erp) -> None:
    world.oro.faults.add(Status(500), times=None)

    receipt = await world.reply(erp, "create_order", order(shop_id="1"))

    assert receipt["known"] is False


@pytest.mark.parametrize("erp", ERPS)
async def test_an_order_without_a_customer_waits(world: World, erp: Erp) -> None:
    wish = order()
    del wish["customer_id"]

    response = await world.ask(erp, "create_order", wish)

    assert (response.status_code, response.json()["temporary"]) == (502, True)
    assert response.json()["detail"].startswith("The customer of order W-1001 is not in ")


@pytest.mark.parametrize("erp", ERPS)
async def test_a_unit_without_a_code_stops_the_order_with_its_name(world: World, erp: Erp) -> None:
    wish = order()
    wish["items"][0]["unit"] = "pallet"

    response = await world.ask(erp, "create_order", wish)

    assert response.status_code == 500
    assert "'pallet'" in response.json()["detail"]


async def test_a_failure_that_p21_calls_200_is_502_with_its_words(world: World) -> None:
    wish = order()
    wish["items"][1]["sku"] = "NOPE"

    response = await world.ask("p21", "create_order", wish)

    problem = response.json()
    assert (response.status_code, problem["upstream_status"], problem["temporary"]) == (502, 200, False)
    assert problem["detail"] == "Transaction 1:: Item ID NOPE is not valid"


async def test_a_window_left_open_in_p21_may_be_gone_at_the_next_try(world: World) -> None:
    world.p21.response_windows = 1

    response = await world.ask("p21", "create_order", order())

    assert (response.status_code, response.json()["temporary"]) == (502, True)
    assert (await world.reply("p21", "create_order", order()))["known"] is False


async def test_a_no_of_eclipse_is_502_with_its_words(world: World) -> None:
    response = await world.ask("eclipse", "create_order", order(customer_id="404"))

    assert (response.status_code, response.json()["detail"]) == (502, "Customer 404 does not exist")


@pytest.mark.parametrize("fault", [Status(500), Reset(), Status(200, "<html>", {"content-type": "text/html"})])
async def test_the_bid_is_cancelled_even_when_it_cannot_be_read(world: World, fault: Any) -> None:
    world.eclipse.faults.add(fault, path="/SalesOrders/S", method="GET", times=5)

    response = await world.ask("eclipse", "order_total", order())
    world.eclipse.faults.clear()

    assert response.status_code in (502, 503)
    assert [o.status for o in world.eclipse.orders.values()] == ["Cancel"]


async def test_a_bid_that_cannot_be_cancelled_spoils_no_answer(world: World) -> None:
    world.eclipse.faults.add(Status(500), path="/SalesOrders/S", method="PUT", times=None)

    assert (await world.reply("eclipse", "order_total", order()))["total"] > 0
