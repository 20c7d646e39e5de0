"""How far an order has come in Eclipse."""

from __future__ import annotations

from typing import Any

from engine.formats.json import dumps
from tests.scenarios.world import World, order

ORDERED = "2026-11-20T14:00:00Z"


async def ask(world: World, **more: Any) -> Any:
    return await world.reply("eclipse", "fulfilment", {"customer_id": "12625", **more})


async def ordered(world: World) -> str:
    """The number of order W-1001 in Eclipse: 2 of 1E10, 3 of O'NEIL-2, 100 of 00123."""
    wish = order(shipping_method="ups", requested_date="2026-12-01")
    return str((await world.reply("eclipse", "create_order", wish))["erp_id"])


async def test_a_new_order_is_open_and_ships_at_once(world: World) -> None:
    number = await ordered(world)

    reply = await ask(world, erp_id=number)

    moment = world.eclipse.orders[number].order_date.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert {**reply, "total": dumps(reply["total"])} == {
        "erp_id": number,
        "order_no": "W-1001",
        "customer_id": "12625",
        "po_number": "PO 77",
        "ordered_at": moment,
        "currency": "USD",
        "total": b"47.93",
        "status": "open",
        "shipments": [
            {
                "erp_id": f"{number}.0001",
                "status": "open",
                "erp_status": "ShipWhenAvailable",
                "requested_date": "2026-12-01T06:00:00Z",
                "shipping_method": "UPS GROUND",
                "warehouse": "10",
                "items": [
                    {"erp_id": "110", "line_no": 1, "sku": "1E10", "name": "RELAY 10A 24VDC", "quantity": 2},
                    {
                        "erp_id": "502",
                        "line_no": 2,
                        "sku": "O'NEIL-2",
                        "name": "O'NEIL 2\" CLAMP <GALV> & BOLT",
                        "quantity": 3,
                    },
                    {"erp_id": "123", "line_no": 3, "sku": "00123", "name": "WIRE NUT RED", "quantity": 100},
                ],
            }
        ],
    }


async def test_what_has_left_and_what_has_not_are_shipments_of_their_own(world: World) -> None:
    number = await ordered(world)
    world.eclipse.ship(number, {1: 2, 2: 1})

    reply = await ask(world, erp_id=number)

    assert reply["status"] == "partly_shipped"
    assert [
        (part["erp_id"], part["status"], part.get("invoice_no"), "ship_date" in part) for part in reply["shipments"]
    ] == [(f"{number}.0001", "shipped", f"{number}.0001", True), (f"{number}.0002", "open", None, False)]
    assert [[(item["sku"], item["quantity"]) for item in part["items"]] for part in reply["shipments"]] == [
        [("1E10", 2), ("O'NEIL-2", 1)],
        [("O'NEIL-2", 2), ("00123", 100)],
    ]
    placed = world.eclipse.orders[number]
    assert reply["total"] == sum(placed.total(part) for part in placed.generations)


async def test_an_order_that_has_left_whole_is_shipped(world: World) -> None:
    number = await ordered(world)
    world.eclipse.ship(number, {1: 2, 2: 3, 3: 100})

    assert (await ask(world, erp_id=number))["status"] == "shipped"


async def test_an_order_is_found_by_the_number_of_the_shop(world: World) -> None:
    number = await ordered(world)

    with_moment = await ask(world, order_no="W-1001", ordered_at=ORDERED)
    without = await ask(world, order_no="W-1001")

    assert (with_moment["erp_id"], without["erp_id"]) == (number, number)


async def test_nobody_is_told_of_the_order_of_another(world: World) -> None:
    number = await ordered(world)

    by_erp_id = await world.ask("eclipse", "fulfilment", {"customer_id": "100123", "erp_id": number})
    by_number = await world.ask("eclipse", "fulfilment", {"customer_id": "100123", "order_no": "W-1001"})

    assert [(answer.status_code, answer.json()["detail"]) for answer in (by_erp_id, by_number)] == [
        (502, f"Customer 100123 has no order {number} in Eclipse"),
        (502, "Customer 100123 has no order W-1001 in Eclipse"),
    ]


async def test_an_order_that_is_not_there_is_refused_in_the_words_of_eclipse(world: World) -> None:
    response = await world.ask("eclipse", "fulfilment", {"customer_id": "12625", "erp_id": "S1"})

    assert (response.status_code, response.json()["detail"]) == (502, "Order not found")
