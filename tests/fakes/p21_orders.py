"""P21's service "Order": a set of edits becomes an order, or a reason why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from .catalogue import BY_SKU, CUSTOMERS, Item
from .p21_tables import Row, order_header, order_line
from .p21_transactions import Edits, NotImported, form, rows

UNIT_SIZES = {"EA": 1, "C": 100, "M": 1000}

Price = Callable[[str, Item, Decimal], Decimal]
ShipTos = Mapping[tuple[str, str], Mapping[str, Any]]
"""Addresses by the numbers of ship-to and customer."""


@dataclass(frozen=True)
class Imported:
    order_no: int
    header: Row
    lines: list[Row]


def imported(order_no: int, transaction: Mapping[str, Any], ship_tos: ShipTos, price: Price, now: datetime) -> Imported:
    """The rows an order would leave behind, or NotImported."""
    header = form(transaction, "TABPAGE_1.order")
    customer = header.get("customer_id", "")
    if customer not in {known.id for known in CUSTOMERS}:
        raise NotImported(f"Customer ID {customer} is not valid")
    if "company_id" in header:
        raise NotImported("Column is disabled: company_id")
    if not header.get("ship_to_id"):
        raise NotImported("This column is required.")
    usual = ship_tos.get((header["ship_to_id"], customer))
    if usual is None:
        raise NotImported(f"Ship To ID {header['ship_to_id']} is not valid")
    try:
        row = order_header(order_no, {**_typed_by_the_window(usual), **header}, now)
    except ValueError as error:
        raise NotImported(f"Invalid value in order header: {error}") from None
    if row["order_date"].date() > row["requested_date"].date():
        raise NotImported("Order date may not be after the requested date")
    edited = rows(transaction, "TP_ITEMS.items")
    lines = [_line(order_no, number, edits, customer, price, now) for number, edits in enumerate(edited, 1)]
    if not lines:
        raise NotImported("The order has no items")
    return Imported(order_no, row, lines)


def _typed_by_the_window(address: Mapping[str, Any]) -> Edits:
    """What stands in an order as soon as its ship-to is there."""
    fields = {"name": "Name", "add1": "PhysAddress1", "add2": "PhysAddress2", "city": "PhysCity", "state": "PhysState"}
    fields |= {"zip": "PhysPostalCode", "country": "PhysCountry"}
    return {f"oe_hdr_ship2_{part}": str(address[field] or "") for part, field in fields.items()}


def _line(order_no: int, number: int, edits: Edits, customer: str, price: Price, now: datetime) -> Row:
    sku = edits.get("oe_order_item_id", "")
    if sku not in BY_SKU:
        raise NotImported(f"Item ID {sku} is not valid")
    unit = edits.get("unit_of_measure", "EA").upper()
    if unit not in UNIT_SIZES:
        raise NotImported(f"Unit of measure {unit} is not valid for item {sku}")
    size = UNIT_SIZES[unit]
    pieces = number_in(edits, "unit_quantity") * size
    if pieces <= 0:
        raise NotImported(f"Quantity must be greater than zero for item {sku}")
    each = number_in(edits, "unit_price") / size if edits.get("unit_price") else price(customer, BY_SKU[sku], pieces)
    own = {"unit_of_measure": unit, "unit_size": size, "user_line_no": edits.get("user_line_no", f"{number:03}")}
    return order_line(order_no, number, sku, pieces, each, now) | own


def number_in(edits: Edits, name: str) -> Decimal:
    try:
        return Decimal(edits.get(name, ""))
    except InvalidOperation:
        raise NotImported(f"Invalid value for {name}") from None
