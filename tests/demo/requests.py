"""What the shop asks for in the demonstration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.demo.systems import Systems


@dataclass(frozen=True)
class Request:
    """One question of the shop.

    Attributes:
        title: what it is, for people.
        expected: the HTTP status that is right.
        key: the shop's own key of the exchange.
    """

    title: str
    integration: str
    message: str
    input: dict[str, Any]
    expected: int = 200
    key: str = ""


def requests(systems: Systems) -> list[Request]:
    """Prices, stock, an order total and an order with each ERP; over REST and over SOAP. And one mistake."""
    return [
        *_of_erp("p21", "Prophet 21", "100123", "100124", systems),
        *_of_erp("eclipse", "Eclipse", "12625", "102235", systems),
        Request("How far that order has come, from Eclipse", "eclipse", "fulfilment", _of_order(systems)),
        Request(
            "Stock levels, into the shop",
            "orocommerce",
            "update_stock",
            {"items": [{"sku": "EMT-05", "quantity": 860}, {"sku": "1E10", "quantity": 12.5}]},
        ),
        *_of_connector("webconnector", "10000"),
        Request("A mistake: a quantity that is text, an item without a sku", "p21", "prices", _MISTAKE, expected=422),
    ]


_MISTAKE = {"customer_id": "100123", "items": [{"sku": "EMT-05", "quantity": "ten"}, {"quantity": 1}]}


def _of_connector(name: str, customer: str) -> list[Request]:
    items = [{"sku": "1000", "quantity": 5}, {"sku": "00123", "quantity": 1, "list_price": 4.5}]
    order = {"order_no": "basket-771", "customer_id": customer, "items": items}
    return [
        Request("Prices of a customer, over SOAP", name, "prices", {"customer_id": customer, "items": items}),
        Request("A customer with its contacts, over SOAP", name, "customer", {"customer_id": customer}),
        Request("An order, over SOAP", name, "create_order", order, key="basket-771"),
    ]


def _of_order(systems: Systems) -> dict[str, Any]:
    return {"customer_id": "12625", "order_no": f"{systems.order_no}-E"}


def _of_erp(name: str, title: str, customer: str, ship_to: str, systems: Systems) -> list[Request]:
    order_no = systems.order_no if name == "p21" else f"{systems.order_no}-E"
    order = {
        "order_no": order_no,
        "customer_id": customer,
        "po_number": "PO-771",
        "ordered_at": "2026-11-21T14:00:00Z",
        "ship_to": {
            "erp_id": ship_to,
            "street": "1 Main St",
            "city": "Dallas",
            "state": "TX",
            "postal_code": "75001",
            "country": "US",
        },
        "items": [
            {"sku": "EMT-05", "quantity": 10, "unit": "each"},
            {"sku": "00123", "quantity": 2, "unit": "hundred"},
        ],
    }
    items = [{"sku": "EMT-05", "quantity": 10, "unit": "each"}, {"sku": "1E10", "quantity": 1}]
    placed = {**order, "shop_id": systems.order_id} if name == "p21" else order
    return [
        Request(f"Prices of a customer, from {title}", name, "prices", {"customer_id": customer, "items": items}),
        Request(f"Stock, from {title}", name, "stock", {"items": [{"sku": "EMT-05"}, {"sku": "3.10"}]}),
        Request(f"What an order comes to, from {title}", name, "order_total", order),
        Request(f"An order, into {title}", name, "create_order", placed, key=order_no),
        Request(f"The same order again, into {title}: found, not doubled", name, "create_order", placed, key=order_no),
    ]
