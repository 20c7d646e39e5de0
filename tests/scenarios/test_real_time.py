"""The shop asks for prices, stock and totals."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from engine.formats.json import dumps
from tests.scenarios.world import ERPS, Erp, World, asked, order, shape

CODES = ["1E10", "00123", "3.10", "O'NEIL-2"]
MANY = [f"GEN-{number:04}" for number in range(1, 251)]

PRICES = {  # of customer 12625, for one piece, as they leave the engine: digit for digit
    "1E10": b"16.065000",
    "00123": b"0.061600",
    "3.10": b"0.093500",
    "O'NEIL-2": b"1.997500",
    "EMT-05": b"4.125000",
    "EMT-07": b"6.205000",
}


@pytest.mark.parametrize("erp", ERPS)
async def test_prices_are_those_of_the_customer_digit_for_digit(world: World, erp: Erp) -> None:
    response = await world.ask(erp, "prices", {"customer_id": "12625", **asked(list(PRICES))})

    found = re.findall(rb'"sku":"([^"]*)".*?"unit_price":([0-9.]+)', response.content)
    assert {sku.decode(): price for sku, price in found} == PRICES


@pytest.mark.parametrize("erp", ERPS)
async def test_a_visitor_sees_the_prices_of_the_default_customer(world: World, erp: Erp) -> None:
    visitor = await world.reply(erp, "prices", asked(["EMT-07"]))
    customer = await world.reply(erp, "prices", {"customer_id": "100123", **asked(["EMT-07"])})

    assert "customer_id" not in visitor
    assert visitor["items"] == customer["items"]
    assert dumps(visitor["items"][0]["unit_price"]) == b"5.950000"


@pytest.mark.parametrize("erp", ERPS)
async def test_a_price_depends_on_the_quantity(world: World, erp: Erp) -> None:
    wish = {"customer_id": "12625", "items": [{"sku": "EMT-05", "quantity": 99}, {"sku": "EMT-05", "quantity": 100}]}

    items = (await world.reply(erp, "prices", wish))["items"]

    assert [(item["quantity"], dumps(item["unit_price"]), dumps(item["total"])) for item in items] == [
        (99, b"4.125000", b"408.38"),
        (100, b"3.982000", b"398.20"),
    ]


@pytest.mark.parametrize("erp", ERPS)
async def test_a_price_is_that_of_the_unit_asked_for(world: World, erp: Erp) -> None:
    reply = await world.reply(erp, "prices", asked(["00123"], quantity=3, unit="hundred"))

    item = reply["items"][0]
    assert (item["unit"], item["unit_size"], dumps(item["unit_price"]), dumps(item["total"])) == (
        "hundred",
        100,
        b"5.800000",
        b"17.40",
    )


@pytest.mark.parametrize(("erp", "message"), [*[(erp, "prices") for erp in ERPS], ("eclipse", "price_and_stock")])
async def test_a_price_of_zero_is_no_price(world: World, erp: Erp, message: str) -> None:
    world.eclipse.prices["12625", 110] = world.p21.prices["12625", "1E10"] = Decimal(0)

    reply = await world.reply(erp, message, {"customer_id": "12625", **asked(["1E10", "3.10"])})

    assert [("unit_price" in item, "total" in item) for item in reply["items"]] == [(False, False), (True, True)]


@pytest.mark.parametrize("erp", ERPS)
@pytest.mark.parametrize("message", ["prices", "stock"])
async def test_codes_survive_on_their_way_there_and_back(world: World, erp: Erp, message: str) -> None:
    codes = [*CODES, "NO SUCH & 'CODE' %2F/?#", "ÄÖ-1"]

    reply = await world.reply(erp, message, asked(codes))

    assert [item["sku"] for item in reply["items"]] == codes
    known = "unit_price" if message == "prices" else "quantity"
    assert [known in item for item in reply["items"]] == [True, True, True, True, False, False]


@pytest.mark.parametrize("erp", ERPS)
async def test_two_hundred_and_fifty_items_are_asked_in_batches_and_keep_their_order(world: World, erp: Erp) -> None:
    wish = {"customer_id": "12625", **asked(MANY)}
    if erp == "eclipse":  # a shop that knows Eclipse's ids spares a call for each item
        wish["items"] = [{**item, "erp_id": str(1000 + n)} for n, item in enumerate(wish["items"], 1)]

    reply = await world.reply(erp, "prices", wish)

    path = "/api/inventory/parts/prices" if erp == "p21" else "/ProductPricingMassInquiry"
    assert [item["sku"] for item in reply["items"]] == MANY
    assert all(item["unit_price"] > 0 for item in reply["items"])
    assert [request.path for request in world.of(erp).requests].count(path) == 3


async def test_two_hundred_and_fifty_items_have_stock_in_p21(world: World) -> None:
    reply = await world.reply("p21", "stock", asked(MANY))

    assert [item["sku"] for item in reply["items"]] == MANY
    assert [item["quantity"] for item in reply["items"]] == [
        number * 3 % 200 + number * 7 % 50 - number * 3 % 200 // 10 for number in range(1, 251)
    ]


async def test_price_and_stock_of_eclipse_are_those_of_two_messages_in_one_call(world: World) -> None:
    wish = {"customer_id": "12625", **asked([*PRICES, "NOPE"], quantity=2, unit="hundred")}
    prices = await world.reply("eclipse", "prices", wish)
    stock = await world.reply("eclipse", "stock", asked([*PRICES, "NOPE"]))
    before = len(world.eclipse.requests)

    both = await world.reply("eclipse", "price_and_stock", wish)

    items = zip(prices["items"], stock["items"], strict=True)
    assert both == {**prices, "items": [{**price, "stock": level} for price, level in items]}
    assert [(item["unit_price"] > 0, item["stock"]["quantity"] > 0) for item in both["items"][:-1]] == [
        (True, True)
    ] * 6
    asked_for = [request for request in world.eclipse.requests[before:] if "CatalogNumber" not in dict(request.query)]
    assert [request.path for request in asked_for] == ["/ProductInventoryPricingMassInquiry"]


async def test_eclipse_is_asked_for_an_id_once(world: World) -> None:
    await world.reply("eclipse", "stock", asked(CODES))
    await world.reply("eclipse", "prices", asked(CODES))

    numbers = [value for request in world.eclipse.requests for name, value in request.query if name == "CatalogNumber"]
    assert numbers == CODES


@pytest.mark.parametrize("erp", ERPS)
async def test_stock_is_what_there_is_less_what_is_promised(world: World, erp: Erp) -> None:
    items = (await world.reply(erp, "stock", asked(["1E10"])))["items"]

    per_warehouse = {"p21": [("10", 9), ("12", 7)], "eclipse": [("10", 12), ("12", 7)]}[
        erp
    ]  # Eclipse tells the available
    assert [(w["erp_id"], w["quantity"]) for w in items[0]["warehouses"]] == per_warehouse
    assert items[0]["quantity"] == sum(quantity for _, quantity in per_warehouse)


@pytest.mark.parametrize("erp", ERPS)
async def test_the_total_of_an_order_adds_up(world: World, erp: Erp) -> None:
    reply = await world.reply(erp, "order_total", order(ship_to={"postal_code": "75001", "country": "US"}))

    assert dumps(reply["subtotal"]) == b"44.28"
    assert reply["total"] == reply["subtotal"] + reply["tax"]
    assert [dumps(item["total"]) for item in reply["items"]] == [b"32.13", b"5.99", b"6.16"]


async def test_p21_adds_the_taxes_of_the_ship_to(world: World) -> None:
    reply = await world.reply("p21", "order_total", order(ship_to={"erp_id": "102235"}))

    assert [tax["amount"] for tax in reply["taxes"]]
    assert reply["tax"] == sum(tax["amount"] for tax in reply["taxes"])


@pytest.mark.parametrize("erp", ERPS)
async def test_a_product_on_two_lines_is_told_line_by_line(world: World, erp: Erp) -> None:
    lines = [("11", 10, "each"), ("12", 2, "hundred")]
    items = [{"shop_id": id, "sku": "EMT-05", "quantity": quantity, "unit": unit} for id, quantity, unit in lines]

    reply = await world.reply(erp, "order_total", order(items=items))

    assert [(item["shop_id"], item["quantity"], item["unit"], dumps(item["total"])) for item in reply["items"]] == [
        ("11", 10, "each", b"41.25"),
        ("12", 2, "hundred", b"796.40"),
    ]


@pytest.mark.parametrize("erp", ERPS)
async def test_the_total_of_an_unknown_item_is_refused_by_its_code(world: World, erp: Erp) -> None:
    wish = order()
    wish["items"][1]["sku"] = "NOPE"

    response = await world.ask(erp, "order_total", wish)

    assert response.status_code == 502
    assert response.json()["detail"].endswith(" NOPE")
    assert world.eclipse.orders == {}


async def test_a_bid_is_never_left_behind_in_eclipse(world: World) -> None:
    await world.reply("eclipse", "order_total", order())

    assert [(o.status, o.header["customerPONumber"]) for o in world.eclipse.orders.values()] == [
        ("Cancel", "BID W-1001")
    ]


MORE = {  # what one of them tells besides: never needed, all of it in the schema
    "prices": {"erp_id", "breaks", "customer_part_number"},
    "stock": {"erp_id", "name"},
    "order_total": {"erp_id", "unit_price", "taxes"},
    "create_order": set(),
}


@pytest.mark.parametrize("message", list(MORE))
async def test_switching_from_p21_to_eclipse_changes_nothing_for_the_shop(world: World, message: str) -> None:
    wish = asked(CODES, unit="each") if message in ("prices", "stock") else order()

    one, other = [shape(await world.reply(erp, message, wish)) for erp in ERPS]

    assert without(MORE[message], one) == without(MORE[message], other)


def without(names: set[str], value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without(names, inner) for key, inner in value.items() if key not in names}
    return [without(names, inner) for inner in value] if isinstance(value, list) else value
