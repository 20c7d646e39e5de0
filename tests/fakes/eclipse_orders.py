"""Eclipse's sales orders: what is refused, what they come to, how they change."""

from collections.abc import Callable, Mapping, Sequence
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
    size: Decimal
    """Pieces in one unit."""
    piece_price: Decimal

    @property
    def pieces(self) -> Decimal:
        return self.quantity * self.size

    def extended(self, pieces: Decimal) -> Decimal:
        return (pieces * self.piece_price).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Generation:
    """A part of an order that ships at once."""

    number: int
    status: str
    pieces: Mapping[int, Decimal]
    """What it holds, by the number of the line."""
    ship_date: str | None = None
    invoice_number: str = ""


@dataclass(frozen=True)
class Order:
    id: str
    header: Mapping[str, Any]
    """The document as it was posted, with what was changed in it since."""
    lines: tuple[Line, ...]
    generations: tuple[Generation, ...]
    order_date: datetime
    last_modified: datetime
    update_key: int = 1

    @property
    def status(self) -> str:
        """That of the part which is worked on: the last."""
        return self.generations[-1].status

    @property
    def customer(self) -> str:
        return str(self.header["billToCustomer"])

    def subtotal(self, generation: Generation) -> Decimal:
        parts = generation.pieces.items()
        return sum((self.lines[number - 1].extended(pieces) for number, pieces in parts), Decimal(0))

    def tax(self, generation: Generation) -> Decimal:
        if str(self.header.get("postalCode", "")).startswith("9"):
            return Decimal("0.00")
        return (self.subtotal(generation) * TAX_RATE).quantize(CENT, ROUND_HALF_UP)

    def total(self, generation: Generation) -> Decimal:
        return self.subtotal(generation) + self.tax(generation)

    def generation(self, number: object) -> Generation:
        """One part by its number, `1` or `0001`; or Refused."""
        found = [part for part in self.generations if str(number).lstrip("0") == str(part.number)]
        if not found:
            raise Refused(f"Generation {number} does not exist on order {self.id}")
        return found[0]


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
    only = Generation(1, status, _all_pieces(lines), document.get("shipDate"))
    return Order(f"S{2680000 + number}", document, lines, (only,), now, now)


def checked_status(status: object, ship_date: object) -> str:
    if status not in STATUSES:
        raise Refused(f"Order status {status} is not valid")
    if status == "ShipWhenSpecified" and not ship_date:
        raise Refused("Ship date is required for ShipWhenSpecified")
    return str(status)


def _line(line: Mapping[str, Any], customer: str, price: Price) -> Line:
    wanted = line.get("lineItemProduct") or {}
    item = next((item for item in ITEMS if str(item.product_id) == str(wanted.get("productId"))), None)
    if item is None:
        raise Refused(f"Product {wanted.get('productId')} does not exist")
    quantity = number(wanted.get("quantity"), "Quantity")
    unit = _unit(wanted.get("um", "EA"), item)
    size = Decimal(str(wanted.get("umQuantity") or PIECES[unit]))
    return Line(item, quantity, unit, size, price(customer, item, quantity * size))


def number(value: object, name: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise Refused(f"{name} {value} is not a number") from None


def _unit(text: object, item: Item) -> str:
    unit = str(text).upper()
    if unit not in PIECES:
        raise Refused(f"Unit of measure {unit} is not valid for product {item.product_id}")
    return unit


def _all_pieces(lines: Sequence[Line]) -> dict[int, Decimal]:
    return {place: line.pieces for place, line in enumerate(lines, 1)}


# --- changing


def touched(order: Order, now: datetime, **changes: Any) -> Order:
    return replace(order, last_modified=now, update_key=order.update_key + 1, **changes)


def moved(order: Order, document: Mapping[str, Any], now: datetime) -> Order:
    """The order after PUT …/Status."""
    part = order.generation(document.get("generationId", ""))
    if part.status == "Cancel":
        raise Refused(f"Order {order.id} is cancelled")
    if part.invoice_number:
        raise Refused(f"Generation {part.number} of order {order.id} is invoiced")
    ship_date = document.get("shipDate") or part.ship_date
    status = checked_status(document.get("orderStatus"), ship_date)
    return touched(order, now, generations=_with(order, replace(part, status=status, ship_date=ship_date)))


def renamed(order: Order, po_number: str, now: datetime) -> Order:
    """The order after PUT …/Header/PONumber."""
    return touched(order, now, header={**order.header, "customerPONumber": po_number})


def with_quantities(order: Order, changes: Sequence[Mapping[str, Any]], price: Price, now: datetime) -> Order:
    """The order after PUT …/QtyLineItems: all of it, or Refused. The lines are priced anew."""
    lines = list(order.lines)
    for change in changes:
        place = _place(order, change)
        line = lines[place]
        unit = _unit(change.get("um"), line.item)
        size = line.size if unit == line.unit else Decimal(PIECES[unit])
        quantity = number(change.get("qty"), "Quantity")
        lines[place] = Line(line.item, quantity, unit, size, price(order.customer, line.item, quantity * size))
    _open(order)
    pieces = _all_pieces(lines)
    parts = tuple(replace(part, pieces={place: pieces[place] for place in part.pieces}) for part in order.generations)
    return touched(order, now, lines=tuple(lines), generations=parts)


def with_prices(order: Order, changes: Sequence[Mapping[str, Any]], now: datetime) -> Order:
    """The order after PUT …/LineItems/Price; `value` is for one unit of the line."""
    lines = list(order.lines)
    for change in changes:
        place = _place(order, change)
        value = number(change.get("value"), "Price")
        lines[place] = replace(lines[place], piece_price=value / lines[place].size)
    _open(order)
    return touched(order, now, lines=tuple(lines))


def with_notes(order: Order, document: Mapping[str, Any], now: datetime) -> Order:
    """The order after PUT …/InternalNotes, if nobody changed it since it was read."""
    order.generation(document.get("generationId", ""))
    if str(document.get("updateKey")) != str(order.update_key):
        raise Refused(f"Order {order.id} was changed by another user")
    return touched(order, now, header={**order.header, "internalNotes": str(document.get("internalNotes", ""))})


def shipped(order: Order, pieces: Mapping[int, int], now: datetime) -> Order:
    """The order after the warehouse sent so many pieces by line; the rest becomes a generation of its own."""
    part = _open(order)
    sent = {place: Decimal(count) for place, count in pieces.items() if count}
    left = {place: count - sent.get(place, Decimal(0)) for place, count in part.pieces.items()}
    invoice = f"{order.id}.{part.number:04}"
    gone = replace(part, pieces=sent, status="Invoice", ship_date=utc(now), invoice_number=invoice)
    rest = {place: count for place, count in left.items() if count}
    following = (replace(part, number=len(order.generations) + 1, pieces=rest),) if rest else ()
    return touched(order, now, generations=(*_with(order, gone), *following))


def split(order: Order, place: int, now: datetime) -> Order:
    """The order after one of its lines was given a later ship date: the line is a generation of its own."""
    part = _open(order)
    stays = {number: pieces for number, pieces in part.pieces.items() if number != place}
    later = replace(part, number=len(order.generations) + 1, pieces={place: part.pieces[place]})
    return touched(order, now, generations=(*_with(order, replace(part, pieces=stays)), later))


def _open(order: Order) -> Generation:
    last = order.generations[-1]
    if last.status == "Cancel" or last.invoice_number:
        raise Refused(f"Order {order.id} is no longer open")
    return last


def _with(order: Order, changed: Generation) -> tuple[Generation, ...]:
    return tuple(changed if part.number == changed.number else part for part in order.generations)


def _place(order: Order, change: Mapping[str, Any]) -> int:
    line = change.get("lineId")
    if not isinstance(line, str) or not line.isdigit() or not 0 < int(line) <= len(order.lines):
        raise Refused(f"Line {line} does not exist on order {order.id}")
    return int(line) - 1


def utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(texts: Sequence[str] | None) -> datetime | None:
    """The time in the first of some texts; Refused if it is none."""
    if not texts:
        return None
    try:
        read = datetime.fromisoformat(texts[0])
    except ValueError:
        raise Refused(f"{texts[0]} is not a date") from None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
