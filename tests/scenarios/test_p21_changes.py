"""What holds for every change that the shop makes in Prophet 21: it is done once, or its refusal told. Nothing is doubled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.fakes.faults import CrashAfterWrite, Delay, Reset
from tests.scenarios.p21_changes import CHANGES, TRANSACTION, held
from tests.scenarios.world import World, order


@pytest.mark.parametrize("message", ["save_customer", "save_contact"])
async def test_what_p21_has_already_is_not_sent_again(world: World, message: str) -> None:
    for _ in range(3):
        await world.reply("p21", message, CHANGES[message][0])

    assert [request.method for request in world.p21.requests].count("PUT") == (1 if message == "save_customer" else 0)


@pytest.mark.parametrize("message", ["create_order", "pay_invoice"])
async def test_money_in_another_currency_is_not_taken_for_ours(world: World, message: str) -> None:
    before = held(world)

    response = await world.ask("p21", message, {**CHANGES[message][0], "currency": "CAD"})

    assert response.status_code == 502
    assert response.json()["detail"].endswith(" is in CAD, P21 takes USD")
    assert held(world) == before


async def test_one_item_on_two_lines_of_an_order_stays_two_lines(world: World) -> None:
    items = [{"sku": "EMT-05", "quantity": quantity, "unit": "each"} for quantity in (5, 10)]

    receipt = await world.reply("p21", "create_order", order(items=items))

    lines = [row for row in world.p21.tables["p21_view_oe_line"] if row["order_no"] == receipt["erp_id"]]
    assert [(row["user_line_no"], row["qty_ordered"]) for row in lines] == [("001", 5), ("002", 10)]


@pytest.mark.parametrize("message", list(CHANGES))
async def test_what_is_sent_twice_is_there_once(world: World, message: str) -> None:
    wish = CHANGES[message][0]
    first = await world.reply("p21", message, wish)
    once = held(world)

    again = await world.reply("p21", message, wish)

    assert again == {**first, "known": True}
    assert held(world) == once


@pytest.mark.parametrize("message", list(CHANGES))
async def test_after_a_crash_behind_the_write_the_next_call_doubles_nothing(world: World, message: str) -> None:
    wish, path = CHANGES[message]
    method = "PUT" if message == "save_customer" else "POST"
    world.p21.faults.add(CrashAfterWrite(), path=path, method=method, times=3)

    crashed = await world.ask("p21", message, wish)
    once = held(world)
    world.p21.faults.clear()
    again = await world.reply("p21", message, wish)

    assert crashed.status_code == 503
    assert again["known"] is True
    assert held(world) == once


@pytest.mark.parametrize("message", list(CHANGES))
async def test_a_window_that_shows_after_p21_has_saved_doubles_nothing(world: World, message: str) -> None:
    wish, path = CHANGES[message]
    world.p21.late_windows = 1 if path == TRANSACTION else 0

    first = await world.ask("p21", message, wish)
    once = held(world)
    await world.reply("p21", message, wish)

    if path == TRANSACTION:
        assert (first.status_code, first.json()["temporary"]) == (502, True)
    assert held(world) == once


@pytest.mark.parametrize("message", list(CHANGES))
async def test_an_impatient_shop_that_sends_twice_at_once_has_it_once(world: World, message: str) -> None:
    wish, path = CHANGES[message]
    world.p21.faults.add(Delay(0.2), path=path, times=1)

    answers = await asyncio.gather(*[world.ask("p21", message, wish, key=f"{message}-1") for _ in range(3)])

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len({answer.json().get("erp_id") for answer in answers}) == 1


@pytest.mark.parametrize("message", list(CHANGES))
async def test_a_change_survives_the_end_of_the_session(world: World, message: str) -> None:
    await world.reply("p21", "budget", {"customer_id": "100123"})
    world.p21.expire_sessions()

    await world.reply("p21", message, CHANGES[message][0])

    assert world.p21.logins == 2


@pytest.mark.parametrize("message", list(CHANGES))
async def test_a_line_that_is_cut_before_p21_answers_is_told_and_may_be_tried_again(world: World, message: str) -> None:
    wish, path = CHANGES[message]
    world.p21.faults.add(Reset(), path=path, times=3)  # as often as a call that may be repeated is made

    cut = await world.ask("p21", message, wish)
    world.p21.faults.clear()
    again = await world.ask("p21", message, wish)

    assert (cut.status_code, again.status_code) == (503, 200)


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "create_order": ({"customer_id": "404"}, "Transaction 1:: Customer ID 404 is not valid"),
    "save_customer": ({"customer_id": "404"}, "P21 has no customer 404"),
    "save_contact": ({"last_name": ""}, "LastName is required."),
    "save_address": ({"customer_id": "404"}, "Transaction 1:: Customer ID 404 is not valid"),
    "pay_invoice": ({"customer_id": "404"}, "P21 has no invoice 5500101 of customer 404"),
    "save_shopping_list": ({"customer_id": "404"}, "Transaction 1:: Customer ID 404 is not valid"),
}


@pytest.mark.parametrize("message", list(REFUSED))
async def test_a_no_is_told_in_p21s_words(world: World, message: str) -> None:
    change, words = REFUSED[message]

    response = await world.ask("p21", message, {**CHANGES[message][0], **change})

    assert (response.status_code, response.json()["temporary"], response.json()["detail"]) == (502, False, words)


@pytest.mark.parametrize(
    ("message", "words"), [("save_contact", "P21 has no contact 999"), ("save_address", "P21 has no address 999")]
)
async def test_a_number_that_p21_does_not_have_is_refused(world: World, message: str, words: str) -> None:
    response = await world.ask("p21", message, {**CHANGES[message][0], "erp_id": "999"})

    assert (response.status_code, response.json()["detail"]) == (502, words)
