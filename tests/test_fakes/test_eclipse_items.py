"""Eclipse in memory: prices, stock, products."""

from tests.fakes.eclipse import Eclipse

from .calling import eclipse_client


def test_prices_are_text_per_hundred_or_numbers_under_another_name() -> None:
    client = eclipse_client(Eclipse())

    reply = client.get("/ProductPricingMassInquiry?CustomerId=12625&ProductId=5&ProductId=77&Quantity=10").json()

    assert reply == {
        "metadata": {"startIndex": 1, "pageSize": 25, "totalItems": 2},
        "results": [
            {
                "productId": 5,
                "productDescription": "1/2 EMT CONDUIT 10FT",
                "customerPN": "ACME-EMT05",
                "branch": "10",
                "pricingUOM": "c",
                "pricingPerQuantity": 100,
                "listPrice": {"value": 560},
                "productUnitPrice": {"value": "412.50000000", "currency": "USD"},
                "quantityBreaks": [{"quantity": 100, "unitPrice": {"value": 398.2}}],
            },
            {
                "productId": 77,
                "productDescription": "3/4 EMT CONDUIT 10FT",
                "customerPN": "ACME-EMT07",
                "branch": "10",
                "pricingUOM": "c",
                "pricingPerQuantity": 100,
                "listPrice": {"value": 840},
                "unitPrice": {"value": 620.5},
            },
        ],
    }


def test_stock_is_told_by_branch() -> None:
    client = eclipse_client(Eclipse())

    reply = client.get("/ProductInventoryMassInquiry?CatalogNumber=1E10").json()

    assert reply["results"] == [
        {
            "productId": 110,
            "productDescription": "RELAY 10A 24VDC",
            "totalWarehouseQty": 19,
            "branchAvailableQuantity": [
                {"warehouse": "10 DALLAS", "warehouseQty": 12},
                {"warehouse": "12 AUSTIN", "warehouseQty": 7},
            ],
        }
    ]


def test_more_than_a_hundred_ids_are_an_error_and_many_more_too_long_a_url() -> None:
    client = eclipse_client(Eclipse())

    def ask(count: int) -> int:
        ids = "&".join(f"ProductId={1001 + number}" for number in range(count))
        return client.get(f"/ProductInventoryPricingMassInquiry?{ids}").status_code

    assert [ask(100), ask(101), ask(119)] == [200, 400, 404]


def test_the_inventory_list_is_paged_from_one() -> None:
    client = eclipse_client(Eclipse())
    seen: list[int] = []

    while rows := client.get(f"/ProductInventoryList?pageSize=100&startIndex={len(seen) + 1}").json()["results"]:
        seen += [row["productId"] for row in rows]

    assert (len(seen), len(set(seen))) == (256, 256)
    assert client.get("/ProductInventoryList?startIndex=0").status_code == 400


def test_products_are_told_by_their_ids() -> None:
    client = eclipse_client(Eclipse())

    reply = client.get("/Products?id=110&id=5&pageSize=100").json()

    assert reply["results"] == [
        {"id": 5, "catalogNumber": "EMT-05", "description": "1/2 EMT\nCONDUIT 10FT"},
        {"id": 110, "catalogNumber": "1E10", "description": "RELAY 10A 24VDC"},
    ]
    assert client.get("/Products?" + "&".join(f"id={1000 + number}" for number in range(101))).status_code == 400
