"""Payments of invoices that the shop books in Prophet 21."""

from __future__ import annotations

from tests.scenarios.p21_changes import PAYMENT
from tests.scenarios.world import World


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
