"""Epicor Eclipse, as far as an integration sees it (ERP facts, section 1)."""

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from . import eclipse_customers, eclipse_orders, eclipse_part_numbers
from .catalogue import CUSTOMERS, ITEMS, QUANTITY_BREAKS, Item, piece_price
from .eclipse_desk import Desk
from .eclipse_orders import Order, Refused
from .eclipse_part_numbers import part_number
from .eclipse_replies import document_of, error, number_in, page, refusal
from .eclipse_showing import in_lines, money
from .faults import Faults
from .recording import Recorded, recorded
from .replies import Json
from .tokens import Tokens

BRANCHES = {"10": "DALLAS", "12": "AUSTIN"}
MOST_IDS = 100
LONGEST_URL_IDS = 118
MOST_BY_CATALOG_NUMBER = 25
_PRICING_UNITS = {1: "ea", 100: "c", 1000: "m"}


class Eclipse:
    """Serve `.app`; see `.orders`, `.customers`, `.stock`, `.prices`, `.part_numbers`, `.requests`; break it by `.faults`."""

    def __init__(
        self,
        user: str = "WEBAPI",
        password: str = "secret",
        session_lifetime: float = 3600,
        expired_status: int = 419,
        session_header: str = "sessionToken",
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.user = user
        self.password = password
        self.expired_status = expired_status
        self.session_header = session_header
        """`Authorization` in some releases, as `SessionToken …`."""
        self.tokens = Tokens(session_lifetime, clock)
        self.now = now
        self.stock = {(item.product_id, branch): count for item in ITEMS for branch, count in item.stock.items()}
        self.prices: dict[tuple[str, int], Decimal] = {}
        """A piece price of the test's own, by customer and product id, before all other rules."""
        self.customers = eclipse_customers.seeded()
        """Ship-tos too, by id."""
        self.part_numbers = eclipse_part_numbers.seeded()
        self._desk = Desk(self._price, now)
        self.requests: list[Recorded] = []
        self.faults = Faults()
        self._sessions: dict[str, str] = {}
        site = Starlette(routes=self._routes(), exception_handlers={Refused: refusal})
        self.app: ASGIApp = recorded(self.faults.around(self._guarded(site)), self.requests)

    @property
    def logins(self) -> int:
        return self.tokens.issued

    @property
    def orders(self) -> dict[str, Order]:
        return self._desk.orders

    def ship(self, order_id: str, pieces: Mapping[int, int]) -> None:
        """The warehouse sends so many pieces, by line; the rest stays on order."""
        self.orders[order_id] = eclipse_orders.shipped(self.orders[order_id], pieces, self.now())

    def postpone(self, order_id: str, line: int) -> None:
        """A line is to ship later than the others: it becomes a part of its own."""
        self.orders[order_id] = eclipse_orders.split(self.orders[order_id], line, self.now())

    def reprice(self, order_id: str, line: int, price: str) -> None:
        """The salesperson gives a line another price, for one unit."""
        change = {"lineId": str(line), "value": price}
        self.orders[order_id] = eclipse_orders.with_prices(self.orders[order_id], [change], self.now())

    def expire_sessions(self) -> None:
        self.tokens.expire_all()

    def _routes(self) -> list[Route]:
        return [
            Route("/Sessions", self._log_in, methods=["POST"]),
            Route("/Sessions/{id}", self._log_off, methods=["DELETE"]),
            Route("/Branches", self._branches),
            Route("/Products", self._products),
            Route("/Customers", self._list_customers),
            Route("/Customers/{id}", self._one_customer, methods=["GET", "PUT"]),
            Route("/ProductPricingMassInquiry", self._mass_inquiry),
            Route("/ProductInventoryMassInquiry", self._mass_inquiry),
            Route("/ProductInventoryPricingMassInquiry", self._mass_inquiry),
            Route("/ProductInventoryList", self._inventory_list),
            Route("/CustomerPartNumbers", self._list_part_numbers),
            Route("/CustomerPartNumbers", self._add_part_number, methods=["POST"]),
            Route("/CustomerPartNumbers/{id}", self._change_part_number, methods=["PUT", "DELETE"]),
            *self._desk.routes(),
        ]

    # --- sessions

    def _guarded(self, site: ASGIApp) -> ASGIApp:
        async def guard(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and (scope["method"], scope["path"]) != ("POST", "/Sessions"):
                token = Request(scope).headers.get(self.session_header, "").removeprefix("SessionToken ")
                if not self.tokens.valid(token):
                    status = self.expired_status if self.tokens.known(token) else 401
                    await error("Session is not valid or has expired", status)(scope, receive, send)
                    return
            await site(scope, receive, send)

        return guard

    async def _log_in(self, request: Request) -> Response:
        document = await document_of(request)
        if (document.get("username"), document.get("password")) != (self.user, self.password):
            return error("Invalid user name or password", 401)
        token = self.tokens.issue()
        session_id = str(8122 + self.tokens.issued)
        self._sessions[session_id] = token
        user = {"id": "44", "userName": self.user, "type": "Employee", "roles": [], "companies": []}
        opened = self.now().isoformat()
        return Json(
            {
                "id": session_id,
                "sessionToken": token,
                "refreshToken": token[::-1],
                "sessionUser": user,
                "applicationKey": document.get("applicationKey"),
                "workstationId": document.get("workstationId"),
                "creationDateTime": opened,
                "lastUsedDateTime": opened,
            }
        )

    async def _log_off(self, request: Request) -> Response:
        token = self._sessions.pop(request.path_params["id"], None)
        if token is None:
            return error("Session not found", 404)
        self.tokens.drop(token)
        return Response(status_code=204)

    async def _branches(self, request: Request) -> Response:
        return page(request, [{"id": branch, "name": name} for branch, name in BRANCHES.items()])

    # --- customers

    async def _list_customers(self, request: Request) -> Response:
        wanted = request.query_params.getlist("id")
        return page(request, [row for id, row in self.customers.items() if not wanted or id in wanted])

    async def _one_customer(self, request: Request) -> Response:
        id = request.path_params["id"]
        if id not in self.customers:
            return error(f"Customer {id} does not exist", 404)
        if request.method == "PUT":
            self.customers[id] = eclipse_customers.replaced(self.customers[id], await document_of(request))
        return Json(self.customers[id])

    # --- products, prices and stock

    async def _products(self, request: Request) -> Response:
        wanted = request.query_params.getlist("id")
        if len(wanted) > MOST_IDS:
            return error(f"No more than {MOST_IDS} products may be requested at once", 400)
        rows = [
            {"id": item.product_id, "catalogNumber": item.sku, "description": in_lines(item.description)}
            for item in ITEMS
            if not wanted or str(item.product_id) in wanted
        ]
        return page(request, rows)

    async def _mass_inquiry(self, request: Request) -> Response:
        query = request.query_params
        asked = len(query.getlist("ProductId"))
        if asked > LONGEST_URL_IDS:
            return error("Not Found", 404)
        if asked > MOST_IDS:
            return error(f"No more than {MOST_IDS} products may be requested at once", 400)
        customer = query.get("CustomerId")
        if customer and customer not in {known.id for known in CUSTOMERS}:
            return error(f"Customer {customer} does not exist", 400)
        pieces = number_in(query, "Quantity", 1)
        rows = []
        for item in _asked_items(request):
            row: dict[str, Any] = {"productId": item.product_id, "productDescription": item.description}
            if "Pricing" in request.url.path:
                row |= self._pricing(customer, item, pieces)
            if "Inventory" in request.url.path:
                by_branch = "stockInfo" if "Pricing" in request.url.path else "branchAvailableQuantity"
                row |= self._inventory(item, by_branch)
            rows.append(row)
        return page(request, rows, "PageSize", "StartIndex")

    def _pricing(self, customer: str | None, item: Item, pieces: Decimal) -> dict[str, Any]:
        per = item.priced_per
        price = self._price(customer, item, pieces) * per
        own = [
            pn
            for pn in self.part_numbers.values()
            if (str(pn["customerId"]), pn["productId"]) == (customer, item.product_id)
        ]
        pricing: dict[str, Any] = {
            "customerPN": own[0]["partNumber"] if own else "",
            "branch": "10",
            "pricingUOM": _PRICING_UNITS[per],
            "pricingPerQuantity": per,
            "listPrice": {"value": (item.list_price * per).normalize()},
        }
        if _named_as_in_older_releases(item):
            pricing["unitPrice"] = {"value": price.normalize()}
        else:
            pricing["productUnitPrice"] = money(price)
        if customer and item.sku in QUANTITY_BREAKS:
            quantity, broken = QUANTITY_BREAKS[item.sku]
            pricing["quantityBreaks"] = [{"quantity": quantity, "unitPrice": {"value": (broken * per).normalize()}}]
        return pricing

    def _inventory(self, item: Item, by_branch: str) -> dict[str, Any]:
        counts = [
            {"warehouse": f"{branch} {name}", "warehouseQty": self.stock[item.product_id, branch]}
            for branch, name in BRANCHES.items()
        ]
        total = sum(self.stock[item.product_id, branch] for branch in BRANCHES)
        return {"totalWarehouseQty": total, by_branch: counts}

    def _price(self, customer: str | None, item: Item, pieces: Decimal) -> Decimal:
        own = self.prices.get((customer or "", item.product_id))
        return piece_price(customer, item, pieces) if own is None else own

    async def _inventory_list(self, request: Request) -> Response:
        rows = [
            {
                "productId": item.product_id,
                "catalogNumber": item.sku,
                **self._inventory(item, "branchAvailableQuantity"),
            }
            for item in sorted(ITEMS, key=lambda item: item.product_id)
        ]
        return page(request, rows)

    # --- customer part numbers

    async def _list_part_numbers(self, request: Request) -> Response:
        customer = request.query_params.get("customerId")
        return page(request, [row for row in self.part_numbers.values() if customer in (None, str(row["customerId"]))])

    async def _add_part_number(self, request: Request) -> Response:
        row = part_number(await document_of(request))
        if row["id"] in self.part_numbers:
            return error("Customer part number already exists", 400)
        self.part_numbers[row["id"]] = row
        return Json(row)

    async def _change_part_number(self, request: Request) -> Response:
        key = request.path_params["id"]
        if key not in self.part_numbers:
            return error("Customer part number not found", 404)
        if request.method == "DELETE":
            del self.part_numbers[key]
            return Response(status_code=204)
        row = part_number(await document_of(request))
        del self.part_numbers[key]
        self.part_numbers[row["id"]] = row
        return Json(row)


def _asked_items(request: Request) -> Iterable[Item]:
    """The items asked for, in that order; unknown ones are left out, as are catalogue numbers past the 25th."""
    by_id = {str(item.product_id): item for item in ITEMS}
    by_sku = {item.sku: item for item in ITEMS}
    query = request.query_params
    wanted = [by_id.get(text) for text in query.getlist("ProductId")]
    wanted += [by_sku.get(text) for text in query.getlist("CatalogNumber")[:MOST_BY_CATALOG_NUMBER]]
    return [item for item in wanted if item]


def _named_as_in_older_releases(item: Item) -> bool:
    return item.sku == "EMT-07" or (item.product_id > 1000 and item.product_id % 5 == 0)
