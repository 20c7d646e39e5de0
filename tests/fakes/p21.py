"""Epicor Prophet 21, as far as an integration sees it (ERP facts, section 2)."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from . import odata, p21_orders, p21_transactions, p21_windows
from .catalogue import BY_SKU, CUSTOMERS, Item, piece_price
from .faults import Faults
from .p21_entities import Entities, EntityError
from .p21_orders import UNIT_SIZES
from .p21_prices import priced, stocked
from .p21_tables import COMPANY, FIRST_ORDER, seeded
from .p21_transactions import Edits, NotImported
from .recording import Recorded, recorded
from .replies import Json, xml
from .tokens import Tokens

_PRICE_PARAMETERS = ("companyId", "customerId", "salesLocId")


class P21:
    """Serve `.app`; look at `.tables`, `.prices`, `.customers`, `.requests`; break it with `.faults`.

    `token_format="xml"` is the servers that answer the token as XML whatever is accepted.
    """

    def __init__(
        self,
        user: str = "api",
        password: str = "secret",
        client_secret: str = "client-secret",
        token_lifetime: float = 86400,
        token_format: str = "json",
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None, microsecond=0),
    ) -> None:
        self.user = user
        self.password = password
        self.client_secret = client_secret
        self.token_format = token_format
        self.tokens = Tokens(token_lifetime, clock)
        self.now = now
        self.tables = seeded()
        """Rows by table or view name."""
        self.prices: dict[tuple[str, str], Decimal] = {}
        """A piece price of the test's own, by customer and item id, before all other rules."""
        self.entities = Entities()
        """What the Entity API shows: customers, contacts, addresses."""
        self.response_windows = 0
        """How many of the next transactions fail on an unexpected window, before anything is saved."""
        self.late_windows = 0
        """How many of the next ones do so when P21 clears up, after it has saved."""
        self.receipt_service = "CashReceipts"
        """What the service that books payments is called here."""
        self.requests: list[Recorded] = []
        self.faults = Faults()
        site = Starlette(routes=self._routes(), exception_handlers={json.JSONDecodeError: self._unreadable})
        self.app: ASGIApp = recorded(self.faults.around(self._guarded(site)), self.requests)

    @property
    def logins(self) -> int:
        return self.tokens.issued

    @property
    def orders(self) -> list[dict[str, Any]]:
        """Headers of all orders, the seeded one first."""
        return self.tables["p21_view_oe_hdr"]

    @property
    def customers(self) -> dict[str, dict[str, Any]]:
        """By company and customer id: `ACME_12625`."""
        return self.entities.customers

    def expire_sessions(self) -> None:
        self.tokens.expire_all()

    def set_stock(self, sku: str, location: int, on_hand: int) -> None:
        """Count an item anew: the row changes, and so does its date_last_modified."""
        stocked(self.tables["p21_view_inv_loc"], BY_SKU[sku], location).update(
            qty_on_hand=Decimal(on_hand), date_last_modified=self.now()
        )

    def _routes(self) -> list[Route]:
        return [
            Route("/api/security/token/v2", self._token, methods=["POST"]),
            Route("/api/security/token", self._legacy_token, methods=["POST"]),
            Route("/api/ui/router/v1/", self._router),
            Route("/api/entity/customers/ping", self._ping),
            Route("/api/entity/{kind}", self._entities, methods=["GET", "POST"]),
            Route("/api/entity/{kind}/", self._entity_list),
            Route("/api/entity/{kind}/{key}", self._entity, methods=["GET", "PUT"]),
            Route("/api/inventory/parts/prices", self._prices, methods=["POST"]),
            Route("/odataservice/odata/{kind}/{name}", self._odata),
            Route("/uiserver0/api/v2/transaction", self._transaction, methods=["POST"]),
        ]

    # --- tokens

    def _guarded(self, site: ASGIApp) -> ASGIApp:
        async def guard(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and not scope["path"].startswith("/api/security/"):
                request = Request(scope)
                kind, _, token = request.headers.get("authorization", "").partition(" ")
                if kind != "Bearer" or not self.tokens.valid(token):
                    await self._failure(request, "Authorization has been denied for this request.", 401)(
                        scope, receive, send
                    )
                    return
            await site(scope, receive, send)

        return guard

    async def _token(self, request: Request) -> Response:
        document = json.loads(await request.body() or "{}")
        by_user = (document.get("username"), document.get("password")) == (self.user, self.password)
        secret = (document.get("GrantType"), document.get("ClientSecret"))
        return self._granted(by_user or secret == ("client_credentials", self.client_secret))

    async def _legacy_token(self, request: Request) -> Response:
        headers = request.headers
        return self._granted((headers.get("username"), headers.get("password")) == (self.user, self.password))

    def _granted(self, right: bool) -> Response:
        if not right:
            return Json({"error": "invalid_grant", "error_description": "The user name or password is incorrect."}, 400)
        token = self.tokens.issue()
        reply = {
            "AccessToken": token,
            "RefreshToken": token[::-1],
            "TokenType": "Bearer",
            "ExpiresInSeconds": int(self.tokens.lifetime),
        }
        if self.token_format == "xml":
            return Response(xml("TokenResponse", reply), media_type="application/xml")
        return Json(reply)

    # --- the middleware's REST

    async def _router(self, request: Request) -> Response:
        return self._reply(request, {"Url": f"{request.base_url}uiserver0"}, "UiServer")

    async def _ping(self, request: Request) -> Response:
        return self._reply(request, {"ResponseMessage": "success"}, "PingResponse")

    async def _entities(self, request: Request) -> Response:
        """Create one; a list wants a slash at its end."""
        kind = request.path_params["kind"]
        if request.method == "GET":
            return Response(status_code=307, headers={"location": f"{request.url.path}/?{request.url.query}"})
        sent = json.loads(await request.body(), parse_float=Decimal)
        return self._entity_reply(request, lambda: self.entities.created(kind, sent))

    async def _entity_list(self, request: Request) -> Response:
        kind = request.path_params["kind"]
        return self._entity_reply(request, lambda: self.entities.listed(kind, request.query_params))

    async def _entity(self, request: Request) -> Response:
        kind, key = request.path_params["kind"], request.path_params["key"]
        if request.method == "GET":
            return self._entity_reply(request, lambda: self.entities.one(kind, key, request.query_params))
        sent = json.loads(await request.body(), parse_float=Decimal)
        return self._entity_reply(request, lambda: self.entities.changed(kind, key, sent))

    def _entity_reply(self, request: Request, answer: Callable[[], object]) -> Response:
        if request.path_params["kind"] not in ("customers", "contacts", "addresses"):
            return self._failure(request, "No resource of this name.", 404)
        try:
            return self._reply(request, answer(), "Entity")
        except EntityError as error:
            return self._failure(request, str(error), error.status)

    async def _prices(self, request: Request) -> Response:
        query = request.query_params
        for name in _PRICE_PARAMETERS:
            if not query.get(name):
                return self._failure(request, f"Please provide a value for required parameter {name}.", 400)
        customer = query["customerId"]
        if query["companyId"] != COMPANY or customer not in {known.id for known in CUSTOMERS}:
            return self._failure(request, f"Customer {customer} was not found in company {query['companyId']}.", 400)
        asked = json.loads(await request.body(), parse_float=Decimal)
        for line in asked:
            if str(line.get("UOM", "EA")).upper() not in UNIT_SIZES:
                return self._failure(request, f"UOM {line['UOM']} is not valid for item {line.get('ItemId')}.", 400)
        stock, location = self.tables["p21_view_inv_loc"], query["salesLocId"]
        rows = [priced(customer, line, location, stock, self._price) for line in asked if line.get("ItemId") in BY_SKU]
        return self._reply(request, rows, "ArrayOfItemPrice")

    def _price(self, customer: str, item: Item, pieces: Decimal) -> Decimal:
        own = self.prices.get((customer, item.sku))
        return piece_price(customer, item, pieces) if own is None else own

    # --- reads

    async def _odata(self, request: Request) -> Response:
        kind, name = request.path_params["kind"], request.path_params["name"]
        if kind != ("view" if name.startswith("p21_view_") else "table") or name not in self.tables:
            return _odata_failure(f"Resource not found for the segment '{name}'.", 404)
        context = f"{request.base_url}odataservice/odata/{kind}/$metadata#{name}"
        try:
            return Json(odata.answer(self.tables[name], request.query_params, context))
        except odata.ODataError as error:
            return _odata_failure(str(error), 400)

    # --- writes

    async def _transaction(self, request: Request) -> Response:
        document = json.loads(await request.body())
        asked = document.get("Transactions") or []
        services = {
            "Order": self._order,
            "ShipTo": lambda one: p21_windows.ship_to(self.tables, self.entities.addresses, one),
            "JobContractPricing": lambda one: p21_windows.job_contract(self.tables, one, self.now()),
            self.receipt_service: lambda one: p21_windows.receipt(self.tables, one, self.now()),
        }
        service = services.get(document.get("Name"))
        if service is None:
            return self._failure(request, f"Service {document.get('Name')} was not found.", 404)
        if document.get("UseCodeValues") or any(transaction.get("Status") != "New" for transaction in asked):
            return self._failure(request, "An error has occurred.", 500)
        shown, messages = [], []
        for number, transaction in enumerate(asked, 1):
            try:
                numbers = self._saved(service, transaction)
                messages.append(f"Transaction {number}:: {document['Name']} was saved")
            except NotImported as reason:
                numbers = None
                messages.append(f"Transaction {number}:: {reason}")
            shown.append(p21_transactions.shown(transaction, numbers))
        failed = sum(transaction["Status"] == "Failed" for transaction in shown)
        return self._reply(
            request,
            {
                "Messages": messages,
                "Results": {"Name": document["Name"], "Transactions": shown},
                "Summary": {"Succeeded": len(shown) - failed, "Failed": failed, "Other": 0},
            },
            "TransactionResponse",
        )

    def _saved(self, service: Callable[[dict[str, Any]], Edits], transaction: dict[str, Any]) -> Edits:
        window = NotImported("Unexpected response window: w_credit_check_response")
        if self.response_windows:
            self.response_windows -= 1
            raise window
        numbers = service(transaction)
        if self.late_windows:
            self.late_windows -= 1
            raise window
        return numbers

    def _order(self, transaction: dict[str, Any]) -> Edits:
        order_no = FIRST_ORDER + len(self.orders)
        ship_tos = {
            (str(row["ship_to_id"]), str(row["customer_id"])): self.entities.addresses[str(row["ship_to_id"])]
            for row in self.tables["ship_to"]
        }
        order = p21_orders.imported(order_no, transaction, ship_tos, self._price, self.now())
        self.tables["p21_view_oe_hdr"].append(order.header)
        self.tables["p21_view_oe_line"].extend(order.lines)
        return {"order_no": str(order.order_no)}

    # --- answers

    def _reply(self, request: Request, content: object, root: str, status: int = 200) -> Response:
        """JSON only for those who ask for it; XML for the others."""
        if "application/json" in request.headers.get("accept", ""):
            return Json(content, status)
        return Response(xml(root, content), status, media_type="application/xml")

    async def _unreadable(self, request: Request, _: Exception) -> Response:
        return self._failure(request, "The request body is not JSON.", 400)

    def _failure(self, request: Request, text: str, status: int) -> Response:
        content = {
            "DateTimeStamp": self.now(),
            "ErrorMessage": text,
            "ErrorType": "P21.Exception",
            "HostName": "p21",
            "InnerException": None,
            "LogId": None,
            "UserId": self.user,
        }
        return self._reply(request, content, "Error", status)


def _odata_failure(text: str, status: int) -> Response:
    return Json({"error": {"code": "", "message": text}}, status)
