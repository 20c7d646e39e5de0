"""The customer's account in Prophet 21: what a shop shows of it."""

from __future__ import annotations

from typing import Any

import pytest

from engine.formats.json import dumps
from tests.fakes.faults import Status
from tests.scenarios.world import World, asked, order

CUSTOMER = {"customer_id": "12625"}

QUESTIONS: dict[str, dict[str, Any]] = {
    "prices": {**CUSTOMER, **asked(["1E10"])},
    "stock": asked(["1E10"]),
    "promotions": {},
    "taxes": {**CUSTOMER, "ship_to_id": "102235"},
    "order_total": order(),
    "budget": CUSTOMER,
    "order_charges": CUSTOMER,
    "rewards": {**CUSTOMER, "since": "2025-01-01"},
    "open_lines": CUSTOMER,
    "invoices": CUSTOMER,
}


async def test_the_budget_is_the_credit_limit_and_what_is_used_of_it(world: World) -> None:
    reply = await world.reply("p21", "budget", {**CUSTOMER, "shop_id": "7"})

    assert reply == {
        "shop_id": "7",
        "customer_id": "12625",
        "currency": "USD",
        "limit": 50000,
        "per_order": 5000,
        "used": 5000,
        "available": 45000,
        "status": "GOOD",
    }


async def test_taxes_are_those_of_the_ship_to(world: World) -> None:
    reply = await world.reply("p21", "taxes", {**CUSTOMER, "ship_to_id": "102235"})

    assert [(tax["erp_id"], tax["name"]) for tax in reply["items"]] == [("DALLAS", "CITY OF DALLAS"), ("TX", "TEXAS")]
    assert dumps([reply["rate"], *[tax["rate"] for tax in reply["items"]]]) == b"[8.25,2.00,6.25]"


@pytest.mark.parametrize(("customer", "ship_to"), [("12625", "404"), ("100123", "102235")])
async def test_an_address_that_is_not_the_customers_is_not_one_without_taxes(
    world: World, customer: str, ship_to: str
) -> None:
    response = await world.ask("p21", "taxes", {"customer_id": customer, "ship_to_id": ship_to})

    words = f"Customer {customer} has no address {ship_to} in P21"
    assert (response.status_code, response.json()["detail"]) == (502, words)


async def test_who_is_exempt_pays_no_tax_on_an_order(world: World) -> None:
    world.p21.customers["ACME_12625"]["Taxable"] = "N"

    total = await world.reply("p21", "order_total", order(ship_to={"erp_id": "102235"}))

    assert (total["tax"], total["taxes"]) == (0, [])


async def test_charges_are_those_agreed_and_those_of_the_order(world: World) -> None:
    world.p21.orders[0].update(customer_id=12625, freight_out=18)

    reply = await world.reply("p21", "order_charges", {**CUSTOMER, "order_id": "1004711"})

    assert reply["items"] == [
        {"kind": "freight", "erp_id": "LTL", "name": "TRUCK FREIGHT", "amount": 35},
        {"kind": "surcharge", "erp_id": "3", "name": "SMALL ORDER", "amount": 7.5},
        {"kind": "surcharge", "erp_id": "4", "name": "FUEL", "percent": 1.5},
        {"kind": "order_freight", "erp_id": "1004711", "amount": 18},
    ]


async def test_the_charges_of_somebody_elses_order_are_not_told(world: World) -> None:
    response = await world.ask("p21", "order_charges", {**CUSTOMER, "order_id": "1004711"})

    assert (response.status_code, response.json()["detail"]) == (502, "P21 has no order 1004711 of customer 12625")


@pytest.mark.parametrize(
    ("date", "running"),
    [("2025-03-31", ["SPRING25"]), ("2025-04-01", []), ("2026-01-01", ["CONDUIT", "CLEAR"])],
)
async def test_promotions_run_from_their_first_day_to_their_last(world: World, date: str, running: list[str]) -> None:
    reply = await world.reply("p21", "promotions", {"date": date})

    assert [promotion["erp_id"] for promotion in reply["items"]] == running


async def test_a_promotion_names_its_products(world: World) -> None:
    reply = await world.reply("p21", "promotions", {"date": "2026-01-01"})

    conduit, clear = reply["items"]
    assert conduit == {
        "erp_id": "CONDUIT",
        "name": "Conduit days",
        "starts": "2025-06-01",
        "ends": "2099-12-31",
        "items": [{"sku": "EMT-05"}, {"sku": "EMT-07"}],
    }
    assert clear == {"erp_id": "CLEAR", "starts": "2025-06-01", "items": [{"sku": "O'NEIL-2"}]}


async def test_rewards_are_those_of_the_customers_own_invoices(world: World) -> None:
    replies = [
        await world.reply("p21", "rewards", {"customer_id": customer, "since": "2025-01-01"})
        for customer in ("12625", "100123")
    ]

    assert [(reply["points"], dumps(reply["money"])) for reply in replies] == [(342, b"11.75"), (7, b"0.10")]


async def test_rewards_of_many_invoices_are_asked_for_in_batches(world: World) -> None:
    for number in range(1, 46):
        invoice = {**world.p21.tables["invoice_hdr"][0], "invoice_no": f"66{number:05}"}
        line = {"invoice_line_uid": 660000 + number, "invoice_no": invoice["invoice_no"], "line_no": 1}
        reward = {**world.p21.tables["p21_view_rewards_program_values"][0], "invoice_line_uid": 660000 + number}
        world.p21.tables["invoice_hdr"].append(invoice)
        world.p21.tables["p21_view_invoice_line"].append(line)
        world.p21.tables["p21_view_rewards_program_values"].append(reward)

    reply = await world.reply("p21", "rewards", {**CUSTOMER, "since": "2025-01-01"})

    assert reply["points"] == 342 + 45 * 40


async def test_open_lines_are_counted_in_the_unit_they_were_ordered_in(world: World) -> None:
    reply = await world.reply("p21", "open_lines", {"customer_id": "100123"})

    assert reply["items"] == [
        {
            "order_id": "1004711",
            "po_number": "PO-700",
            "line_no": 1,
            "sku": "EMT-05",
            "unit": "each",
            "quantity": 60,
            "ordered": 100,
            "back_order": False,
            "promised_on": "2025-02-10",
            "requested_on": "2025-02-01",
        },
        {
            "order_id": "1004711",
            "po_number": "PO-700",
            "line_no": 2,
            "sku": "00123",
            "unit": "thousand",
            "quantity": 2,
            "ordered": 2,
            "back_order": True,
            "requested_on": "2025-02-01",
        },
    ]


async def test_what_is_only_quoted_is_not_open(world: World) -> None:
    quote = {**world.p21.orders[0], "order_no": "1004700", "projected_order": "Y"}
    line = {**world.p21.tables["p21_view_oe_line"][0], "order_no": "1004700", "oe_line_uid": 1}
    world.p21.orders.append(quote)
    world.p21.tables["p21_view_oe_line"].append(line)

    reply = await world.reply("p21", "open_lines", {"customer_id": "100123"})

    assert {item["order_id"] for item in reply["items"]} == {"1004711"}


async def test_what_was_ordered_in_the_shop_is_open_until_it_is_invoiced(world: World) -> None:
    await world.reply("p21", "create_order", order())
    for row in world.p21.tables["p21_view_oe_line"]:
        if row["item_id"] == "1E10":
            row["qty_invoiced"] = row["qty_ordered"]

    reply = await world.reply("p21", "open_lines", CUSTOMER)

    assert [(line["order_no"], line["sku"], line["quantity"]) for line in reply["items"]] == [
        ("W-1001", "O'NEIL-2", 3),
        ("W-1001", "00123", 1),
    ]


@pytest.mark.parametrize(("open_only", "numbers"), [(False, ["5500101", "5500102"]), (True, ["5500101"])])
async def test_invoices_are_the_customers_own(world: World, open_only: bool, numbers: list[str]) -> None:
    reply = await world.reply("p21", "invoices", {**CUSTOMER, "open_only": open_only})

    assert [invoice["invoice_no"] for invoice in reply["items"]] == numbers
    assert reply["items"][0] == {
        "invoice_no": "5500101",
        "issued_on": "2025-01-15",
        "due_on": "2025-02-14",
        "currency": "USD",
        "total": 1082.5,
        "paid": 0,
        "open": 1082.5,
        "paid_in_full": False,
    }


@pytest.mark.parametrize("message", ["taxes", "budget"])
async def test_a_customer_that_p21_does_not_know_is_refused_by_its_number(world: World, message: str) -> None:
    response = await world.ask("p21", message, {"customer_id": "404"})

    assert (response.status_code, response.json()["detail"]) == (502, "P21 has no customer 404")


@pytest.mark.parametrize("message", sorted(QUESTIONS.keys() - {"prices", "order_total", "budget", "taxes"}))
async def test_a_table_that_may_not_be_read_is_told_in_p21s_words(world: World, message: str) -> None:
    refused = Status(403, {"error": {"code": "403", "message": "You are not authorized to access API"}})
    world.p21.faults.add(refused, path="/odataservice", times=None)

    response = await world.ask("p21", message, QUESTIONS[message])

    assert (response.status_code, response.json()["detail"]) == (502, "You are not authorized to access API")


@pytest.mark.parametrize("message", sorted(QUESTIONS))
async def test_every_question_survives_the_end_of_the_session(world: World, message: str) -> None:
    await world.reply("p21", "invoices", {"customer_id": "100123"})
    world.p21.expire_sessions()

    await world.reply("p21", message, QUESTIONS[message])

    assert world.p21.logins == 2


@pytest.mark.parametrize("message", sorted(QUESTIONS.keys() - {"prices", "stock", "promotions", "order_total"}))
async def test_a_quote_in_a_customers_number_asks_for_nobody_else(world: World, message: str) -> None:
    response = await world.ask("p21", message, {"customer_id": "1' or '1' eq '1"})

    assert response.status_code != 200 or response.json().get("items", []) == []
    assert "12625" not in response.text
