"""What travels by itself between a shop and Eclipse: nothing lost, nothing twice, only differences."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.fakes.catalogue import ITEMS
from tests.fakes.certificates import Authority
from tests.fakes.faults import CrashAfterWrite, Fault, HangAfterWrite, Status
from tests.scenarios.under_way import EndSessions, Stage, staged
from tests.scenarios.world import TOKEN, order


@pytest.fixture
async def stage(certificates: Authority, shipped: Path) -> AsyncIterator[Stage]:
    async with staged(certificates, shipped, "eclipse") as stage:
        yield stage


# --- stock


async def test_the_second_run_sends_only_what_differs(stage: Stage) -> None:
    world = stage.world

    first = await stage.run("inventory")
    stocked = {item.sku: world.oro.stock_of(item.sku) for item in ITEMS}
    batches = len(world.oro.operations)
    world.eclipse.stock[110, "10"] = 5
    second = await stage.run("inventory")

    assert (first, second) == ([], [])
    assert stocked == {item.sku: f"{sum(item.stock.values())}.000" for item in ITEMS}
    sent = [operation.items for operation in list(world.oro.operations.values())[batches:]]
    level = {"meta": {"update": True}, "type": "inventorylevels", "id": "5004"}
    assert sent == [[{**level, "attributes": {"quantity": "12.000"}}]]


async def test_a_third_run_without_changes_sends_nothing(stage: Stage) -> None:
    await stage.run("inventory")
    asked = len(stage.world.oro.requests)

    await stage.run("inventory")

    assert len(stage.world.oro.requests) == asked


async def test_stock_is_read_to_its_end_although_the_session_ends_between_pages(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    eclipse.faults.add(EndSessions(eclipse), path="/Products", after=1)
    eclipse.faults.add(EndSessions(eclipse), path="/ProductInventoryMassInquiry", after=2)

    assert await stage.run("inventory") == []

    assert (eclipse.logins, eclipse.faults.left) == (3, 0)
    assert stage.world.oro.stock_of("GEN-0250") == "150.000"


async def test_a_product_the_shop_does_not_have_is_parked_alone_and_goes_when_it_is_there(stage: Stage) -> None:
    oro = stage.world.oro
    missing = oro.store["inventorylevels"].pop("5004")

    parked = await stage.run("inventory")
    oro.store["inventorylevels"]["5004"] = missing
    after = await stage.resend("inventory")

    assert [(one.key, one.error) for one in parked] == [("110", "The shop has no stock level for 1E10")]
    assert (after, oro.stock_of("1E10"), oro.stock_of("EMT-05")) == ([], "19.000", "1240.000")


# --- orders


async def test_an_order_of_the_shop_is_placed_and_its_number_comes_back(stage: Stage) -> None:
    id = await stage.placed()

    assert await stage.run("orders") == []

    (placed,) = stage.world.eclipse.orders.values()
    assert placed.header["customerPONumber"] == f"ORO-{id} PO 77"
    assert [(line.item.sku, line.quantity) for line in placed.lines] == [("1E10", Decimal(2)), ("EMT-05", Decimal(10))]
    assert stage.world.oro.store["orders"][id].attributes["externalId"] == placed.id


async def test_a_webhook_that_comes_twice_is_one_event(stage: Stage) -> None:
    id = await stage.placed()

    again = await stage.hook("order_placed", "order.created", {"type": "orders", "id": id}, f"hook-{id}")
    await stage.run("orders")

    assert (again.status_code, again.json()["known"]) == (202, True)
    assert len(stage.world.eclipse.orders) == 1


async def test_the_shop_may_tell_by_a_call_what_its_webhook_tells_too(stage: Stage) -> None:
    id = await stage.placed()

    told = await stage.post("order_placed", {"shop_id": id}, Authorization=f"Bearer {TOKEN}", Idempotency_Key="1")
    await stage.run("orders")

    assert (told.status_code, "known" in told.json()) == (202, False)
    assert len(stage.world.eclipse.orders) == 1


async def test_a_webhook_of_another_topic_is_answered_and_nothing_follows(stage: Stage) -> None:
    answer = await stage.hook("order_placed", "order.updated", {"type": "orders", "id": "1"}, "hook-1")

    assert (answer.status_code, answer.json()["ignored"], await stage.left("orders")) == (202, True, [])


async def test_a_webhook_with_a_wrong_signature_is_refused(stage: Stage) -> None:
    answer = await stage.post("order_placed", {"shop_id": "1"}, Webhook_Id="1", Webhook_Signature="0" * 64)

    assert (answer.status_code, await stage.left("orders")) == (401, [])


@pytest.mark.parametrize("fault", [HangAfterWrite(), CrashAfterWrite()], ids=["times out", "breaks off"])
async def test_an_order_that_eclipse_took_without_saying_so_is_there_once(stage: Stage, fault: Fault) -> None:
    eclipse = stage.world.eclipse
    eclipse.faults.add(fault, path="/SalesOrders", method="POST")
    id = await stage.placed()

    assert await stage.run("orders") == []

    (placed,) = eclipse.orders.values()
    assert eclipse.faults.left == 0
    assert stage.world.oro.store["orders"][id].attributes["externalId"] == placed.id


async def test_an_order_is_placed_once_although_its_session_ends_in_the_middle(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    eclipse.faults.add(EndSessions(eclipse), path="/SalesOrders", method="POST")
    await stage.placed()

    assert await stage.run("orders") == []

    assert (len(eclipse.orders), eclipse.logins) == (1, 2)


async def test_a_refused_order_waits_with_the_words_of_eclipse_and_is_sent_again(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    eclipse.faults.add(Status(400, {"error": "Customer 12625 is on credit hold"}), path="/SalesOrders", method="POST")
    id = await stage.placed()

    parked = await stage.run("orders")
    after = await stage.resend("orders")

    assert [(one.key, one.state, one.error) for one in parked] == [(id, "parked", "Customer 12625 is on credit hold")]
    assert (after, len(eclipse.orders)) == ([], 1)


# --- what became of orders


async def test_the_number_of_an_order_reaches_the_shop_although_it_was_away(stage: Stage) -> None:
    oro = stage.world.oro
    oro.faults.add(Status(503), path="/admin/api/orders", method="PATCH", times=None)
    id = await stage.placed()
    await stage.run("orders")
    before = oro.store["orders"][id].attributes.get("externalId")
    oro.faults.clear()

    assert await stage.run("order_states") == []

    (placed,) = stage.world.eclipse.orders
    assert (before, oro.store["orders"][id].attributes["externalId"]) == (None, placed)


async def test_the_shop_learns_what_has_left(stage: Stage) -> None:
    world = stage.world
    id = await stage.placed()
    await stage.run("orders")
    (placed,) = world.eclipse.orders
    states = []
    for pieces in ({1: 2, 2: 4}, {2: 6}):
        world.eclipse.ship(placed, pieces)
        assert await stage.run("order_states") == []
        states.append(world.oro.store["orders"][id].relations["shippingStatus"])

    assert states == [("ordershippingstatuses", name) for name in ("partially_shipped", "shipped")]


async def test_only_orders_that_changed_are_told_again(stage: Stage) -> None:
    world = stage.world
    for _ in range(3):
        await stage.placed()
    await stage.run("orders")
    await stage.run("order_states")
    told = len(world.oro.requests)
    await stage.run("order_states")
    unchanged = len(world.oro.requests)
    one, *_ = world.eclipse.orders
    world.eclipse.ship(one, {1: 2, 2: 4})
    asked = stage.asked(world.eclipse, "GET", f"/SalesOrders/{one}")

    await stage.run("order_states")

    assert told == unchanged
    assert stage.asked(world.eclipse, "GET", f"/SalesOrders/{one}") == asked + 2  # what has left, and the rest


# --- bids left over


async def test_a_bid_whose_cancel_was_lost_is_cancelled_and_quotes_stay(stage: Stage) -> None:
    world = stage.world
    world.eclipse.faults.add(Status(503), method="PUT", times=None)
    await world.reply("eclipse", "order_total", order("W-1"))
    await world.reply("eclipse", "order_total", order("W-2"))
    await world.reply("eclipse", "create_quote", order("W-3"))
    world.eclipse.faults.clear()
    lost, _, quote = world.eclipse.orders
    for id in (lost, quote):
        old = world.eclipse.orders[id]
        world.eclipse.orders[id] = replace(old, order_date=old.order_date - timedelta(hours=2))
    world.eclipse.faults.add(CrashAfterWrite(), method="PUT")

    assert await stage.run("stale_bids") == []

    assert [order.status for order in world.eclipse.orders.values()] == ["Cancel", "Bid", "Bid"]


# --- part numbers


async def test_a_part_number_of_the_shop_is_written_once(stage: Stage) -> None:
    eclipse = stage.world.eclipse
    eclipse.faults.add(CrashAfterWrite(), path="/CustomerPartNumbers", method="POST")
    row = {"customerNumber": "12625", "productSku": "1E10", "partNumber": "ACME-RELAY"}
    data = {"type": "customerpartnumbers", "id": "8", "attributes": row}

    await stage.hook("part_number_saved", "customerpartnumber.created", data, "hook-8")

    assert await stage.run("part_numbers_out") == []
    assert [id for id in eclipse.part_numbers if id.endswith("~110")] == ["12625~ACME-RELAY~110"]
    assert stage.asked(eclipse, "POST", "/CustomerPartNumbers") == 1


async def test_a_part_number_of_a_product_eclipse_does_not_know_is_parked(stage: Stage) -> None:
    row = {"customer_id": "12625", "sku": "GONE", "part_number": "A"}
    await stage.post("part_number_saved", row, Authorization=f"Bearer {TOKEN}", Idempotency_Key="1")

    (parked,) = await stage.run("part_numbers_out")

    assert (parked.key, parked.error) == ("12625~GONE", "Eclipse does not know GONE")


async def test_part_numbers_of_eclipse_come_into_the_shop_and_only_new_ones_again(stage: Stage) -> None:
    world = stage.world
    await stage.run("part_numbers_in")
    batches = len(world.oro.operations)
    row = {"customerId": 12625, "partNumber": "ACME-RELAY", "productId": 110}
    world.eclipse.part_numbers["12625~ACME-RELAY~110"] = {"id": "12625~ACME-RELAY~110", **row}

    assert await stage.run("part_numbers_in") == []

    found = [record.attributes for record in world.oro.store["customerpartnumbers"].values()]
    assert [(row["customerNumber"], row["productSku"], row["partNumber"]) for row in found] == [
        ("12625", "EMT-05", "ACME-EMT05"),
        ("12625", "EMT-07", "ACME-EMT07"),
        ("100123", "00123", "B-00123"),
        ("12625", "1E10", "ACME-RELAY"),
    ]
    assert [len(operation.items) for operation in list(world.oro.operations.values())[batches:]] == [1]


# --- products, prices, customers


async def test_products_customers_and_list_prices_come_into_the_shop(stage: Stage) -> None:
    world = stage.world
    world.oro.store["productnames"]["4"].attributes["string"] = "Old"
    world.eclipse.customers["12625"]["name"] = "ACME ELECTRIC INC"
    world.eclipse.prices["100123", 110] = Decimal("16.99")

    left = [await stage.run(flow) for flow in ("products", "customers", "prices")]

    assert left == [[], [], []]
    names = [world.oro.store["productnames"][id].attributes["string"] for id in ("4", "1")]
    assert names == ["RELAY 10A 24VDC", "1/2 EMT CONDUIT 10FT"]
    assert [one.attributes["name"] for one in world.oro.store["customers"].values()] == [
        "ACME ELECTRIC INC",
        "BOLT SUPPLY",
    ]
    priced = {one.relations["product"]: one.attributes["value"] for one in world.oro.store["productprices"].values()}
    assert len(priced) == len(ITEMS)
    assert priced["products", "4"] == "16.9900"
    assert priced["products", "1"] == "4.1250"
