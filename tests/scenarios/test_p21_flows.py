"""What travels by itself between a shop and Prophet 21: nothing lost, nothing twice, only differences."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.fakes.catalogue import ITEMS
from tests.fakes.certificates import Authority
from tests.fakes.faults import CrashAfterWrite, Fault, HangAfterWrite
from tests.fakes.jsonapi import Record
from tests.scenarios.under_way import EndSessions, Stage, staged
from tests.scenarios.world import TOKEN

TRANSACTIONS = "/uiserver0/api/v2/transaction"


@pytest.fixture
async def stage(certificates: Authority, shipped: Path) -> AsyncIterator[Stage]:
    async with staged(certificates, shipped, "p21") as stage:
        yield stage


async def changed(stage: Stage, event: str, type: str, id: str, number: int = 1) -> httpx.Response:
    """The shop's webhook of a change."""
    return await stage.hook(event, f"{type}.updated", {"type": type, "id": id}, f"hook-{type}-{id}-{number}")


def web_orders(stage: Stage) -> list[dict[str, Any]]:
    return [row for row in stage.world.p21.orders if row["taker"] == "WEB"]


def batches(stage: Stage) -> int:
    return len(stage.world.oro.operations)


# --- into the shop


async def test_stock_of_all_locations_reaches_the_shop_and_then_only_what_changed(stage: Stage) -> None:
    world = stage.world

    first = await stage.run("inventory")
    stocked = {item.sku: world.oro.stock_of(item.sku) for item in ITEMS}
    before = batches(stage)
    world.p21.set_stock("1E10", 10, 5)
    second = await stage.run("inventory")
    sent = [operation.items for operation in list(world.oro.operations.values())[before:]]
    third = await stage.run("inventory")

    assert (first, second, third) == ([], [], [])
    assert stocked == {item.sku: f"{sum(item.stock.values()) - item.allocated}.000" for item in ITEMS}
    level = {"meta": {"update": True}, "type": "inventorylevels", "id": "5004"}
    assert sent == [[{**level, "attributes": {"quantity": "9.000"}}]]
    assert batches(stage) == before + 1


async def test_at_night_only_what_was_missed_is_sent(stage: Stage) -> None:
    await stage.run("inventory_full")
    before = batches(stage)
    row = next(one for one in stage.world.p21.tables["p21_view_inv_loc"] if one["item_id"] == "1E10")
    row["qty_on_hand"] = Decimal(5)

    assert await stage.run("inventory_full") == []

    assert (batches(stage) - before, stage.world.oro.stock_of("1E10")) == (1, "9.000")


async def test_stock_is_read_to_its_end_although_the_token_ends_between_pages(stage: Stage) -> None:
    p21 = stage.world.p21
    p21.faults.add(EndSessions(p21), path="/odataservice/odata/view/p21_view_inv_loc", after=3)

    assert await stage.run("inventory") == []

    assert (p21.logins, p21.faults.left) == (2, 0)
    assert stage.world.oro.stock_of("EMT-05") == "1200.000"


async def test_of_a_batch_only_the_bad_record_is_parked_and_goes_when_it_can(stage: Stage) -> None:
    oro = stage.world.oro
    missing = oro.store["inventorylevels"].pop("5004")

    parked = await stage.run("inventory")
    oro.store["inventorylevels"]["5004"] = missing
    after = await stage.resend("inventory")

    assert [(one.key, one.error) for one in parked] == [("1E10", "The shop has no stock level for 1E10")]
    assert (after, oro.stock_of("1E10")) == ([], "16.000")


async def test_products_are_made_and_changed_in_the_shop(stage: Stage) -> None:
    world = stage.world
    row = next(one for one in world.p21.tables["p21_view_inv_mast"] if one["item_id"] == "1E10")
    row |= {"item_desc": "RELAY 12A", "delete_flag": "Y"}
    new = {**row, "item_id": "NEW-1", "item_desc": "NEW RELAY", "inv_mast_uid": 9001, "delete_flag": "N"}
    world.p21.tables["p21_view_inv_mast"].append(new)

    assert await stage.run("products") == []

    products = {one.attributes["sku"]: one for one in world.oro.store["products"].values()}
    names = {sku: world.oro.store["productnames"][one.references("names")[0][1]] for sku, one in products.items()}
    assert (products["1E10"].attributes["status"], names["1E10"].attributes["string"]) == ("disabled", "RELAY 12A")
    assert (products["NEW-1"].attributes["status"], names["NEW-1"].attributes["string"]) == ("enabled", "NEW RELAY")


async def test_list_prices_are_made_once_and_then_changed(stage: Stage) -> None:
    world = stage.world
    await stage.run("list_prices")
    row = next(one for one in world.p21.tables["p21_view_inv_mast"] if one["item_id"] == "1E10")
    row |= {"price1": Decimal("20.5"), "date_last_modified": world.p21.now()}

    assert await stage.run("list_prices") == []

    prices = list(world.oro.store["productprices"].values())
    assert len(prices) == len(ITEMS)
    assert [one.attributes["value"] for one in prices if one.references("product") == [("products", "4")]] == [
        "20.5000"
    ]


async def test_customers_and_their_budgets_reach_the_shop_once(stage: Stage) -> None:
    world = stage.world
    row = world.p21.tables["p21_view_customer"][0]
    world.p21.tables["p21_view_customer"].append({**row, "customer_id": 500, "customer_name": "NEW CUSTOMER"})

    first = [await stage.run("customers"), await stage.run("budgets")]
    before = batches(stage)
    second = [await stage.run("customers"), await stage.run("budgets")]

    known = {one.attributes["externalId"]: one.attributes for one in world.oro.store["customers"].values()}
    assert (first, second, batches(stage)) == ([[], []], [[], []], before)
    assert known["500"]["name"] == "NEW CUSTOMER"
    assert (known["12625"]["creditAvailable"], known["12625"]["creditStatus"]) == ("45000.00", "GOOD")


async def test_the_shop_learns_what_members_of_a_rewards_program_earned_within_a_year(stage: Stage) -> None:
    world = stage.world
    lately = datetime.now() - timedelta(days=30)
    tables = world.p21.tables
    tables["invoice_hdr"] = [{**row, "invoice_date": lately} for row in tables["invoice_hdr"]]
    tables["customer_x_rewards_program"][1]["row_status_flag"] = 705

    assert await stage.run("rewards") == []

    acme, bolt = (one.attributes for one in world.oro.store["customers"].values())
    assert (acme["rewardPoints"], acme["rewardMoney"], "rewardPoints" in bolt) == ("342.00", "11.75", False)


async def test_the_shop_learns_how_far_its_order_has_come(stage: Stage) -> None:
    world = stage.world
    id = await stage.placed()
    await stage.run("orders")
    await stage.run("order_progress")
    before = world.oro.store["orders"][id].references("shippingStatus")
    line = next(
        one for one in world.p21.tables["p21_view_oe_line"] if one["order_no"] == web_orders(stage)[0]["order_no"]
    )
    line["qty_invoiced"] = 1

    assert await stage.run("order_progress") == []

    after = world.oro.store["orders"][id].references("shippingStatus")
    assert (before[0][1], after[0][1]) == ("not_shipped", "partially_shipped")


async def test_orders_of_the_years_before_are_loaded_once(stage: Stage) -> None:
    first = await stage.run("orders_in")
    orders = list(stage.world.oro.store["orders"].values())
    second = await stage.run("orders_in")

    assert (first, second, len(stage.world.oro.store["orders"])) == ([], [], 1)
    assert (orders[0].attributes["identifier"], orders[0].attributes["subtotalValue"]) == ("1004711", "514.2000")


# --- into Prophet 21


async def test_an_order_is_placed_once_and_its_number_comes_back(stage: Stage) -> None:
    id = await stage.placed()
    again = await stage.hook("order_placed", "order.created", {"type": "orders", "id": id}, f"hook-{id}")

    assert await stage.run("orders") == []

    (placed,) = web_orders(stage)
    assert again.json()["known"] is True
    assert (placed["po_no"], placed["web_reference_no"]) == ("PO 77", f"ORO-{id}")
    assert stage.world.oro.store["orders"][id].attributes["externalId"] == placed["order_no"]


@pytest.mark.parametrize("fault", [HangAfterWrite(), CrashAfterWrite()], ids=["times out", "breaks off"])
async def test_an_order_that_p21_took_without_saying_so_is_there_once(stage: Stage, fault: Fault) -> None:
    stage.world.p21.faults.add(fault, path=TRANSACTIONS, method="POST")
    id = await stage.placed()

    assert await stage.run("orders") == []

    (placed,) = web_orders(stage)
    assert stage.world.p21.faults.left == 0
    assert stage.world.oro.store["orders"][id].attributes["externalId"] == placed["order_no"]


async def test_an_order_is_placed_once_although_the_token_ends_in_the_middle(stage: Stage) -> None:
    p21 = stage.world.p21
    p21.faults.add(EndSessions(p21), path=TRANSACTIONS, method="POST")
    await stage.placed()

    assert await stage.run("orders") == []

    assert (len(web_orders(stage)), p21.logins) == (1, 2)


async def test_a_webhook_with_a_wrong_signature_is_refused(stage: Stage) -> None:
    answer = await stage.post("order_placed", {"topic": "order.created"}, Webhook_Id="1", Webhook_Signature="0" * 64)

    assert (answer.status_code, await stage.left("orders")) == (401, [])


async def test_a_customer_changed_in_the_shop_is_changed_in_p21_once(stage: Stage) -> None:
    world = stage.world
    id = next(one.id for one in world.oro.store["customers"].values() if one.attributes["externalId"] == "12625")
    world.oro.store["customers"][id].attributes["name"] = "ACME ELECTRIC INC"
    for number in (1, 2):
        await changed(stage, "customer_changed", "customers", id, number)

    assert await stage.run("customers_out") == []

    assert world.p21.customers["ACME_12625"]["CustomerName"] == "ACME ELECTRIC INC"
    assert stage.asked(world.p21, "PUT", "/api/entity/customers/ACME_12625") == 1


async def test_a_new_user_and_a_new_address_get_their_numbers(stage: Stage) -> None:
    oro = stage.world.oro
    user = {"email": "jo@acme.example", "firstName": "Jo", "lastName": "Doe", "enabled": True}
    oro.store["customerusers"]["3"] = Record("customerusers", "3", user, {"customer": ("customers", "1")})
    place = {"label": "Warehouse 2", "street": "5 Oak Rd", "city": "Austin", "postalCode": "78701"}
    related: Any = {"customer": ("customers", "1"), "country": ("countries", "US"), "region": ("regions", "US-TX")}
    oro.store["customeraddresses"]["4"] = Record("customeraddresses", "4", place, related)
    await changed(stage, "customer_user_changed", "customerusers", "3")
    await changed(stage, "customer_address_changed", "customeraddresses", "4")

    left = [await stage.run("customer_users_out"), await stage.run("customer_addresses_out")]

    contacts = {one["EmailAddress"]: one["Id"] for one in stage.world.p21.entities.contacts.values()}
    addresses = {one["Name"]: str(one["AddressId"]) for one in stage.world.p21.entities.addresses.values()}
    assert left == [[], []]
    assert user["externalId"] == contacts["jo@acme.example"]
    assert place["externalId"] == addresses["Warehouse 2"]


async def test_a_payment_of_the_shop_is_booked_once(stage: Stage) -> None:
    paid = {
        **{"invoice_no": "5500101", "customer_id": "12625", "transaction_id": "ch_3P", "amount": 1082.5},
        **{"method": "credit_card", "paid_at": "2026-11-20T14:00:00Z"},
    }
    for _ in range(2):
        answer = await stage.post("invoice_paid", paid, Authorization=f"Bearer {TOKEN}")
        assert answer.status_code == 202, answer.text

    assert await stage.run("payments") == []

    assert len(stage.world.p21.tables["ar_payment_details"]) == 1
