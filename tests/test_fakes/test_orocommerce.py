from typing import Any

import pytest

from tests.fakes.orocommerce import OroCommerce

from .calling import client_of, oro_client

API = "/admin/api"


def level(id: str, quantity: str, **meta: Any) -> dict[str, Any]:
    return {"meta": meta, "type": "inventorylevels", "id": id, "attributes": {"quantity": quantity}}


def test_a_token_is_given_for_a_form_too() -> None:
    asked = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "secret"}

    reply = client_of(OroCommerce().app).post("/oauth2-token", data=asked).json()

    assert (reply["token_type"], reply["expires_in"]) == ("Bearer", 3600)


def test_a_wrong_secret_is_an_invalid_client() -> None:
    asked = {"grant_type": "client_credentials", "client_id": "client", "client_secret": "no"}

    reply = client_of(OroCommerce().app).post("/oauth2-token", json=asked)

    assert (reply.status_code, reply.json()["error"]) == (401, "invalid_client")


def test_an_expired_token_is_told_by_401() -> None:
    oro = OroCommerce()
    client = oro_client(oro)

    oro.expire_sessions()

    assert client.get(f"{API}/products").status_code == 401


def test_products_are_found_by_sku_and_levels_by_product() -> None:
    client = oro_client(OroCommerce())

    products = client.get(f"{API}/products?filter[sku]=00123,1E10,NONE&fields[products]=sku").json()
    levels = client.get(f"{API}/inventorylevels?filter[product]=3,4").json()

    assert products == {
        "data": [
            {"type": "products", "id": "3", "attributes": {"sku": "00123"}},
            {"type": "products", "id": "4", "attributes": {"sku": "1E10"}},
        ]
    }
    assert levels["data"][0] == {
        "type": "inventorylevels",
        "id": "5003",
        "attributes": {"quantity": "0"},
        "relationships": {"product": {"data": {"type": "products", "id": "3"}}},
    }


def test_lists_are_paged_counted_and_linked() -> None:
    client = oro_client(OroCommerce())

    reply = client.get(f"{API}/products?page[number]=2&page[size]=200", headers={"X-Include": "totalCount"})
    first = client.get(f"{API}/products").json()

    assert (len(reply.json()["data"]), reply.headers["X-Include-Total-Count"]) == (56, "256")
    assert "links" not in reply.json()
    assert (len(first["data"]), "page%5Bnumber%5D=2" in first["links"]["next"]) == (10, True)


@pytest.mark.parametrize("parameter", ["filter[nothing]", "filter[sku][likes]"])
def test_an_unknown_filter_is_an_error(parameter: str) -> None:
    reply = oro_client(OroCommerce()).get(f"{API}/products", params={parameter: "x"})

    assert reply.status_code == 400
    assert reply.headers["content-type"] == "application/vnd.api+json"
    assert reply.json()["errors"][0]["title"] == "filter constraint"
    assert reply.json()["errors"][0]["source"] == {"parameter": parameter}


def test_a_level_is_patched() -> None:
    oro = OroCommerce()

    reply = oro_client(oro).patch(f"{API}/inventorylevels/5001", json={"data": level("5001", "860")})

    assert (reply.status_code, oro.stock_of("EMT-05")) == (200, "860")


@pytest.mark.parametrize(
    ("id", "quantity", "status"), [("5001", "many", 400), ("1", "1", 404)], ids=["not a number", "not there"]
)
def test_a_bad_level_is_refused(id: str, quantity: str, status: int) -> None:
    reply = oro_client(OroCommerce()).patch(f"{API}/inventorylevels/{id}", json={"data": level(id, quantity)})

    assert (reply.status_code, reply.json()["errors"][0]["status"]) == (status, str(status))


def test_a_level_is_never_created() -> None:
    reply = oro_client(OroCommerce()).post(f"{API}/inventorylevels", json={"data": level("1", "1")})

    assert reply.status_code == 405
    assert reply.json()["errors"][0]["detail"] == 'The "create" action is not allowed.'


def test_a_write_under_another_media_type_is_unsupported() -> None:
    client = oro_client(OroCommerce())

    reply = client.patch(f"{API}/orders/1", json={}, headers={"Content-Type": "application/json"})

    assert reply.status_code == 415


def test_a_batch_is_carried_out_while_it_is_polled() -> None:
    oro = OroCommerce()
    client = oro_client(oro)
    batch = {"data": [level("5001", "7", update=True), level("1", "7", update=True), level("5002", "8")]}

    accepted = client.patch(f"{API}/inventorylevels", json=batch)
    before = oro.stock_of("EMT-05")
    polled = [client.get(f"{API}/asyncoperations/1").json()["data"]["attributes"] for _ in range(2)]
    errors = client.get(f"{API}/asyncoperations/1/errors").json()["data"]

    assert (accepted.status_code, accepted.json()["data"]["attributes"]["status"]) == (202, "new")
    assert (before, oro.stock_of("EMT-05"), oro.stock_of("EMT-07")) == ("0", "7", "0")
    assert [attributes["status"] for attributes in polled] == ["running", "success"]
    assert polled[1]["summary"] == {
        "readCount": 3,
        "writeCount": 1,
        "errorCount": 2,
        "createCount": 0,
        "updateCount": 1,
    }
    assert [(error["attributes"]["status"], error["attributes"]["source"]) for error in errors] == [
        ("404", {"pointer": "/data/1"}),
        ("405", {"pointer": "/data/2"}),
    ]


def test_a_batch_can_be_carried_out_at_once() -> None:
    oro = OroCommerce()
    batch = {"data": [level("5001", "7", update=True)]}

    reply = oro_client(oro).patch(f"{API}/inventorylevels", json=batch, headers={"X-Mode": "sync"})

    assert (reply.status_code, oro.stock_of("EMT-05")) == (200, "7")


def test_an_order_is_shown_with_all_it_includes() -> None:
    oro = OroCommerce()
    placed = oro.place_order("PO-771", "12625", [("EMT-05", "10", "4.125"), ("1E10", "1", "16.065")])

    reply = (
        oro_client(oro).get(f"{API}/orders?filter[poNumber]=PO-771&include=lineItems,customer,shippingAddress").json()
    )

    assert [order["id"] for order in reply["data"]] == [placed.id]
    assert reply["data"][0]["attributes"]["totalValue"] == "57.3150"
    assert [entry["type"] for entry in reply["included"]] == [
        "orderlineitems",
        "orderlineitems",
        "customers",
        "orderaddresses",
    ]
    assert reply["included"][0]["attributes"]["productSku"] == "EMT-05"
    assert reply["included"][3]["relationships"]["region"] == {"data": {"type": "regions", "id": "US-TX"}}


def test_orders_are_found_by_the_time_of_change() -> None:
    oro = OroCommerce()
    oro.place_order("PO-771", "12625", [("EMT-05", "10", "4.125")])
    client = oro_client(oro)

    later, earlier = (
        client.get(f"{API}/orders?filter[updatedAt][gte]={when}").json()["data"]
        for when in ("2100-01-01T00:00:00Z", "2025-01-31T00:00:00Z")
    )

    assert (len(later), len(earlier)) == (0, 1)


def test_an_order_takes_fields_of_the_shops_own_but_no_total() -> None:
    oro = OroCommerce(extended={"orders": ("erpOrderNumber",)})
    oro.place_order("PO-771", "12625", [("EMT-05", "10", "4.125")])
    client = oro_client(oro)

    def change(name: str) -> int:
        document = {"data": {"type": "orders", "id": "1", "attributes": {name: "S2680001"}}}
        return client.patch(f"{API}/orders/1", json=document).status_code

    assert [change("erpOrderNumber"), change("totalValue")] == [200, 400]
    assert oro.store["orders"]["1"].attributes["erpOrderNumber"] == "S2680001"


def test_a_customer_is_upserted_by_its_external_id() -> None:
    oro = OroCommerce()
    client = oro_client(oro)

    def upsert(external_id: str) -> int:
        attributes = {"name": "ACME ELECTRIC INC", "externalId": external_id}
        document = {"data": {"meta": {"upsert": ["externalId"]}, "type": "customers", "attributes": attributes}}
        return client.post(f"{API}/customers", json=document).status_code

    assert [upsert("12625"), upsert("77")] == [200, 201]
    assert [record.attributes["name"] for record in oro.store["customers"].values()] == [
        "ACME ELECTRIC INC",
        "BOLT SUPPLY",
        "ACME ELECTRIC INC",
    ]


def test_a_tracking_is_created_for_an_order() -> None:
    oro = OroCommerce()
    oro.place_order("PO-771", "12625", [("EMT-05", "10", "4.125")])
    document = {
        "data": {
            "type": "ordershippingtrackings",
            "attributes": {"method": "UPS", "number": "1Z999"},
            "relationships": {"orders": {"data": [{"type": "orders", "id": "1"}]}},
        }
    }

    reply = oro_client(oro).post(f"{API}/ordershippingtrackings", json=document)

    assert (reply.status_code, reply.json()["data"]["id"]) == (201, "1")
