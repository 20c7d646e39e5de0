"""What the shop changes in Prophet 21: customers, customer users, addresses, payments, shopping lists. Nothing is doubled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.fakes.faults import CrashAfterWrite, Delay, Reset, Status
from tests.scenarios.world import World, order

TRANSACTION = "/uiserver0/api/v2/transaction"

CUSTOMER = {
    "shop_id": "7",
    "customer_id": "12625",
    "name": "ACME ELECTRIC INC",
    "phone": "555-0100",
    "address": {"street": "2 New St", "city": "Austin", "state": "TX", "postal_code": "78701", "country": "US"},
}
CONTACT = {
    "shop_id": "9",
    "customer_id": "12625",
    "email": "jo.o'neil@acme.example",
    "first_name": "Jo",
    "last_name": "O'Neil",
    "enabled": True,
}
ADDRESS = {
    "shop_id": "31",
    "customer_id": "12625",
    "label": "Warehouse 2",
    "street": "5 O'Hare Rd",
    "city": "Austin",
    "state": "TX",
    "postal_code": "78701",
    "country": "US",
    "phone": "555-0102",
}
PAYMENT = {
    "shop_id": "55",
    "invoice_no": "5500101",
    "customer_id": "12625",
    "transaction_id": "ch_3P",
    "amount": 1082.5,
    "method": "credit_card",
    "paid_at": "2026-03-01T12:00:00Z",
}
LIST = {
    "shop_id": "17",
    "customer_id": "12625",
    "name": "Van stock",
    "items": [{"sku": "EMT-05", "quantity": 100, "unit": "hundred"}, {"sku": "1E10"}],
}

CHANGES: dict[str, tuple[dict[str, Any], str]] = {  # input, and the call that changes something
    "create_order": (order(), TRANSACTION),
    "save_customer": (CUSTOMER, "/api/entity/customers/ACME_12625"),
    "save_contact": (CONTACT, "/api/entity/contacts"),
    "save_address": (ADDRESS, TRANSACTION),
    "pay_invoice": (PAYMENT, TRANSACTION),
    "save_shopping_list": (LIST, TRANSACTION),
}


def held(world: World) -> dict[str, int]:
    """How many of each P21 has."""
    tables = ("p21_view_oe_hdr", "p21_view_oe_line", "ship_to", "ar_payment_details", "job_price_hdr", "job_price_line")
    entities = ("customers", "contacts", "addresses")
    return {
        **{name: len(world.p21.tables[name]) for name in tables},
        **{name: len(getattr(world.p21.entities, name)) for name in entities},
    }


async def test_a_customer_is_changed_and_keeps_what_the_shop_does_not_say(world: World) -> None:
    before = dict(world.p21.customers["ACME_12625"])

    reply = await world.reply("p21", "save_customer", CUSTOMER)

    after = world.p21.customers["ACME_12625"]
    assert reply == {"shop_id": "7", "erp_id": "12625", "known": True}
    assert {name for name in after if after[name] != before[name]} == {"CustomerName", "LegacyId", "CustomerAddress"}
    assert after["CustomerAddress"] == {
        **before["CustomerAddress"],
        "MailAddress1": "2 New St",
        "MailCity": "Austin",
        "MailPostalCode": "78701",
        "CentralPhoneNumber": "555-0100",
    }


async def test_of_another_street_no_second_line_stays_and_no_number_of_an_older_system_goes(world: World) -> None:
    customer = world.p21.customers["ACME_12625"]
    customer["CustomerAddress"]["MailAddress2"] = "Floor 3"
    customer["LegacyId"] = "A-1812"

    await world.reply("p21", "save_customer", CUSTOMER)

    after = world.p21.customers["ACME_12625"]
    assert (after["LegacyId"], after["CustomerAddress"]["MailAddress2"]) == ("A-1812", "")


@pytest.mark.parametrize("message", ["save_customer", "save_contact"])
async def test_what_p21_has_already_is_not_sent_again(world: World, message: str) -> None:
    for _ in range(3):
        await world.reply("p21", message, CHANGES[message][0])

    assert [request.method for request in world.p21.requests].count("PUT") == (1 if message == "save_customer" else 0)


async def test_a_login_that_somebody_else_gave_stays(world: World) -> None:
    made = await world.reply("p21", "save_contact", CONTACT)
    contact = world.p21.entities.contacts[made["erp_id"]]
    logins = []
    for email, login in (("jo@acme.example", contact["LoginId"]), ("jo@bolt.example", "JONEIL")):
        world.p21.entities.contacts[made["erp_id"]]["LoginId"] = login
        await world.reply("p21", "save_contact", {**CONTACT, "erp_id": made["erp_id"], "email": email})
        logins.append(world.p21.entities.contacts[made["erp_id"]]["LoginId"])

    assert logins == ["jo@acme.example", "JONEIL"]


async def test_a_ship_to_as_main_address_in_the_shop_does_not_move_the_customer(world: World) -> None:
    before = world.p21.customers["ACME_12625"]["CustomerAddress"]
    ship_to = {"erp_id": "102235", "street": "9 Bay Rd", "city": "Oakland", "country": "US", "phone": "555-0199"}

    await world.reply("p21", "save_customer", {**CUSTOMER, "phone": "555-0100", "address": ship_to})

    after = world.p21.customers["ACME_12625"]["CustomerAddress"]
    assert after == {**before, "CentralPhoneNumber": "555-0100"}


async def test_a_customer_user_is_made_and_then_changed(world: World) -> None:
    made = await world.reply("p21", "save_contact", CONTACT)
    changed = await world.reply("p21", "save_contact", {**CONTACT, "first_name": "Joanna", "phone": "555-0101"})

    assert made == {"shop_id": "9", "erp_id": "7001", "known": False}
    assert changed == {**made, "known": True}
    contact = world.p21.entities.contacts["7001"]
    assert [contact[name] for name in ("FirstName", "DirectPhone", "AddressId", "DeleteFlag")] == [
        "Joanna",
        "555-0101",
        12625,
        "N",
    ]


async def test_a_customer_user_with_a_new_address_is_known_by_its_number(world: World) -> None:
    made = await world.reply("p21", "save_contact", CONTACT)

    await world.reply("p21", "save_contact", {**CONTACT, "erp_id": made["erp_id"], "email": "jo@acme.example"})

    assert [contact["EmailAddress"] for contact in world.p21.entities.contacts.values()] == ["jo@acme.example"]


async def test_a_customer_user_that_is_disabled_is_deleted_in_p21_and_comes_back(world: World) -> None:
    flags = []
    for enabled in (True, False, True):
        await world.reply("p21", "save_contact", {**CONTACT, "enabled": enabled})
        flags.append(world.p21.entities.contacts["7001"]["DeleteFlag"])

    assert flags == ["N", "Y", "N"]


async def test_the_same_person_at_two_customers_is_two_contacts(world: World) -> None:
    replies = [
        await world.reply("p21", "save_contact", {**CONTACT, "customer_id": customer})
        for customer in ("12625", "100123")
    ]

    assert [reply["erp_id"] for reply in replies] == ["7001", "7002"]


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


@pytest.mark.parametrize("message", ["create_order", "pay_invoice"])
async def test_money_in_another_currency_is_not_taken_for_ours(world: World, message: str) -> None:
    before = held(world)

    response = await world.ask("p21", message, {**CHANGES[message][0], "currency": "CAD"})

    assert response.status_code == 502
    assert response.json()["detail"].endswith(" is in CAD, P21 takes USD")
    assert held(world) == before


async def test_a_unit_without_a_code_is_not_a_piece_on_a_shopping_list(world: World) -> None:
    response = await world.ask("p21", "save_shopping_list", {**LIST, "items": [{"sku": "EMT-05", "unit": "pallet"}]})

    assert response.status_code == 500
    assert "'pallet'" in response.json()["detail"]


async def test_an_address_that_was_made_but_is_no_ship_to_yet_becomes_one_at_the_next_try(world: World) -> None:
    world.p21.faults.add(Status(500, {"ErrorMessage": "An error has occurred."}), path=TRANSACTION, times=3)

    failed = await world.ask("p21", "save_address", ADDRESS)
    world.p21.faults.clear()
    again = await world.reply("p21", "save_address", ADDRESS)

    assert (failed.status_code, failed.json()["detail"]) == (502, "An error has occurred.")
    assert again["known"] is True
    assert held(world)["addresses"] == held(world)["ship_to"] == 5


async def test_a_payment_settles_its_invoice(world: World) -> None:
    reply = await world.reply("p21", "pay_invoice", PAYMENT)

    invoice = world.p21.tables["invoice_hdr"][0]
    assert reply == {"shop_id": "55", "erp_id": "88001", "invoice_no": "5500101", "known": False}
    assert (str(invoice["amount_paid"]), invoice["paid_in_full_flag"]) == ("1082.50", "Y")
    assert world.p21.tables["ar_payment_details"] == [
        {"payment_number": 88001, "payment_type_id": "1", "payment_desc": "ch_3P"}
    ]


async def test_two_payments_of_one_invoice_are_both_booked(world: World) -> None:
    for number in (1, 2):
        await world.reply("p21", "pay_invoice", {**PAYMENT, "transaction_id": f"ch_{number}", "amount": 500})

    assert str(world.p21.tables["invoice_hdr"][0]["amount_paid"]) == "1000.00"


async def test_an_invoice_paid_by_cheque_is_not_paid_again(world: World) -> None:
    response = await world.ask("p21", "pay_invoice", {**PAYMENT, "invoice_no": "5500102", "amount": 240})

    problem = response.json()
    assert (response.status_code, problem["temporary"]) == (502, False)
    assert problem["detail"] == "Invoice 5500102 is paid already, by another payment"
    assert world.p21.tables["ar_payment_details"] == []


async def test_more_than_the_balance_is_refused_in_p21s_words(world: World) -> None:
    response = await world.ask("p21", "pay_invoice", {**PAYMENT, "amount": 2000})

    assert response.json()["detail"] == "Transaction 1:: Payment amount exceeds the balance of invoice 5500101"


async def test_the_service_that_books_payments_may_have_another_name(world: World) -> None:
    world.p21.receipt_service = "CashReceiptsEntry"

    response = await world.ask("p21", "pay_invoice", PAYMENT)

    assert (response.status_code, response.json()["detail"]) == (502, "Service CashReceipts was not found.")


async def test_a_shopping_list_is_a_contract_whose_lines_are_added_and_changed(world: World) -> None:
    made = await world.reply("p21", "save_shopping_list", LIST)
    items = [{"sku": "1E10", "unit": "each"}, {"sku": "O'NEIL-2"}]
    changed = await world.reply("p21", "save_shopping_list", {**LIST, "name": "Van 2", "items": items})

    assert made == {"shop_id": "17", "erp_id": "31", "known": False}
    assert changed == {**made, "known": True}
    (header,) = world.p21.tables["job_price_hdr"]
    assert (header["contract_no"], header["job_description"]) == ("WEB-17", "Van 2")
    assert [(line["item_id"], line["uom"]) for line in world.p21.tables["job_price_line"]] == [
        ("EMT-05", "C"),
        ("1E10", "EA"),
        ("O'NEIL-2", "EA"),
    ]


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
