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
        "oe_line_promise_date": [
            {"oe_line_uid": _line_uid(FIRST_ORDER, 1), "promise_date": datetime(2025, 2, 10)},
        ],
        "p21_view_oe_line": [
            order_line(FIRST_ORDER, 1, "EMT-05", Decimal(100), Decimal("3.982"), SEEDED) | {"qty_invoiced": 40},
            order_line(FIRST_ORDER, 2, "00123", Decimal(2000), Decimal("0.058"), SEEDED)
            | {"unit_of_measure": "M", "unit_size": 1000, "disposition": "B"},
        ],
        "tax_jurisdiction": [
            _jurisdiction("TX", "TEXAS", "6.25"),
            _jurisdiction("DALLAS", "CITY OF DALLAS", "2.00"),
            _jurisdiction("CA", "CALIFORNIA", "7.25"),
        ],
        "ship_to_jurisdiction": [
            {"ship_to_id": 102235, "jurisdiction_id": "TX"},
            {"ship_to_id": 102235, "jurisdiction_id": "DALLAS"},
            {"ship_to_id": 100124, "jurisdiction_id": "CA"},
        ],
        "ship_to": [
            ship_to_row(int(number), int(customer.id))
            for customer in CUSTOMERS
            for number in (customer.id, customer.ship_to)
        ],
        "invoice_hdr": [
            _invoice("5500101", "12625", Decimal("1082.50"), Decimal("0.00")),
            _invoice("5500102", "12625", Decimal("240.00"), Decimal("240.00")),
            _invoice("5500103", "100123", Decimal("77.70"), Decimal("20.00")),
        ],
        **_charges(),
        **_promotions(),
        **_rewards(),
        "ar_payment_details": [],
        "job_price_hdr": [],
        "job_price_line": [],
    }


def ship_to_row(number: int, customer: int, branch: str = "10") -> Row:
    """A row of ship_to: an address to which a customer's orders may go."""
    own = {"ship_to_id": number, "customer_id": customer, "company_id": COMPANY}
    return {**own, "default_branch": branch, "delete_flag": "N"}


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
        "projected_order": "N",
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
        "oe_line_uid": _line_uid(order_no, line_no),
        "order_no": str(order_no),
        "line_no": line_no,
        "user_line_no": f"{line_no:03}",
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


def _line_uid(order_no: int, line_no: int) -> int:
    return order_no * 100 + line_no


def _jurisdiction(code: str, name: str, percentage: str) -> Row:
    rate = {"tax_percentage": Decimal(percentage), "delete_flag": "N"}
    return {"jurisdiction_id": code, "jurisdiction_desc": name, **rate}


def _charges() -> dict[str, list[Row]]:
    """Freight and surcharges agreed with the first customer; the fuel surcharge is a percentage. Columns are guessed."""
    own = {"customer_id": 12625, "company_id": COMPANY}
    return {
        "customer_freight_charge": [
            {
                **own,
                "freight_charge_id": "LTL",
                "freight_charge_desc": "TRUCK FREIGHT",
                "freight_charge": Decimal("35.00"),
            }
        ],
        "customer_order_surcharge": [{**own, "order_surcharge_uid": number} for number in (3, 4, 5)],
        "order_surcharge": [
            _surcharge(3, "SMALL ORDER", Decimal("7.50"), None),
            _surcharge(4, "FUEL", None, Decimal("1.5")),
            _surcharge(5, "OLD", Decimal("1.00"), None) | {"row_status_flag": 705},
        ],
    }


def _surcharge(number: int, name: str, amount: Decimal | None, percentage: Decimal | None) -> Row:
    rates = {"surcharge_amount": amount, "surcharge_percentage": percentage}
    return {"order_surcharge_uid": number, "order_surcharge_desc": name, **rates, "row_status_flag": 704}


def _promotions() -> dict[str, list[Row]]:
    """One that has ended, one that ends, one that does not. Columns are guessed."""
    return {
        "promotional_group_hdr": [
            _promotion(1, "SPRING25", "Spring sale", datetime(2025, 3, 1), datetime(2025, 3, 31)),
            _promotion(2, "CONDUIT", "Conduit days", datetime(2025, 6, 1), datetime(2099, 12, 31)),
            _promotion(3, "CLEAR", "", datetime(2025, 6, 1), None),
        ],
        "promotional_group_det": [
            {"promotional_group_uid": group, "item_id": sku, "row_status_flag": 704}
            for group, sku in ((1, "1E10"), (2, "EMT-05"), (2, "EMT-07"), (3, "O'NEIL-2"))
        ],
    }


def _promotion(number: int, code: str, name: str, start: datetime, end: datetime | None) -> Row:
    group = {"promotional_group_uid": number, "promotional_group_id": code, "promotional_group_desc": name}
    return {**group, "effective_date": start, "expiration_date": end, "row_status_flag": 704}


def _rewards() -> dict[str, list[Row]]:
    """Two lines of each invoice; what they earned is tens and ones, so that sums can be told apart."""
    lines = [
        {"invoice_line_uid": int(number) * 10 + line, "invoice_no": number, "line_no": line}
        for number in ("5500101", "5500102", "5500103")
        for line in (1, 2)
    ]
    earned = [
        _reward(55001011, 40, "1.25"),
        _reward(55001012, 2, "0.00"),
        _reward(55001021, 300, "10.50"),
        _reward(55001021, 999, "99.00") | {"row_status_flag": 705},
        _reward(55001031, 7, "0.10"),
    ]
    members = [
        {"customer_id": int(customer.id), "company_id": COMPANY, "row_status_flag": 704} for customer in CUSTOMERS
    ]
    return {
        "p21_view_invoice_line": lines,
        "p21_view_rewards_program_values": earned,
        "customer_x_rewards_program": members,
    }


def _reward(line: int, points: int, dollars: str) -> Row:
    worth = {"accumulated_incentive_points": Decimal(points), "accumulated_coop_dollars": Decimal(dollars)}
    return {"invoice_line_uid": line, **worth, "row_status_flag": 704}


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
