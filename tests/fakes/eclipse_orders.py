"""Eclipse's sales orders: what is refused, what it comes to, how it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from .catalogue import CENT, CUSTOMERS, ITEMS, Item

TAX_RATE = Decimal("0.0825")
STATUSES = [
    *("Bid", "CallWhenAvailable", "CallWhenComplete", "CallWhenSpecified", "Cancel", "Direct", "PickUpNow"),
    *("ShipItemComplete", "ShipTicket", "ShipWhenAvailable", "ShipWhenComplete", "ShipWhenSpecified"),
]
PIECES = {"EA": 1, "C": 100, "M": 1000}

Price = Callable[[str, Item, Decimal], Decimal]


class Refused(Exception):  # it is an answer, not a mishap
    """The words Eclipse says no with."""


@dataclass(frozen=True)
class Line:
    item: Item
    quantity: Decimal
    unit: str
    pieces: Decimal
    piece_price: Decimal

    @property
    def extended(self) -> Decimal:
        return (self.pieces * self.piece_price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Order:
    id: str
    header: Mapping[str, Any]
    """The document as it was posted."""
    lines: tuple[Line, ...]
    status: str
    order_date: datetime
    last_modified: datetime
    ship_date: str | None
    update_key: int = 1

    @property
    def subtotal(self) -> Decimal:
        return sum((line.extended for line in self.lines), Decimal(0))

    @property
    def tax(self) -> Decimal:
        if str(self.header.get("postalCode", "")).startswith("9"):
            return Decimal("0.00")
        return (self.subtotal * TAX_RATE).quantize(CENT, ROUND_HALF_UP)

    @property
    def total(self) -> Decimal:
        return self.subtotal + self.tax


def placed(number: int, document: object, price: Price, now: datetime) -> Order:
    """The order `document` asks for, or Refused."""
    if not isinstance(document, Mapping):
        raise Refused("The request body is not a sales order")
    customer = str(document.get("billToCustomer", ""))
    if customer not in {known.id for known in CUSTOMERS}:
        raise Refused(f"Customer {customer or '(none)'} does not exist")
    status = checked_status(document.get("orderStatus"), document.get("shipDate"))
    lines = tuple(_line(line, customer, price) for line in document.get("lines") or ())
    if not lines:
        raise Refused("An order needs at least one line")
    return Order(f"S{2680000 + number}", document, lines, status, now, now, document.get("shipDate"))


def checked_status(status: object, ship_date: object) -> str:
    if status not in STATUSES:
        raise Refused(f"Order status {status} is not valid")
    if status == "ShipWhenSpecified" and not ship_date:
        raise Refused("Ship date is required for ShipWhenSpecified")
    return str(status)


def moved(order: Order, document: Mapping[str, Any], now: datetime) -> Order:
    """The order after PUT …/Status."""
    if str(document.get("generationId", "")).lstrip("0") != "1":
        raise Refused(f"Generation {document.get('generationId')} does not exist on order {order.id}")
    if order.status == "Cancel":
        raise Refused(f"Order {order.id} is cancelled")
    ship_date = document.get("shipDate") or order.ship_date
    status = checked_status(document.get("orderStatus"), ship_date)
    return replace(order, status=status, ship_date=ship_date, last_modified=now, update_key=order.update_key + 1)


def _line(line: Mapping[str, Any], customer: str, price: Price) -> Line:
    wanted = line.get("lineItemProduct") or {}
    item = next((item for item in ITEMS if str(item.product_id) == str(wanted.get("productId"))), None)
    if item is None:
        raise Refused(f"Product {wanted.get('productId')} does not exist")
    try:
        quantity = Decimal(str(wanted.get("quantity")))
    except InvalidOperation:
        raise Refused(f"Quantity {wanted.get('quantity')} is not a number") from None
    unit = str(wanted.get("um", "EA")).upper()
    if unit not in PIECES:
        raise Refused(f"Unit of measure {unit} is not valid for product {item.product_id}")
    pieces = quantity * Decimal(str(wanted.get("umQuantity") or PIECES[unit]))
    return Line(item, quantity, unit, pieces, price(customer, item, pieces))


def shown(order: Order) -> dict[str, Any]:
    """GET /SalesOrders/{id}. `productDecription` is spelled as one tenant really spells it."""
    header = order.header
    generation = {
        "generationId": 1,
        "billToId": header.get("billToCustomer"),
        "shipToId": header.get("shipToCustomer"),
        **{name: header.get(name) for name in ("priceBranch", "shipBranch", "glBranch", "salesSource", "shipVia")},
        "orderDate": _utc(order.order_date),
        "shipDate": order.ship_date,
        "requiredDate": header.get("requiredDate"),
        "status": order.status,
        "poNumber": header.get("customerPONumber"),
        "invoiceNumber": "",
        "shipToName": next(known.name for known in CUSTOMERS if known.id == str(header["billToCustomer"])),
        "orderedByName": header.get("orderBy"),
        "writer": header.get("writer"),
        "salesTotal": money(order.total),
    }
    return {
        "updateKey": str(order.update_key),
        "id": order.id,
        "eclipseOid": order.id,
        "generations": [generation],
        "lines": [_shown_line(number, line) for number, line in enumerate(order.lines, 1)],
    }


def _shown_line(number: int, line: Line) -> dict[str, Any]:
    per_line = {"generationId": 1, "lineId": number, "productId": line.item.product_id}
    return {
        "lineId": number,
        "productId": line.item.product_id,
        "orderQty": line.quantity,
        "um": line.unit,
        "taxableCode": "Y",
        "productDecription": line.item.description,
        "unitPrice": money(line.piece_price),
        "extendedPrice": money(line.extended),
        "generations": [{**per_line, "stockQty": line.pieces, "nonstockQty": 0, "labelPerQuantity": 1}],
    }


def money(amount: Decimal) -> dict[str, str]:
    return {"value": format(amount.quantize(Decimal("0.00000001")), "f"), "currency": "USD"}


def found(orders: list[Order], query: Mapping[str, list[str]]) -> list[Order]:
    """The orders GET /SalesOrders lists for these filters; Refused if a range ends before it starts."""
    for name, field in _EXACT.items():
        if name in query:
            orders = [order for order in orders if str(shown(order)["generations"][0][field]) in query[name]]
    for name, moment in _RANGES.items():
        start, end = (_moment(query.get(name + edge)) for edge in ("Start", "End"))
        if start and end and start > end:
            raise Refused(f"{name}Start must not be after {name}End")
        if start:
            orders = [order for order in orders if (at := moment(order)) and at >= start]
        if end:
            orders = [order for order in orders if (at := moment(order)) and at <= end]
    sort = query.get("sort", [""])[0]
    return sorted(orders, key=lambda order: order.order_date, reverse=sort == "-OrderDate")


_EXACT = {
    "BillTo": "billToId",
    "ShipTo": "shipToId",
    "ShipBranch": "shipBranch",
    "PriceBranch": "priceBranch",
    "ShipVia": "shipVia",
    "Writer": "writer",
    "OrderStatus": "status",
}

_RANGES: dict[str, Callable[[Order], datetime | None]] = {
    "OrderDate": lambda order: order.order_date,
    "ShipDate": lambda order: _moment([order.ship_date] if order.ship_date else None),
    "LastModifiedDateAndTimeStamp": lambda order: order.last_modified,
}


def _moment(texts: list[str] | None) -> datetime | None:
    if not texts:
        return None
    try:
        moment = datetime.fromisoformat(texts[0])
    except ValueError:
        raise Refused(f"{texts[0]} is not a date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
