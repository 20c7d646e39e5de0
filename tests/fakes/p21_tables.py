"""The tables and views of P21's data service, as they stand at the start. Rows are plain dicts, free to change."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from .catalogue import CUSTOMERS, ITEMS, Customer, Item

COMPANY = "ACME"
LOCATIONS = {"10": "DALLAS", "12": "AUSTIN"}
SEEDED = datetime(2025, 2, 1, 8, 0, 0)
FIRST_ORDER = 1004711

Row = dict[str, Any]


def seeded() -> dict[str, list[Row]]:
    return {
        "p21_view_inv_loc": [_stock(item, location) for item in ITEMS for location in LOCATIONS],
        "p21_view_inv_mast": [_item(item) for item in ITEMS],
        "p21_view_customer": [_customer(customer) for customer in CUSTOMERS],
        "p21_view_oe_hdr": [order_header(FIRST_ORDER, {"customer_id": "100123", "po_no": "PO-700"}, SEEDED)],
        "p21_view_oe_line": [
            order_line(FIRST_ORDER, 1, "EMT-05", Decimal(100), Decimal("3.982"), SEEDED) | {"qty_invoiced": 40},
            order_line(FIRST_ORDER, 2, "00123", Decimal(2000), Decimal("0.058"), SEEDED)
            | {"unit_of_measure": "M", "unit_size": 1000, "disposition": "B"},
        ],
        "tax_jurisdiction": [
            {"jurisdiction_id": "TX", "jurisdiction_desc": "TEXAS", "tax_percentage": Decimal("6.25")},
            {"jurisdiction_id": "DALLAS", "jurisdiction_desc": "CITY OF DALLAS", "tax_percentage": Decimal("2.00")},
        ],
        "ship_to_jurisdiction": [
            {"ship_to_id": 102235, "jurisdiction_id": "TX"},
            {"ship_to_id": 102235, "jurisdiction_id": "DALLAS"},
        ],
        "invoice_hdr": [
            _invoice("5500101", "12625", Decimal("1082.50"), Decimal("0.00")),
            _invoice("5500102", "12625", Decimal("240.00"), Decimal("240.00")),
            _invoice("5500103", "100123", Decimal("77.70"), Decimal("20.00")),
        ],
    }


def order_header(order_no: int, edits: dict[str, str], now: datetime) -> Row:
    """A row of p21_view_oe_hdr for an order imported with these header edits."""
    ship_to = {f"ship2_{part}": edits.get(f"oe_hdr_ship2_{part}", "") for part in _ADDRESS}
    return {
        "order_no": str(order_no),
        "customer_id": int(edits["customer_id"]),
        "ship_to_id": int(edits["ship_to_id"]) if edits.get("ship_to_id") else None,
        "po_no": edits.get("po_no", ""),
        "order_date": _moment(edits.get("order_date"), now),
        "requested_date": _moment(edits.get("requested_date"), now),
        **ship_to,
        "completed": "N",
        "approved": edits.get("approved", "Y"),
        "cancel_flag": "N",
        "delete_flag": "N",
        "location_id": int(edits.get("sales_loc_id") or 10),
        "contact_id": edits.get("contact_id", ""),
        "taker": edits.get("taker", ""),
        "delivery_instructions": edits.get("delivery_instructions", ""),
        "freight_out": Decimal("0.00"),
        "carrier_id": edits.get("oe_hdr_carrier_id", ""),
        "web_reference_no": edits.get("web_reference_no", ""),
        "date_last_modified": now,
    }


def order_line(order_no: int, line_no: int, sku: str, pieces: Decimal, piece_price: Decimal, now: datetime) -> Row:
    """A row of p21_view_oe_line. Quantities count pieces; `unit_size` turns them into sales units."""
    return {
        "order_no": str(order_no),
        "line_no": line_no,
        "item_id": sku,
        "qty_ordered": pieces,
        "qty_allocated": 0,
        "qty_on_pick_tickets": 0,
        "qty_invoiced": 0,
        "qty_canceled": 0,
        "unit_price": piece_price,
        "extended_price": (pieces * piece_price).quantize(Decimal("0.01")),
        "unit_of_measure": "EA",
        "unit_size": 1,
        "pricing_unit": "EA",
        "pricing_unit_size": 1,
        "disposition": "",
        "required_date": now,
        "complete": "N",
        "cancel_flag": "N",
        "customer_part_number": "",
        "date_last_modified": now,
    }


_ADDRESS = ("name", "add1", "add2", "city", "state", "zip", "country")


def _stock(item: Item, location: str) -> Row:
    return {
        "location_id": int(location),
        "item_id": item.sku,
        "inv_mast_uid": item.product_id,
        "qty_on_hand": Decimal(item.stock[location]),
        "qty_allocated": Decimal(item.allocated if location == "10" else 0),
        "qty_backordered": Decimal(0),
        "order_quantity": Decimal(0),
        "sellable": "Y",
        "delete_flag": "N",
        "date_last_modified": SEEDED,
    }


def _item(item: Item) -> Row:
    return {
        "inv_mast_uid": item.product_id,
        "item_id": item.sku,
        "item_desc": item.description,
        "price1": item.list_price,
        "delete_flag": "N",
        "date_last_modified": SEEDED,
    }


def _customer(customer: Customer) -> Row:
    used = customer.credit_limit / 10
    return {
        "customer_id": int(customer.id),
        "company_id": COMPANY,
        "customer_name": customer.name,
        "credit_status": "GOOD",
        "credit_limit": customer.credit_limit,
        "credit_limit_per_order": Decimal("5000.00"),
        "credit_limit_used": used,
        "credit_limit_available": customer.credit_limit - used,
        "delete_flag": "N",
        "date_last_modified": SEEDED,
    }


def _invoice(number: str, customer_id: str, total: Decimal, paid: Decimal) -> Row:
    return {
        "invoice_no": number,
        "customer_id": customer_id,
        "company_no": COMPANY,
        "invoice_date": datetime(2025, 1, 15),
        "net_due_date": datetime(2025, 2, 14),
        "terms_id": "N30",
        "total_amount": total,
        "amount_paid": paid,
        "paid_in_full_flag": "Y" if paid == total else "N",
        "invoice_type": "IN",
        "date_last_modified": SEEDED,
    }


def _moment(text: str | None, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=None) if text else otherwise
