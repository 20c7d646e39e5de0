"""Eclipse in memory: customers and their part numbers."""

from tests.fakes.eclipse import Eclipse

from .calling import eclipse_client


def test_customer_part_numbers_are_read_added_and_deleted() -> None:
    client = eclipse_client(Eclipse())
    added = client.post("/CustomerPartNumbers", json={"customerId": 100123, "partNumber": "B-1", "productId": 5}).json()

    listed = client.get("/CustomerPartNumbers?customerId=100123&pageSize=100&startIndex=1").json()["results"]

    assert [row["id"] for row in listed] == ["100123~B-00123~123", "100123~B-1~5"]
    assert client.delete(f"/CustomerPartNumbers/{added['id']}").status_code == 204


def test_a_customer_part_number_gets_a_new_id_when_it_changes_and_is_added_once() -> None:
    client = eclipse_client(Eclipse())
    old = {"customerId": 12625, "partNumber": "ACME-EMT05", "productId": 5}

    again = client.post("/CustomerPartNumbers", json=old)
    changed = client.put("/CustomerPartNumbers/12625~ACME-EMT05~5", json={**old, "partNumber": "NEW 1/2", "minQty": 7})

    assert (again.status_code, again.json()) == (400, {"error": "Customer part number already exists"})
    assert changed.json() == {
        **{"id": "12625~NEW 1/2~5", "customerId": 12625, "partNumber": "NEW 1/2", "productId": 5},
        **{"location": "SHELF", "minQty": 7, "maxQty": 200},
    }
    assert client.put("/CustomerPartNumbers/12625~ACME-EMT05~5", json=old).status_code == 404


def test_customers_and_their_ship_tos_are_listed_together() -> None:
    client = eclipse_client(Eclipse())

    listed = client.get("/Customers?pageSize=100&startIndex=1").json()["results"]

    assert [(row["id"], row["isBillTo"], row.get("billToId")) for row in listed] == [
        ("12625", True, None),
        ("102235", False, "12625"),
        ("100123", True, None),
        ("100124", False, "100123"),
    ]
    assert [row["id"] for row in client.get("/Customers?id=100123&id=102235").json()["results"]] == ["102235", "100123"]


def test_a_customer_is_replaced_as_a_whole() -> None:
    eclipse = Eclipse()
    client = eclipse_client(eclipse)
    before = client.get("/Customers/12625").json()

    client.put("/Customers/12625", json={**before, "city": "Austin"})
    merged = dict(eclipse.customers["12625"])
    client.put("/Customers/12625", json={"id": "12625", "name": "ACME"})

    assert merged == {**before, "city": "Austin"}
    assert eclipse.customers["12625"] == {"id": "12625", "name": "ACME"}


def test_a_customer_that_is_not_there_or_would_lose_its_name_is_refused() -> None:
    client = eclipse_client(Eclipse())

    replies = [
        client.get("/Customers/404"),
        client.put("/Customers/404", json={"id": "404", "name": "A"}),
        client.put("/Customers/12625", json={"id": "12625"}),
        client.put("/Customers/12625", json={"id": "100123", "name": "A"}),
    ]

    assert [(reply.status_code, reply.json()["error"]) for reply in replies] == [
        (404, "Customer 404 does not exist"),
        (404, "Customer 404 does not exist"),
        (400, "name is required"),
        (400, "The id must match that of the path"),
    ]
