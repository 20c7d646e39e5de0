from datetime import datetime
from typing import Any

import pytest

from tests.fakes.p21 import P21

from .calling import p21_client

Values = dict[str, str]

CONTRACT = {"company_id": "ACME", "contract_no": "WEB-17", "customer_id": "12625", "end_date": "2026-08-25"}
LINE = {"item_id": "EMT-05", "uom": "EA", "pricing_method": "Pricing Libraries"}
SHIP_TO = {
    "company_id": "ACME",
    "address_id": "900005",
    "customer_id": "12625",
    "address_name": "Warehouse 2",
    "default_branch": "10",
    "phys_city": "Austin",
}
PAYMENT = {
    "customer_id": "12625",
    "invoice_no": "5500101",
    "payment_amount": "82.50",
    "payment_date": "2025-08-25",
    "payment_desc": "ch_1",
}


def p21() -> P21:
    return P21(now=lambda: datetime(2025, 8, 25, 9))


def form(name: str, values: Values, *keys: str) -> dict[str, Any]:
    return element(name, "Form", keys, values)


def rows(name: str, keys: tuple[str, ...], *values: Values) -> dict[str, Any]:
    return element(name, "List", keys, *values)


def element(name: str, kind: str, keys: tuple[str, ...], *values: Values) -> dict[str, Any]:
    edits = [[{"Name": key, "Value": value} for key, value in row.items()] for row in values]
    return {"Name": name, "Type": kind, "Keys": list(keys), "Rows": [{"Edits": row} for row in edits]}


def sent(erp: P21, service: str, *elements: dict[str, Any]) -> dict[str, Any]:
    body = {"Name": service, "UseCodeValues": False, "Transactions": [{"Status": "New", "DataElements": elements}]}
    reply = p21_client(erp).post("/uiserver0/api/v2/transaction", json=body)
    assert reply.status_code == 200
    return dict(reply.json())


def contract(erp: P21, header: Values, *lines: Values) -> dict[str, Any]:
    elements = (form("FORM.d_dw_job_price_hdr", header), rows("JOBPRICELINE.jobpriceline", ("item_id",), *lines))
    return sent(erp, "JobContractPricing", *elements)


def given(reply: dict[str, Any]) -> Values:
    """The numbers P21 gave."""
    edits = reply["Results"]["Transactions"][0]["DataElements"][0]["Rows"][0]["Edits"]
    return {edit["Name"]: edit["Value"] for edit in edits}


def order(erp: P21, keys: tuple[str, ...], *lines: Values) -> dict[str, Any]:
    header = {"customer_id": "100123", "ship_to_id": "100124"}
    return sent(erp, "Order", form("TABPAGE_1.order", header), rows("TP_ITEMS.items", keys, *lines))


FIVE, TEN = ({"oe_order_item_id": "EMT-05", "unit_quantity": quantity} for quantity in ("5", "10"))


@pytest.mark.parametrize(
    ("keys", "lines", "quantities"),
    [
        ((), (FIVE, TEN), [10]),
        (("unit_quantity",), (FIVE, TEN), [5, 10]),
        (("user_line_no",), (FIVE | {"user_line_no": "001"}, TEN | {"user_line_no": "002"}), [5, 10]),
    ],
)
def test_rows_that_agree_on_every_key_are_one_row(
    keys: tuple[str, ...], lines: tuple[Values, ...], quantities: list[int]
) -> None:
    erp = p21()

    reply = order(erp, keys, *lines)

    placed = [row for row in erp.tables["p21_view_oe_line"] if row["order_no"] == "1004712"]
    assert reply["Summary"]["Succeeded"] == 1
    assert [row["qty_ordered"] for row in placed] == quantities


def test_a_key_that_is_not_sent_is_a_riddle() -> None:
    reply = order(p21(), ("user_line_no",), FIVE)

    assert reply["Messages"] == ["Transaction 1:: General Exception: Sequence contains no matching element"]


def test_a_contract_is_made_and_then_changed() -> None:
    erp = p21()

    made = contract(erp, CONTRACT, LINE)
    changed = contract(erp, {**CONTRACT, "job_no": "31"}, LINE | {"uom": "C"}, LINE | {"item_id": "1E10"})

    assert [given(reply)["job_no"] for reply in (made, changed)] == ["31", "31"]
    assert len(erp.tables["job_price_hdr"]) == 1
    assert [(line["item_id"], line["uom"]) for line in erp.tables["job_price_line"]] == [
        ("EMT-05", "C"),
        ("1E10", "EA"),
    ]


def test_a_price_that_is_typed_before_its_method_is_cleared() -> None:
    erp = p21()

    contract(erp, CONTRACT, {"item_id": "EMT-05", "uom": "EA", "price": "3.00", "pricing_method": "Price"})

    assert erp.tables["job_price_line"][0]["price"] == "0"


def test_an_address_becomes_a_ship_to_once() -> None:
    erp = p21()
    place = {"Name": "W", "CorpAddressId": 12625}
    erp.entities.created("addresses", place)

    for _ in range(2):
        reply = sent(erp, "ShipTo", form("TABPAGE_1.shiptomain", SHIP_TO, "company_id", "address_id"))

    assert given(reply)["address_id"] == "900005"
    assert [row["customer_id"] for row in erp.tables["ship_to"] if row["ship_to_id"] == 900005] == [12625]
    assert [erp.entities.addresses["900005"][name] for name in ("Name", "PhysCity")] == ["Warehouse 2", "Austin"]


def test_a_payment_is_booked_until_the_invoice_is_paid() -> None:
    erp = p21()
    service = "CashReceipts"

    part = sent(erp, service, form("TABPAGE_1.payment", PAYMENT))
    rest = sent(erp, service, form("TABPAGE_1.payment", {**PAYMENT, "payment_amount": "1000"}))
    more = sent(erp, service, form("TABPAGE_1.payment", PAYMENT))

    assert [given(reply)["payment_number"] for reply in (part, rest)] == ["88001", "88002"]
    assert more["Messages"] == ["Transaction 1:: Payment amount exceeds the balance of invoice 5500101"]
    assert erp.tables["invoice_hdr"][0]["paid_in_full_flag"] == "Y"


@pytest.mark.parametrize(
    ("header", "line", "words"),
    [
        ({"end_date": ""}, {}, "Required value missing for End Date"),
        ({"end_date": "2025-08-24"}, {}, "End date must be greater than or equal to today"),
        ({"customer_id": "1"}, {}, "Customer ID 1 is not valid"),
        ({}, {"uom": ""}, "Required value missing for UOM"),
        ({}, {"uom": "PALLET"}, "Unit of measure PALLET is not valid for item EMT-05"),
        ({}, {"item_id": "X"}, "Item ID X is not valid"),
        ({}, {"pricing_method": "Cheap"}, "Invalid value for pricing_method: Cheap"),
    ],
)
def test_a_contract_that_is_not_right_leaves_nothing_behind(header: Values, line: Values, words: str) -> None:
    erp = p21()

    reply = contract(erp, CONTRACT | header, LINE | line)

    assert (reply["Summary"]["Failed"], reply["Messages"]) == (1, [f"Transaction 1:: {words}"])
    assert erp.tables["job_price_hdr"] == erp.tables["job_price_line"] == []


def test_the_corporate_address_of_a_contract_is_set_once() -> None:
    erp = p21()
    header = {**CONTRACT, "corp_address_id": "12625"}

    replies = [contract(erp, header, LINE) for _ in range(2)]

    assert [reply["Summary"]["Failed"] for reply in replies] == [0, 1]
    assert replies[1]["Messages"] == ["Transaction 1:: Column is disabled: corp_address_id"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"address_id": "1"}, "Ship To ID 1 is not valid"),
        ({"address_id": "100124"}, "Ship To ID 100124 belongs to another customer"),
        ({"address_id": "100123"}, "Ship To ID 100123 belongs to another customer"),
        ({"address_name": ""}, "Required value missing for Ship To Name"),
        ({"default_branch": ""}, "'Default Branch' is a required column."),
    ],
)
def test_an_address_that_cannot_be_a_ship_to_is_refused(change: Values, words: str) -> None:
    erp = p21()
    erp.entities.created("addresses", {"Name": "W"})

    reply = sent(erp, "ShipTo", form("TABPAGE_1.shiptomain", SHIP_TO | change))

    assert reply["Messages"] == [f"Transaction 1:: {words}"]


def test_a_late_window_fails_what_was_saved() -> None:
    erp = p21()
    erp.late_windows = 1

    reply = order(erp, (), FIVE)

    assert reply["Summary"] == {"Succeeded": 0, "Failed": 1, "Other": 0}
    assert len(erp.orders) == 2


@pytest.mark.parametrize(
    ("change", "status"),
    [({"Name": "Nothing"}, 404), ({"UseCodeValues": True}, 500), ({"Transactions": [{"Status": "Existing"}]}, 500)],
)
def test_an_envelope_that_is_wrong_is_no_transaction(change: dict[str, Any], status: int) -> None:
    body = {"Name": "Order", "UseCodeValues": False, "Transactions": [], **change}

    assert p21_client(p21()).post("/uiserver0/api/v2/transaction", json=body).status_code == status
