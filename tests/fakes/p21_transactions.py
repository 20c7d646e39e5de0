"""P21's Transaction API, service "Order": a set of edits becomes an order, or a reason why not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from .catalogue import BY_SKU, CUSTOMERS, Item
from .p21_tables import Row, order_header, order_line

UNIT_SIZES = {"EA": 1, "C": 100, "M": 1000}

Price = Callable[[str, Item, Decimal], Decimal]
Edits = dict[str, str]


class NotImported(Exception):  # it is an answer, not a mishap
    """Why P21 took no order."""


@dataclass(frozen=True)
class Imported:
    order_no: int
    header: Row
    lines: list[Row]


def imported(order_no: int, transaction: Mapping[str, Any], price: Price, now: datetime) -> Imported:
    """The rows an order would leave behind, or NotImported."""
    header = _header(transaction)
    customer = header.get("customer_id", "")
    if customer not in {known.id for known in CUSTOMERS}:
        raise NotImported(f"Customer ID {customer} is not valid")
    if "company_id" in header:
        raise NotImported("Column company_id is not editable")
    try:
        row = order_header(order_no, header, now)
    except ValueError as error:
        raise NotImported(f"Invalid value in order header: {error}") from None
    if row["order_date"].date() > row["requested_date"].date():
        raise NotImported("Order date may not be after the requested date")
    lines = [
        _line(order_no, number, edits, customer, price, now) for number, edits in enumerate(_lines(transaction), 1)
    ]
    if not lines:
        raise NotImported("The order has no items")
    return Imported(order_no, row, lines)


def shown(transaction: Mapping[str, Any], order: Imported | None) -> dict[str, Any]:
    """The transaction as it comes back: with its order number when it passed."""
    elements = [dict(element) for element in transaction.get("DataElements") or ()]
    if order is None:
        return {"Status": "Failed", "DataElements": elements}
    number = {"Name": "order_no", "Value": str(order.order_no)}
    for element in elements:
        if element.get("Type") == "Form":
            rows = [dict(row) for row in element["Rows"]]
            rows[0]["Edits"] = [number, *rows[0]["Edits"]]
            element["Rows"] = rows
    return {"Status": "Passed", "DataElements": elements}


def _line(order_no: int, number: int, edits: Edits, customer: str, price: Price, now: datetime) -> Row:
    sku = edits.get("oe_order_item_id", "")
    if sku not in BY_SKU:
        raise NotImported(f"Item ID {sku} is not valid")
    unit = edits.get("unit_of_measure", "EA").upper()
    if unit not in UNIT_SIZES:
        raise NotImported(f"Unit of measure {unit} is not valid for item {sku}")
    size = UNIT_SIZES[unit]
    pieces = _number(edits, "unit_quantity") * size
    if pieces <= 0:
        raise NotImported(f"Quantity must be greater than zero for item {sku}")
    each = _number(edits, "unit_price") / size if edits.get("unit_price") else price(customer, BY_SKU[sku], pieces)
    return order_line(order_no, number, sku, pieces, each, now) | {"unit_of_measure": unit, "unit_size": size}


def _number(edits: Edits, name: str) -> Decimal:
    try:
        return Decimal(edits.get(name, ""))
    except InvalidOperation:
        raise NotImported(f"Invalid value for {name}") from None


def _header(transaction: Mapping[str, Any]) -> Edits:
    rows = _rows(transaction, "TABPAGE_1.order", "Form")
    if len(rows) != 1:
        raise NotImported("Data element TABPAGE_1.order of type Form with one row is required")
    return rows[0]


def _lines(transaction: Mapping[str, Any]) -> list[Edits]:
    return _rows(transaction, "TP_ITEMS.items", "List")


def _rows(transaction: Mapping[str, Any], name: str, kind: str) -> list[Edits]:
    return [
        {edit["Name"]: str(edit["Value"]) for edit in row.get("Edits") or ()}
        for element in transaction.get("DataElements") or ()
        if (element.get("Name"), element.get("Type")) == (name, kind)
        for row in element.get("Rows") or ()
    ]
