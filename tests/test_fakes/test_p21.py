import json
from datetime import datetime
from typing import Any

import pytest

from tests.fakes.p21 import P21

from .calling import client_of, p21_client

SERVICE = "/odataservice/odata"
PRICES = "/api/inventory/parts/prices?companyId=ACME&customerId=100123&salesLocId=10"


def order(header: dict[str, str], *items: dict[str, str]) -> dict[str, Any]:
    def edits(values: dict[str, str]) -> dict[str, Any]:
        return {"Edits": [{"Name": name, "Value": value} for name, value in values.items()], "RelativeDateEdits": []}

    elements = [
        {"Name": "TABPAGE_1.order", "Type": "Form", "Keys": [], "Rows": [edits(header)]},
        {"Name": "TP_ITEMS.items", "Type": "List", "Keys": [], "Rows": [edits(item) for item in items]},
    ]
    return {"Name": "Order", "UseCodeValues": False, "Transactions": [{"Status": "New", "DataElements": elements}]}


HEADER = {
    "customer_id": "100123",
    "ship_to_id": "100124",
    "po_no": "PO-771",
    "requested_date": "2025-08-26",
    "web_reference_no": "ORO-1",
}
ITEM = {"oe_order_item_id": "EMT-05", "unit_quantity": "10", "unit_of_measure": "EA"}


def test_a_wrong_password_is_an_invalid_grant() -> None:
    reply = client_of(P21().app).post("/api/security/token/v2", json={"username": "api", "password": "no"})

    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_grant")


def test_a_client_secret_is_as_good_as_a_password() -> None:
    asked = {"ClientSecret": "client-secret", "GrantType": "client_credentials"}

    reply = client_of(P21().app).post("/api/security/token/v2", json=asked).json()

    assert (reply["TokenType"], reply["ExpiresInSeconds"]) == ("Bearer", 86400)


def test_some_servers_answer_the_token_as_xml() -> None:
    client = client_of(P21(token_format="xml").app)

    reply = client.post("/api/security/token/v2", json={"username": "api", "password": "secret"})

    assert reply.headers["content-type"] == "application/xml"
    assert "<TokenResponse><AccessToken>" in reply.text


def test_an_expired_token_is_told_by_401() -> None:
    p21 = P21()
    client = p21_client(p21)

    p21.expire_sessions()

    assert (client.get("/api/entity/customers/ping").status_code, p21.logins) == (401, 1)


def test_json_is_only_for_those_who_accept_it() -> None:
    client = p21_client(P21())

    as_json = client.get("/api/entity/customers/ping").json()
    as_xml = client.get("/api/entity/customers/ping", headers={"Accept": "*/*"}).text

    assert as_json == {"ResponseMessage": "success"}
    assert as_xml.endswith("<PingResponse><ResponseMessage>success</ResponseMessage></PingResponse>")


def test_the_router_names_the_ui_server_on_its_own_address() -> None:
    assert p21_client(P21()).get("/api/ui/router/v1/?urlType=external").json() == {"Url": "http://testserver/uiserver0"}


def test_prices_are_numbers_with_the_digits_the_server_prints() -> None:
    client = p21_client(P21())
    asked = [{"ItemId": "EMT-05", "SourceLocId": 10, "UnitQuantity": 10, "UOM": unit} for unit in ("EA", "C")]
    asked[1]["UnitQuantity"] = 0

    reply = client.post(PRICES, json=asked)

    assert '"UnitPrice":412.50000000,' in reply.text
    assert json.loads(reply.text)[0] == {
        "ItemId": "EMT-05",
        "UnitPrice": 4.125,
        "BaseUnitPrice": 5.6,
        "UOM": "EA",
        "UOMUnitSize": 1,
        "PriceUOM": "C",
        "PricePageUid": 991,
        "ExtendedPrice": 41.25,
        "LocationId": 10,
        "QuantityAvailable": 860,
        "QuantityOnHand": 900,
        "QuantityAllocated": 40,
    }
    assert json.loads(reply.text)[1]["UOMUnitSize"] == 100


def test_missing_parameters_are_told_one_at_a_time() -> None:
    client = p21_client(P21())

    def complaint(query: str) -> str:
        return str(client.post(f"/api/inventory/parts/prices?{query}", json=[]).json()["ErrorMessage"])

    assert [complaint(""), complaint("companyId=ACME")] == [
        "Please provide a value for required parameter companyId.",
        "Please provide a value for required parameter customerId.",
    ]


def test_a_customer_is_read_by_company_and_number() -> None:
    client = p21_client(P21())

    known, unknown = (client.get(f"/api/entity/customers/{key}") for key in ("ACME_12625", "ACME_1"))

    assert (known.json()["CustomerName"], known.json()["CreditLimitAvailable"]) == ("ACME ELECTRIC", 45000)
    assert (unknown.status_code, unknown.json()["ErrorMessage"]) == (
        404,
        'Your query did not yield any results. No resources found for query string "GetById ACME_1".',
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("item_id eq '1E10'", ["1E10", "1E10"]),
        ("item_id eq 'O''NEIL-2' and location_id eq 10", ["O'NEIL-2"]),
        ("(inv_mast_uid eq 5 or inv_mast_uid eq 77) and location_id ne 12", ["EMT-05", "EMT-07"]),
        ("inv_mast_uid lt 78 and qty_on_hand ge 500", ["EMT-05", "EMT-07"]),
        ("not (location_id gt 10) and inv_mast_uid le 5", ["EMT-05"]),
        ("date_last_modified gt 2025-02-01T08:00:00", []),
        ("date_last_modified ge 2025-02-01T08:00:00 and item_id eq '3.10' and location_id eq 10", ["3.10"]),
    ],
)
def test_rows_are_filtered(condition: str, expected: list[str]) -> None:
    query = {"$filter": condition, "$select": "item_id", "$orderby": "inv_mast_uid,location_id"}

    reply = p21_client(P21()).get(f"{SERVICE}/view/p21_view_inv_loc", params=query).json()

    assert [row["item_id"] for row in reply["value"]] == expected


def test_rows_are_selected_ordered_paged_and_counted() -> None:
    query = {
        "$select": "order_no,line_no,qty_ordered",
        "$orderby": "line_no desc",
        "$top": "1",
        "$skip": "1",
        "$count": "true",
    }

    reply = p21_client(P21()).get(f"{SERVICE}/view/p21_view_oe_line", params=query).json()

    assert reply == {
        "@odata.context": f"http://testserver{SERVICE}/view/$metadata#p21_view_oe_line",
        "@odata.count": 2,
        "value": [{"order_no": "1004711", "line_no": 1, "qty_ordered": 100}],
    }


@pytest.mark.parametrize(
    "condition",
    [
        " or ".join(f"item_id eq 'X{number}'" for number in range(22)),
        "no_such_column eq 1",
        "item_id eq 5",
        "'EMT-05' eq item_id",
        "item_id eq",
        "(item_id eq 'x'",
        "date_last_modified gt now()",
    ],
)
def test_a_bad_filter_is_an_error(condition: str) -> None:
    reply = p21_client(P21()).get(f"{SERVICE}/view/p21_view_inv_loc", params={"$filter": condition})

    assert (reply.status_code, list(reply.json()["error"])) == (400, ["code", "message"])


def test_a_new_count_shows_as_a_change() -> None:
    p21 = P21(now=lambda: datetime(2025, 8, 25, 9))
    p21.set_stock("1E10", 10, 99)
    query = {"$filter": "date_last_modified gt 2025-08-01T00:00:00", "$select": "item_id,location_id,qty_on_hand"}

    reply = p21_client(p21).get(f"{SERVICE}/view/p21_view_inv_loc", params=query).json()

    assert reply["value"] == [{"item_id": "1E10", "location_id": 10, "qty_on_hand": 99}]


def test_a_customer_is_updated() -> None:
    p21 = P21()

    reply = p21_client(p21).put("/api/entity/customers/ACME_12625", json={"LegacyId": "42"})

    assert (reply.status_code, p21.customers["ACME_12625"]["LegacyId"]) == (200, "42")


def test_tax_is_found_by_ship_to() -> None:
    client = p21_client(P21())

    rows = client.get(f"{SERVICE}/table/ship_to_jurisdiction", params={"$filter": "ship_to_id eq 102235"}).json()[
        "value"
    ]
    ids = " or ".join(f"jurisdiction_id eq '{row['jurisdiction_id']}'" for row in rows)
    taxes = client.get(f"{SERVICE}/table/tax_jurisdiction", params={"$filter": ids}).json()["value"]

    assert sum(row["tax_percentage"] for row in taxes) == 8.25


def test_an_order_is_stored_with_its_lines() -> None:
    p21 = P21(now=lambda: datetime(2025, 8, 25, 9))
    hundred = {"oe_order_item_id": "EMT-07", "unit_quantity": "2", "unit_of_measure": "C"}

    reply = p21_client(p21).post("/uiserver0/api/v2/transaction", json=order(HEADER, ITEM, hundred)).json()

    assert reply["Summary"] == {"Succeeded": 1, "Failed": 0, "Other": 0}
    assert reply["Messages"] == ["Transaction 1:: Order was saved"]
    passed = reply["Results"]["Transactions"][0]
    assert (passed["Status"], passed["DataElements"][0]["Rows"][0]["Edits"][0]) == (
        "Passed",
        {"Name": "order_no", "Value": "1004712"},
    )
    assert (p21.orders[-1]["po_no"], p21.orders[-1]["web_reference_no"]) == ("PO-771", "ORO-1")
    lines = [row for row in p21.tables["p21_view_oe_line"] if row["order_no"] == "1004712"]
    assert [(row["item_id"], row["qty_ordered"], str(row["extended_price"])) for row in lines] == [
        ("EMT-05", 10, "41.25"),
        ("EMT-07", 200, "1190.00"),
    ]


@pytest.mark.parametrize(
    ("header", "item", "message"),
    [
        ({**HEADER, "customer_id": "1"}, ITEM, "Transaction 1:: Customer ID 1 is not valid"),
        (HEADER, {**ITEM, "oe_order_item_id": "X"}, "Transaction 1:: Item ID X is not valid"),
        ({**HEADER, "ship_to_id": ""}, ITEM, "Transaction 1:: This column is required."),
        ({**HEADER, "ship_to_id": "102235"}, ITEM, "Transaction 1:: Ship To ID 102235 is not valid"),
        ({**HEADER, "company_id": "ACME"}, ITEM, "Transaction 1:: Column is disabled: company_id"),
    ],
)
def test_a_failed_order_still_answers_200(header: dict[str, str], item: dict[str, str], message: str) -> None:
    p21 = P21(now=lambda: datetime(2025, 8, 25, 9))

    reply = p21_client(p21).post("/uiserver0/api/v2/transaction", json=order(header, item))

    assert (reply.status_code, reply.json()["Messages"]) == (200, [message])
    assert reply.json()["Summary"] == {"Succeeded": 0, "Failed": 1, "Other": 0}
    assert len(p21.orders) == 1


def test_a_response_window_fails_one_order() -> None:
    p21 = P21(now=lambda: datetime(2025, 8, 25, 9))
    p21.response_windows = 1
    client = p21_client(p21)

    replies = [client.post("/uiserver0/api/v2/transaction", json=order(HEADER, ITEM)).json() for _ in range(2)]

    assert replies[0]["Messages"] == ["Transaction 1:: Unexpected response window: w_credit_check_response"]
    assert [reply["Summary"]["Failed"] for reply in replies] == [1, 0]
