"""OroCommerce's back-office API, as far as an integration sees it (ERP facts, section 5)."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from . import jsonapi, oro_resources
from .catalogue import BY_SKU, CUSTOMERS
from .faults import Faults
from .jsonapi import MEDIA_TYPE, ProblemError, Record
from .oro_batches import Operation
from .oro_records import Records
from .recording import Recorded, recorded
from .replies import Json, written
from .tokens import Tokens

MOST_IN_SYNC = 100


class OroCommerce:
    """Serve `.app`; look at `.store`, `.operations`, `.requests`; break it with `.faults`.

    `extended` names entity fields of the shop's own, by type: `{"orders": ("erpOrderNumber",)}`.
    """

    def __init__(
        self,
        client_id: str = "client",
        client_secret: str = "secret",
        token_lifetime: float = 3600,
        prefix: str = "/admin/api",
        extended: Mapping[str, tuple[str, ...]] | None = None,
        polls_until_done: int = 2,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.prefix = prefix
        self.polls_until_done = polls_until_done
        self.tokens = Tokens(token_lifetime, clock)
        self.store = oro_resources.seeded()
        """Records by type and id."""
        self.operations: dict[str, Operation] = {}
        self.requests: list[Recorded] = []
        self.faults = Faults()
        self._records = Records(self.store, oro_resources.types(extended or {}), lambda: jsonapi.moment(now()))
        site = Starlette(routes=self._routes(), exception_handlers={ProblemError: _problem, KeyError: _malformed})
        self.app: ASGIApp = recorded(self.faults.around(self._guarded(site)), self.requests)

    @property
    def logins(self) -> int:
        return self.tokens.issued

    def expire_sessions(self) -> None:
        self.tokens.expire_all()

    def place_order(self, po_number: str, customer_id: str, lines: Sequence[tuple[str, str, str]]) -> Record:
        """A buyer orders in the shop. `customer_id` is the ERP's; a line is (sku, quantity, price of one)."""
        customer = next(known for known in CUSTOMERS if known.id == customer_id)
        oro_customer = next(
            record.id for record in self.store["customers"].values() if record.attributes["externalId"] == customer_id
        )
        street = {"street": customer.street, "city": customer.city, "postalCode": customer.postal_code}
        address = {
            **{"type": "orderaddresses", "id": "to"},
            "attributes": {**street, "organization": customer.name, "firstName": "Jo", "lastName": "Doe"},
            "relationships": {"country": _one("countries", "US"), "region": _one("regions", f"US-{customer.state}")},
        }
        items = [_line(number, *line) for number, line in enumerate(lines, 1)]
        references = [{"type": item["type"], "id": item["id"]} for item in items]
        order = {
            "attributes": {"poNumber": po_number, "currency": "USD"},
            "relationships": {
                "customer": _one("customers", oro_customer),
                "customerUser": {"data": None},
                "billingAddress": {"data": None},
                "lineItems": {"data": references},
                "shippingAddress": _one("orderaddresses", "to"),
            },
        }
        return self._records.created("orders", order, [*items, address])

    def change(self, type: str, id: str, **attributes: object) -> None:
        """Somebody changes a record in the shop."""
        self._records.updated(type, id, {"type": type, "id": id, "attributes": attributes})

    def stock_of(self, sku: str) -> str:
        """The quantity of the item's inventory level."""
        level = str(oro_resources.LEVEL_OFFSET + int(BY_SKU[sku].oro_id))
        return str(self.store["inventorylevels"][level].attributes["quantity"])

    def _routes(self) -> list[Route]:
        return [
            Route("/oauth2-token", self._token, methods=["POST"]),
            Route(f"{self.prefix}/asyncoperations/{{id}}", self._operation),
            Route(f"{self.prefix}/asyncoperations/{{id}}/errors", self._operation_errors),
            Route(f"{self.prefix}/{{type}}", self._list),
            Route(f"{self.prefix}/{{type}}", self._create, methods=["POST"]),
            Route(f"{self.prefix}/{{type}}", self._batch, methods=["PATCH"]),
            Route(f"{self.prefix}/{{type}}/{{id}}", self._show),
            Route(f"{self.prefix}/{{type}}/{{id}}", self._update, methods=["PATCH"]),
            Route(f"{self.prefix}/{{type}}/{{id}}", self._delete, methods=["DELETE"]),
        ]

    # --- at the door

    def _guarded(self, site: ASGIApp) -> ASGIApp:
        async def guard(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] != "/oauth2-token":
                request = Request(scope)
                kind, _, token = request.headers.get("authorization", "").partition(" ")
                media_type = request.headers.get("content-type", "").partition(";")[0]
                refusal = None
                if kind != "Bearer" or not self.tokens.valid(token):
                    refusal = ProblemError(401, "authentication exception", "The access token is invalid or expired.")
                elif request.method in ("POST", "PATCH") and media_type != MEDIA_TYPE:
                    detail = f'The "Content-Type" request header must be "{MEDIA_TYPE}".'
                    refusal = ProblemError(415, "unsupported media type http exception", detail)
                if refusal:
                    await _errors([refusal.shown], refusal.status)(scope, receive, send)
                    return
            await site(scope, receive, send)

        return guard

    async def _token(self, request: Request) -> Response:
        raw = (await request.body()).decode()
        form = "form-urlencoded" in request.headers.get("content-type", "")
        asked = dict(parse_qsl(raw)) if form else json.loads(raw or "{}")
        if asked.get("grant_type") != "client_credentials":
            return Json({"error": "unsupported_grant_type", "message": "The grant type is not supported."}, 400)
        if (asked.get("client_id"), asked.get("client_secret")) != (self.client_id, self.client_secret):
            return Json({"error": "invalid_client", "message": "Client authentication failed"}, 401)
        token = self.tokens.issue()
        return Json({"token_type": "Bearer", "expires_in": int(self.tokens.lifetime), "access_token": token})

    # --- reading

    async def _list(self, request: Request) -> Response:
        kind = self._records.kind(request.path_params["type"], "get_list")
        query = request.query_params
        found = jsonapi.matching(self.store[kind.name].values(), kind, query)
        records, more = jsonapi.page(found, query)
        document: dict[str, Any] = {"data": [jsonapi.shown(record, query) for record in records]}
        if more and "noHateoas" not in request.headers.get("x-include", ""):
            following = {**query, "page[number]": str(int(query.get("page[number]", "1")) + 1)}
            document["links"] = {"next": str(request.url.replace(query=urlencode(following)))}
        if query.get("include"):
            document["included"] = jsonapi.included(records, self.store, query)
        counted = "totalCount" in request.headers.get("x-include", "")
        return _answer(document, headers={"X-Include-Total-Count": str(len(found))} if counted else None)

    async def _show(self, request: Request) -> Response:
        kind = self._records.kind(request.path_params["type"], "get")
        record = self._records.one(kind.name, request.path_params["id"])
        document: dict[str, Any] = {"data": jsonapi.shown(record, request.query_params)}
        if request.query_params.get("include"):
            document["included"] = jsonapi.included([record], self.store, request.query_params)
        return _answer(document)

    # --- writing

    async def _create(self, request: Request) -> Response:
        name = request.path_params["type"]
        self._records.kind(name, "create")
        document = await _document(request)
        data, more, new = document["data"], document.get("included", []), True
        if (data.get("meta") or {}).get("upsert"):
            record, new = self._records.upserted(name, data, more)
        else:
            record = self._records.created(name, data, more)
        return _answer({"data": jsonapi.shown(record, request.query_params)}, 201 if new else 200)

    async def _update(self, request: Request) -> Response:
        name, id = request.path_params["type"], request.path_params["id"]
        self._records.kind(name, "update")
        record = self._records.updated(name, id, (await _document(request))["data"])
        return _answer({"data": jsonapi.shown(record, request.query_params)})

    async def _delete(self, request: Request) -> Response:
        kind = self._records.kind(request.path_params["type"], "delete")
        self._records.one(kind.name, request.path_params["id"])
        del self.store[kind.name][request.path_params["id"]]
        return Response(status_code=204)

    async def _batch(self, request: Request) -> Response:
        kind = self._records.kind(request.path_params["type"], "get_list")
        document = await _document(request)
        if not isinstance(document["data"], list) or not document["data"]:
            raise ProblemError(400, "request data constraint", "The list of primary data should not be empty.")
        number = str(len(self.operations) + 1)
        items, more = document["data"], document.get("included", [])
        operation = Operation(number, kind.name, items, more, self.polls_until_done)
        if request.headers.get("x-mode") == "sync":
            return self._at_once(operation)
        self.operations[number] = operation
        return _answer({"data": operation.shown()}, 202)

    def _at_once(self, operation: Operation) -> Response:
        if len(operation.items) > MOST_IN_SYNC:
            raise ProblemError(400, "request data constraint", f"No more than {MOST_IN_SYNC} records may be sent.")
        operation.carry_out(self._records)
        if operation.errors:
            return _errors(operation.errors, 400)
        return _answer({"data": [{"type": item["type"], "id": item.get("id")} for item in operation.items]})

    async def _operation(self, request: Request) -> Response:
        operation = self._known_operation(request)
        operation.poll(self._records)
        return _answer({"data": operation.shown()})

    async def _operation_errors(self, request: Request) -> Response:
        return _answer({"data": self._known_operation(request).shown_errors()})

    def _known_operation(self, request: Request) -> Operation:
        if request.path_params["id"] not in self.operations:
            raise ProblemError(
                404, "not found http exception", "An entity with the requested identifier does not exist."
            )
        return self.operations[request.path_params["id"]]


def _line(number: int, sku: str, quantity: str, price: str) -> dict[str, Any]:
    return {
        **{"type": "orderlineitems", "id": f"line-{number}"},
        "attributes": {
            "productSku": sku,
            "quantity": Decimal(quantity),
            "value": str(Decimal(price).quantize(Decimal("0.0001"))),
            "currency": "USD",
            "priceType": 10,
        },
        "relationships": {
            "product": _one("products", BY_SKU[sku].oro_id),
            "productUnit": _one("productunits", "each"),
        },
    }


def _one(kind: str, id: str) -> dict[str, Any]:
    return {"data": {"type": kind, "id": id}}


async def _document(request: Request) -> dict[str, Any]:
    try:
        document = json.loads(await request.body(), parse_float=Decimal)
    except ValueError:
        raise ProblemError(400, "bad request http exception", "Invalid json message received.") from None
    if not isinstance(document, dict) or "data" not in document:
        raise ProblemError(
            400, "request data constraint", "The primary data object should exist.", {"pointer": "/data"}
        )
    return document


def _answer(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(written(document), status, headers, MEDIA_TYPE)


def _errors(errors: list[dict[str, Any]], status: int) -> Response:
    return _answer({"errors": errors}, status)


async def _problem(_: Request, problem: Exception) -> Response:
    assert isinstance(problem, ProblemError)
    return _errors([problem.shown], problem.status)


async def _malformed(_: Request, missing: Exception) -> Response:
    return _errors([{"status": "400", "title": "request data constraint", "detail": f"{missing} is missing."}], 400)
