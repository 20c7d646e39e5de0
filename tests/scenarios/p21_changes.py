"""What the shop changes in Prophet 21, and what P21 has of it."""

from __future__ import annotations

from typing import Any

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
