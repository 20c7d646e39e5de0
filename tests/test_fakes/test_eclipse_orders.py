"""Eclipse in memory: bids and orders, how they change, ship and are found."""

from datetime import UTC, datetime

from tests.fakes.eclipse import Eclipse

from .calling import eclipse_client

NOON = datetime(2025, 8, 25, 12, tzinfo=UTC)
ORDER = {
    "billToCustomer": 12625,
    "shipToCustomer": 102235,
    "orderStatus": "Bid",
    "writer": "WEB",
    "customerPONumber": "PO-771",
    "postalCode": "75001",
    "lines": [{"lineItemProduct": {"productId": 5, "quantity": 10, "um": "EA", "umQuantity": 1}}],
}


def test_a_line_that_ships_later_is_a_part_of_its_own() -> None:
    eclipse = Eclipse()
    client = eclipse_client(eclipse)
    lines = [{"lineItemProduct": {"productId": id, "quantity": 1}} for id in (5, 110)]
    client.post("/SalesOrders", json={**ORDER, "lines": lines})

    eclipse.postpone("S2680001", 2)

    parts = client.get("/SalesOrders/S2680001").json()["generations"]
    assert [(part["generationId"], part["status"], part["salesTotal"]["value"]) for part in parts] == [
        (1, "Bid", "4.47000000"),
        (2, "Bid", "17.40000000"),
    ]


def test_a_bid_is_calculated_with_tax() -> None:
    eclipse = Eclipse(now=lambda: NOON)
    client = eclipse_client(eclipse)

    placed = client.post("/SalesOrders", json=ORDER).json()["results"][0]

    shown = client.get(f"/SalesOrders/{placed['id']}").json()
    assert placed == shown
    assert (shown["id"], list(eclipse.orders)) == ("S2680001", ["S2680001"])
    assert shown["generations"][0]["salesTotal"]["value"] == "44.65000000"
    assert shown["generations"][0]["orderDate"] == "2025-08-25T12:00:00Z"
    assert shown["lines"] == [
        {
            "lineId": 1,
            "productId": 5,
            "orderQty": 10,
            "um": "EA",
            "taxableCode": "Y",
            "productDecription": "1/2 EMT\nCONDUIT 10FT",
            "unitPrice": {"value": "4.12500000", "currency": "USD"},
            "extendedPrice": {"value": "41.25000000", "currency": "USD"},
            "generations": [
                {
                    "generationId": 1,
                    "lineId": 1,
                    "productId": 5,
                    "stockQty": 10,
                    "nonstockQty": 0,
                    "labelPerQuantity": 1,
                }
            ],
        }
    ]


def test_a_postal_code_beginning_with_nine_pays_no_tax() -> None:
    client = eclipse_client(Eclipse())

    placed = client.post("/SalesOrders", json={**ORDER, "postalCode": "94601"}).json()["results"][0]

    assert placed["generations"][0]["salesTotal"]["value"] == "41.25000000"


def test_an_order_for_an_unknown_customer_or_product_is_refused() -> None:
    client = eclipse_client(Eclipse())
    unknown = [{"lineItemProduct": {"productId": 999999, "quantity": 1}}]

    replies = [
        client.post("/SalesOrders", json={**ORDER, **wrong}) for wrong in ({"billToCustomer": 1}, {"lines": unknown})
    ]

    assert [(reply.status_code, reply.json()) for reply in replies] == [
        (400, {"error": "Customer 1 does not exist"}),
        (400, {"error": "Product 999999 does not exist"}),
    ]


def test_a_bid_becomes_an_order_by_its_status() -> None:
    eclipse = Eclipse()
    client = eclipse_client(eclipse)
    client.post("/SalesOrders", json=ORDER)
    wanted = {"generationId": 1, "orderStatus": "ShipWhenAvailable"}

    reply = client.put("/SalesOrders/S2680001/Status", json=wanted)

    assert (reply.status_code, eclipse.orders["S2680001"].status) == (200, "ShipWhenAvailable")
    assert reply.json()["updateKey"] == "2"


def test_orders_are_found_by_buyer_writer_status_and_date() -> None:
    client = eclipse_client(Eclipse(now=lambda: NOON))
    client.post("/SalesOrders", json=ORDER)
    client.post("/SalesOrders", json={**ORDER, "billToCustomer": 100123, "writer": "JO"})

    def found(query: str) -> list[str]:
        return [order["id"] for order in client.get(f"/SalesOrders?onlyIds=true&{query}").json()["results"]]

    both = ["S2680001.0001", "S2680002.0001"]
    assert found("BillTo=12625") == both[:1]
    assert found("Writer=JO&OrderStatus=Bid&OrderStatus=Cancel") == both[1:]
    assert found("OrderDateStart=2025-08-25T00:00:00Z&OrderDateEnd=2025-08-26T00:00:00Z") == both
    assert found("LastModifiedDateAndTimeStampStart=2025-08-26") == []
    assert client.get("/SalesOrders?OrderDateStart=2025-08-26&OrderDateEnd=2025-08-25").status_code == 400


def test_an_order_is_listed_part_by_part() -> None:
    eclipse = Eclipse()
    client = eclipse_client(eclipse)
    client.post("/SalesOrders", json=ORDER)
    eclipse.ship("S2680001", {1: 4})

    rows = client.get("/SalesOrders?BillTo=12625").json()["results"]

    assert [(row["id"], [(part["generationId"], part["status"]) for part in row["generations"]]) for row in rows] == [
        ("S2680001.0001", [(1, "Invoice")]),
        ("S2680001.0002", [(2, "Bid")]),
    ]


def test_the_rest_of_an_order_that_ships_in_part_is_a_generation_of_its_own() -> None:
    eclipse = Eclipse(now=lambda: NOON)
    client = eclipse_client(eclipse)
    client.post("/SalesOrders", json={**ORDER, "orderStatus": "ShipWhenAvailable"})

    eclipse.ship("S2680001", {1: 4})

    shown = client.get("/SalesOrders/S2680001").json()
    assert [
        (part["generationId"], part["status"], part["invoiceNumber"], part["shipDate"], part["salesTotal"]["value"])
        for part in shown["generations"]
    ] == [
        (1, "Invoice", "S2680001.0001", "2025-08-25T12:00:00Z", "17.86000000"),
        (2, "ShipWhenAvailable", "", None, "26.79000000"),
    ]
    assert [(part["generationId"], part["stockQty"]) for part in shown["lines"][0]["generations"]] == [(1, 4), (2, 6)]


def test_an_order_that_has_left_cannot_be_changed() -> None:
    eclipse = Eclipse()
    client = eclipse_client(eclipse)
    client.post("/SalesOrders", json={**ORDER, "orderStatus": "ShipWhenAvailable"})
    eclipse.ship("S2680001", {1: 10})

    replies = [
        client.put("/SalesOrders/S2680001/Status", json={"generationId": "0001", "orderStatus": "Cancel"}),
        client.put("/SalesOrders/S2680001.0001/QtyLineItems", json=[{"lineId": "1", "qty": 1, "um": "EA"}]),
        client.put("/SalesOrders/S2680001.0001/LineItems/Price", json=[{"lineId": "1", "value": 1}]),
    ]

    assert [(reply.status_code, reply.json()["error"]) for reply in replies] == [
        (400, "Generation 1 of order S2680001 is invoiced"),
        (400, "Order S2680001 is no longer open"),
        (400, "Order S2680001 is no longer open"),
    ]


def test_lines_of_a_bid_change_in_quantity_and_price() -> None:
    eclipse = Eclipse()
    client = eclipse_client(eclipse)
    client.post("/SalesOrders", json=ORDER)

    client.put("/SalesOrders/S2680001.0001/QtyLineItems", json=[{"lineId": "1", "qty": 200, "um": "EA"}])
    cheaper = client.get("/SalesOrders/S2680001").json()["lines"][0]
    client.put("/SalesOrders/S2680001.0001/LineItems/Price", json=[{"lineId": "1", "value": 3.5}])
    cheapest = client.get("/SalesOrders/S2680001").json()["lines"][0]

    assert [(line["orderQty"], line["extendedPrice"]["value"]) for line in (cheaper, cheapest)] == [
        (200, "796.40000000"),
        (200, "700.00000000"),
    ]


def test_a_change_of_lines_is_carried_out_whole_or_not_at_all() -> None:
    client = eclipse_client(Eclipse())
    client.post("/SalesOrders", json=ORDER)
    changes = [{"lineId": "1", "qty": 5, "um": "EA"}, {"lineId": "2", "qty": 5, "um": "EA"}]

    reply = client.put("/SalesOrders/S2680001.0001/QtyLineItems", json=changes)

    assert (reply.status_code, reply.json()) == (400, {"error": "Line 2 does not exist on order S2680001"})
    assert client.get("/SalesOrders/S2680001").json()["lines"][0]["orderQty"] == 10
    assert client.put("/SalesOrders/S2680001.0001/QtyLineItems", json={"lineId": "1"}).status_code == 400


def test_notes_are_changed_only_by_who_has_read_them() -> None:
    client = eclipse_client(Eclipse())
    client.post("/SalesOrders", json=ORDER)
    path = "/SalesOrders/S2680001.0001/InternalNotes"
    read = client.get(path).json()

    first = client.put(path, json={**read, "internalNotes": "call Jo"})
    second = client.put(path, json={**read, "internalNotes": "do not call"})

    assert read == {"id": "S2680001", "generationId": "0001", "internalNotes": None, "updateKey": "1"}
    assert (first.status_code, client.get(path).json()["internalNotes"]) == (200, "call Jo")
    assert (second.status_code, second.json()) == (400, {"error": "Order S2680001 was changed by another user"})


def test_the_po_number_is_changed_by_a_parameter() -> None:
    client = eclipse_client(Eclipse())
    client.post("/SalesOrders", json=ORDER)

    reply = client.put("/SalesOrders/S2680001.0001/Header/PONumber?PONumber=W-1%20PO%209")

    assert reply.json()["generations"][0]["poNumber"] == "W-1 PO 9"
    assert client.put("/SalesOrders/S9.0001/Header/PONumber?PONumber=1").status_code == 404
