"""Eclipse's sales orders as it shows them."""

from decimal import Decimal
from typing import Any

from .catalogue import CUSTOMERS
from .eclipse_orders import Generation, Line, Order, utc


def shown(order: Order) -> dict[str, Any]:
    """GET /SalesOrders/{id}. `productDecription` is spelled as one tenant really spells it."""
    return {
        "updateKey": str(order.update_key),
        "id": order.id,
        "eclipseOid": order.id,
        "generations": [_shown_generation(order, part) for part in order.generations],
        "lines": [_shown_line(order, place, line) for place, line in enumerate(order.lines, 1)],
    }


def shown_in_parts(order: Order) -> list[dict[str, Any]]:
    """The rows of GET /SalesOrders: one for each generation, under its own number."""
    whole = shown(order)
    return [
        {**whole, "id": f"{order.id}.{part['generationId']:04}", "generations": [part]} for part in whole["generations"]
    ]


def _shown_generation(order: Order, part: Generation) -> dict[str, Any]:
    header = order.header
    return {
        "generationId": part.number,
        "billToId": header.get("billToCustomer"),
        "shipToId": header.get("shipToCustomer"),
        **{name: header.get(name) for name in ("priceBranch", "shipBranch", "glBranch", "salesSource", "shipVia")},
        "orderDate": utc(order.order_date),
        "shipDate": part.ship_date,
        "requiredDate": header.get("requiredDate"),
        "status": part.status,
        "poNumber": header.get("customerPONumber"),
        "invoiceNumber": part.invoice_number,
        "shipToName": next(known.name for known in CUSTOMERS if known.id == order.customer),
        "orderedByName": header.get("orderBy"),
        "writer": header.get("writer"),
        "salesTotal": money(order.total(part)),
    }


def _shown_line(order: Order, place: int, line: Line) -> dict[str, Any]:
    per_line = {"lineId": place, "productId": line.item.product_id}
    parts = [part for part in order.generations if place in part.pieces]
    held = [{"generationId": part.number, **per_line, "stockQty": part.pieces[place]} for part in parts]
    return {
        "lineId": place,
        "productId": line.item.product_id,
        "orderQty": line.quantity,
        "um": line.unit,
        "taxableCode": "Y",
        "productDecription": in_lines(line.item.description),
        "unitPrice": money(line.piece_price),
        "extendedPrice": money(line.extended(line.pieces)),
        "generations": [{**part, "nonstockQty": 0, "labelPerQuantity": 1} for part in held],
    }


def shown_notes(order: Order, part: Generation) -> dict[str, Any]:
    """GET /SalesOrders/{id}/InternalNotes."""
    notes = order.header.get("internalNotes")
    key = str(order.update_key)
    return {"id": order.id, "generationId": f"{part.number:04}", "internalNotes": notes, "updateKey": key}


def in_lines(description: str) -> str:
    """As on a label."""
    return description.replace(" CONDUIT", "\nCONDUIT")


def money(amount: Decimal) -> dict[str, str]:
    return {"value": format(amount.quantize(Decimal("0.00000001")), "f"), "currency": "USD"}
