"""A quote is asked for, priced, changed, accepted or declined: each once, and only by its customer."""

from __future__ import annotations

from typing import Any

import pytest

from engine.formats.json import dumps
from tests.fakes.certificates import Authority
from tests.fakes.faults import CrashAfterWrite, Status
from tests.scenarios.world import World, order
from tests.scenarios.world import world as running


async def quoted(world: World, **more: Any) -> dict[str, Any]:
    """The key of a new quote: 2 of 1E10, 3 of O'NEIL-2, 1 hundred of 00123."""
    receipt = await world.reply("eclipse", "create_quote", order("17", **more))
    return {"erp_id": receipt["erp_id"], "customer_id": "12625"}


def states(world: World) -> list[str]:
    return [order.status for order in world.eclipse.orders.values()]


async def test_a_quote_is_a_bid_with_the_prices_of_eclipse(world: World) -> None:
    key = await quoted(world)

    quote = await world.reply("eclipse", "quote", key)

    assert states(world) == ["Bid"]
    assert {name: value for name, value in quote.items() if name not in ("items", "subtotal", "tax", "total")} == {
        **key,
        "order_no": "17",
        "status": "open",
        "currency": "USD",
    }
    assert [dumps(quote[name]) for name in ("subtotal", "tax", "total")] == [b"44.28", b"3.65", b"47.93"]
    assert [
        (item["line_no"], item["sku"], item["quantity"], item["unit"], dumps(item["unit_price"]), dumps(item["total"]))
        for item in quote["items"]
    ] == [
        (1, "1E10", 2, "each", b"16.065000", b"32.13"),
        (2, "O'NEIL-2", 3, "each", b"1.996667", b"5.99"),
        (3, "00123", 1, "hundred", b"6.160000", b"6.16"),
    ]


async def test_a_quote_is_asked_for_once_and_is_no_order_of_the_same_number(world: World) -> None:
    first = await world.reply("eclipse", "create_quote", order("17"))
    again = await world.reply("eclipse", "create_quote", order("17"))
    placed = await world.reply("eclipse", "create_order", order("17"))

    assert again == {**first, "known": True}
    assert placed["known"] is False
    assert states(world) == ["Bid", "ShipWhenAvailable"]


async def test_after_a_crash_behind_the_request_the_quote_is_found(world: World) -> None:
    world.eclipse.faults.add(CrashAfterWrite(), path="/SalesOrders", method="POST")

    crashed = await world.ask("eclipse", "create_quote", order("17"))
    again = await world.reply("eclipse", "create_quote", order("17"))

    assert (crashed.json()["may_have_happened"], again["known"], states(world)) == (True, True, ["Bid"])


async def test_a_price_the_buyer_asks_for_reaches_the_salesperson_and_not_the_line(world: World) -> None:
    items = [{"sku": "1E10", "quantity": 2, "unit": "each", "unit_price": 15.5}]

    key = await quoted(world, items=items)

    assert world.eclipse.orders[key["erp_id"]].header["internalNotes"] == "1E10 at 15.5"
    assert dumps((await world.reply("eclipse", "quote", key))["items"][0]["unit_price"]) == b"16.065000"


async def test_what_the_salesperson_prices_is_what_the_buyer_sees(world: World) -> None:
    key = await quoted(world)
    world.eclipse.reprice(key["erp_id"], 1, "15")

    quote = await world.reply("eclipse", "quote", key)

    assert dumps(quote["items"][0]["unit_price"]) == b"15.000000"
    assert dumps(quote["subtotal"]) == b"42.15"


async def test_the_buyer_asks_for_other_quantities_and_a_price(world: World) -> None:
    key = await quoted(world)
    change = {
        **key,
        "buyer": "Jo Doe",
        "notes": "Needed by Friday",
        "items": [{"line_no": 1, "quantity": 20, "unit_price": 15}, {"line_no": 3, "quantity": 2, "unit": "hundred"}],
    }

    replies = [await world.reply("eclipse", "change_quote", change) for _ in range(2)]

    bid = world.eclipse.orders[key["erp_id"]]
    assert [(int(line.quantity), line.unit) for line in bid.lines] == [(20, "EA"), (3, "EA"), (2, "C")]
    assert bid.header["internalNotes"] == "Jo Doe; line 1 at 15; Needed by Friday"
    assert replies[0] == replies[1]
    assert [item["quantity"] for item in replies[0]["items"]] == [20, 3, 2]


async def test_notes_that_stand_there_stay(world: World) -> None:
    key = await quoted(world)

    for notes in ("one", "two"):
        await world.reply("eclipse", "change_quote", {**key, "notes": notes})

    assert world.eclipse.orders[key["erp_id"]].header["internalNotes"] == "one | two"


async def test_a_note_is_written_once_although_its_answer_was_lost(world: World) -> None:
    key = await quoted(world)
    world.eclipse.faults.add(CrashAfterWrite(), path=f"/SalesOrders/{key['erp_id']}.0001/InternalNotes", method="PUT")

    crashed = await world.ask("eclipse", "change_quote", {**key, "notes": "call me"})
    await world.reply("eclipse", "change_quote", {**key, "notes": "call me"})

    assert crashed.json()["may_have_happened"] is True
    assert world.eclipse.orders[key["erp_id"]].header["internalNotes"] == "call me"


async def test_prices_are_written_into_the_quote_where_the_house_allows_it(certificates: Authority) -> None:
    async with running(certificates, eclipse__quote_prices="true") as world:
        key = await quoted(world)

        quote = await world.reply("eclipse", "change_quote", {**key, "items": [{"line_no": 1, "unit_price": 15}]})

    assert dumps(quote["items"][0]["unit_price"]) == b"15.000000"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"quantity": 1}, "Quote S2680001 has no line 9 with a unit"),
        ({"quantity": 1, "unit": "each"}, "Line 9 does not exist on order S2680001"),
    ],
)
async def test_a_line_that_is_not_there_is_refused(world: World, line: dict[str, Any], words: str) -> None:
    key = await quoted(world)

    response = await world.ask("eclipse", "change_quote", {**key, "items": [{"line_no": 9, **line}]})

    assert (response.status_code, response.json()["detail"]) == (502, words)


def acceptance(key: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**key, "order_no": "W-9", "po_number": "PO 5", "total": 47.93, **more}


async def test_an_accepted_quote_is_the_order_of_the_shop(world: World) -> None:
    key = await quoted(world)

    receipt = await world.reply("eclipse", "accept_quote", acceptance(key))

    assert receipt == {"erp_id": key["erp_id"], "order_no": "W-9", "known": False}
    assert states(world) == ["ShipWhenAvailable"]
    assert world.eclipse.orders[key["erp_id"]].header["customerPONumber"] == "W-9 PO 5"
    assert (await world.reply("eclipse", "quote", key))["status"] == "ordered"
    fulfilment = await world.reply("eclipse", "fulfilment", {"customer_id": "12625", "order_no": "W-9"})
    assert (fulfilment["erp_id"], fulfilment["po_number"]) == (key["erp_id"], "PO 5")


@pytest.mark.parametrize("path", ["Status", "Header/PONumber"])
async def test_a_quote_is_accepted_once_although_an_answer_was_lost(world: World, path: str) -> None:
    key = await quoted(world)
    for form in (key["erp_id"], key["erp_id"] + ".0001"):
        world.eclipse.faults.add(CrashAfterWrite(), path=f"/SalesOrders/{form}/{path}", method="PUT")

    answers = [await world.ask("eclipse", "accept_quote", acceptance(key)) for _ in range(2)]

    assert answers[-1].status_code == 200
    assert states(world) == ["ShipWhenAvailable"]
    assert world.eclipse.orders[key["erp_id"]].header["customerPONumber"] == "W-9 PO 5"


async def test_the_shop_gets_the_number_of_an_accepted_quote(world: World) -> None:
    key = await quoted(world)
    shop = world.oro.place_order("PO 5", "12625", [("1E10", "2", "16.065")])

    await world.reply("eclipse", "accept_quote", acceptance(key, shop_id=shop.id))

    assert world.oro.store["orders"][shop.id].attributes["externalId"] == key["erp_id"]


async def test_a_quote_that_ships_in_parts_is_told_and_ordered_whole(world: World) -> None:
    key = await quoted(world)
    world.eclipse.postpone(key["erp_id"], 3)
    parts = f"/SalesOrders/{key['erp_id']}/Status"
    world.eclipse.faults.add(Status(400, {"message": "Order is in use by JO"}), path=parts, method="PUT", after=1)

    quote = await world.reply("eclipse", "quote", key)
    half = await world.ask("eclipse", "accept_quote", acceptance(key))
    between = (await world.reply("eclipse", "quote", key))["status"]
    whole = await world.reply("eclipse", "accept_quote", acceptance(key))

    assert (dumps(quote["total"]), between) == (b"47.93", "open")
    assert (half.json()["detail"], whole["known"]) == ("Order is in use by JO", False)
    assert [part.status for part in world.eclipse.orders[key["erp_id"]].generations] == ["ShipWhenAvailable"] * 2


async def test_a_quote_that_ships_in_parts_is_declined_whole(world: World) -> None:
    key = await quoted(world)
    world.eclipse.postpone(key["erp_id"], 3)

    quote = await world.reply("eclipse", "decline_quote", key)

    assert quote["status"] == "cancelled"
    assert [part.status for part in world.eclipse.orders[key["erp_id"]].generations] == ["Cancel"] * 2


async def test_a_quote_whose_order_the_shop_has_sent_by_itself_is_not_ordered_as_well(world: World) -> None:
    key = await quoted(world)
    sent = await world.reply("eclipse", "create_order", order("W-9"))

    response = await world.ask("eclipse", "accept_quote", acceptance(key))

    assert response.json()["detail"] == f"Order W-9 is in Eclipse already, as {sent['erp_id']}"
    assert states(world) == ["Bid", "ShipWhenAvailable"]


async def test_a_quote_whose_price_has_changed_is_not_accepted_at_the_old_one(world: World) -> None:
    key = await quoted(world)
    world.eclipse.reprice(key["erp_id"], 1, "20")

    response = await world.ask("eclipse", "accept_quote", acceptance(key))

    assert (response.status_code, response.json()["detail"]) == (
        502,
        f"Quote {key['erp_id']} no longer comes to 47.93",
    )
    assert states(world) == ["Bid"]


async def test_a_declined_quote_is_cancelled_once_and_cannot_be_accepted_any_more(world: World) -> None:
    key = await quoted(world)

    declined = [await world.reply("eclipse", "decline_quote", key) for _ in range(2)]
    response = await world.ask("eclipse", "accept_quote", acceptance(key))

    assert [quote["status"] for quote in declined] == ["cancelled", "cancelled"]
    assert response.json()["detail"] == f"Quote {key['erp_id']} is cancelled"
    assert states(world) == ["Cancel"]


async def test_an_ordered_quote_can_be_neither_changed_nor_declined_nor_ordered_again(world: World) -> None:
    key = await quoted(world)
    await world.reply("eclipse", "accept_quote", acceptance(key))

    answers = [
        await world.ask("eclipse", "change_quote", {**key, "notes": "one more"}),
        await world.ask("eclipse", "decline_quote", key),
        await world.ask("eclipse", "accept_quote", acceptance(key, order_no="W-10")),
    ]

    assert [answer.json()["detail"] for answer in answers] == [
        f"Quote {key['erp_id']} is no longer open",
        f"Quote {key['erp_id']} was ordered already",
        f"Quote {key['erp_id']} was ordered already",
    ]
    assert states(world) == ["ShipWhenAvailable"]


@pytest.mark.parametrize(
    ("message", "more"),
    [("quote", {}), ("change_quote", {"notes": "x"}), ("accept_quote", {"order_no": "W-9"}), ("decline_quote", {})],
)
async def test_a_quote_is_nobody_elses_business(world: World, message: str, more: dict[str, Any]) -> None:
    key = {**await quoted(world), "customer_id": "100123"}

    response = await world.ask("eclipse", message, {**key, **more})

    assert (response.status_code, response.json()["detail"]) == (
        502,
        f"Customer 100123 has no order {key['erp_id']} in Eclipse",
    )
    assert states(world) == ["Bid"]
