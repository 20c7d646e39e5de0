"""Eclipse's /SalesOrders: taking, finding, showing and changing orders over HTTP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from . import eclipse_orders
from .eclipse_orders import Generation, Order, Price, Refused, moment
from .eclipse_replies import document_of, documents_of, error, page
from .eclipse_showing import shown, shown_in_parts, shown_notes
from .replies import Json


@dataclass
class Desk:
    """The orders by number; `price` is what Eclipse asks for a piece, `now` its clock."""

    price: Price
    now: Callable[[], datetime]
    orders: dict[str, Order] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        of_one = {
            "Header/PONumber": self._rename,
            "Status": self._move,
            "QtyLineItems": self._change_quantities,
            "LineItems/Price": self._change_prices,
            "InternalNotes": self._change_notes,
        }
        return [
            Route("/SalesOrders", self._list),
            Route("/SalesOrders", self._place, methods=["POST"]),
            Route("/SalesOrders/{id}", self._show),
            Route("/SalesOrders/{id}/InternalNotes", self._show_notes),
            *[Route(f"/SalesOrders/{{id}}/{name}", change, methods=["PUT"]) for name, change in of_one.items()],
        ]

    async def _place(self, request: Request) -> Response:
        document = await document_of(request)
        order = eclipse_orders.placed(len(self.orders) + 1, document, self.price, self.now())
        self.orders[order.id] = order
        return Json({"results": [shown(order)]})

    async def _list(self, request: Request) -> Response:
        query = {name: request.query_params.getlist(name) for name in request.query_params}
        orders = found(list(self.orders.values()), query)
        parts = [part for order in orders for part in shown_in_parts(order)]
        only_ids = query.get("onlyIds") == ["true"]
        return page(request, [{"id": part["id"]} if only_ids else part for part in parts])

    async def _show(self, request: Request) -> Response:
        order, _ = self._asked(request)
        return Json(shown(order)) if order else _not_found()

    async def _show_notes(self, request: Request) -> Response:
        order, part = self._asked(request)
        return Json(shown_notes(order, part)) if order and part else _not_found()

    async def _move(self, request: Request) -> Response:
        document = await document_of(request)
        return self._changed(request, lambda order: eclipse_orders.moved(order, document, self.now()))

    async def _rename(self, request: Request) -> Response:
        po_number = request.query_params.get("PONumber", "")
        return self._changed(request, lambda order: eclipse_orders.renamed(order, po_number, self.now()))

    async def _change_quantities(self, request: Request) -> Response:
        changes = await documents_of(request)
        return self._changed(
            request, lambda order: eclipse_orders.with_quantities(order, changes, self.price, self.now())
        )

    async def _change_prices(self, request: Request) -> Response:
        changes = await documents_of(request)
        return self._changed(request, lambda order: eclipse_orders.with_prices(order, changes, self.now()))

    async def _change_notes(self, request: Request) -> Response:
        document = await document_of(request)
        return self._changed(request, lambda order: eclipse_orders.with_notes(order, document, self.now()))

    def _changed(self, request: Request, change: Callable[[Order], Order]) -> Response:
        order, _ = self._asked(request)
        if order is None:
            return _not_found()
        self.orders[order.id] = change(order)
        return Json(shown(self.orders[order.id]))

    def _asked(self, request: Request) -> tuple[Order | None, Generation | None]:
        """The order of the path, `S1` or `S1.0001`, and the generation named."""
        id, _, part = request.path_params["id"].partition(".")
        order = self.orders.get(id)
        return (order, order.generation(part or 1)) if order else (None, None)


def _not_found() -> Response:
    return error("Order not found", 404)


# --- finding


def found(orders: list[Order], query: Mapping[str, list[str]]) -> list[Order]:
    """The orders GET /SalesOrders lists for these filters; Refused if a range ends before it starts."""
    for name, of_order in _EXACT.items():
        if name in query:
            orders = [order for order in orders if str(shown(order)["generations"][-1][of_order]) in query[name]]
    for name, when in _RANGES.items():
        start, end = (moment(query.get(name + edge)) for edge in ("Start", "End"))
        if start and end and start > end:
            raise Refused(f"{name}Start must not be after {name}End")
        if start:
            orders = [order for order in orders if (at := when(order)) and at >= start]
        if end:
            orders = [order for order in orders if (at := when(order)) and at <= end]
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


def _ship_date(order: Order) -> datetime | None:
    text: Any = order.generations[-1].ship_date
    return moment([text] if text else None)


_RANGES: dict[str, Callable[[Order], datetime | None]] = {
    "OrderDate": lambda order: order.order_date,
    "ShipDate": _ship_date,
    "LastModifiedDateAndTimeStamp": lambda order: order.last_modified,
}
