"""A small ERP of its own kind: tokens, prices, orders. It fails in every way that `faults` knows."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from .faults import Faults
from .recording import Recorded, recorded
from .tokens import Tokens


class OrderDesk:
    """Serve `.app`; look at `.orders` and `.requests`; break it with `.faults`."""

    def __init__(self, password: str = "pass-word-1") -> None:
        self.password = password
        self.orders: list[dict[str, Any]] = []
        """In the order in which they were taken."""
        self.tokens = Tokens(86400)
        self.requests: list[Recorded] = []
        self.most_at_once: Counter[str] = Counter()
        """By path, how many requests were there at a time at most."""
        self.faults = Faults()
        self._now: Counter[str] = Counter()
        self._lock = threading.Lock()
        routes = [
            Route("/log_in", self._log_in, methods=["POST"]),
            Route("/ping", self._ping),
            Route("/prices/{sku}", self._price),
            Route("/orders", self._place, methods=["POST"]),
            Route("/orders/{no}", self._find),
        ]
        self.app: ASGIApp = recorded(
            self._counted(self.faults.around(self._guarded(Starlette(routes=routes)))), self.requests
        )

    def count(self) -> Counter[str]:
        """How often each order is there."""
        return Counter(order["no"] for order in self.orders)

    def of(self, customer: str) -> list[str]:
        """The orders of a customer as they came."""
        return [order["no"] for order in self.orders if order["customer"] == customer]

    def expire_sessions(self) -> None:
        self.tokens.expire_all()

    def asked(self, path: str) -> int:
        return sum(one.path == path for one in self.requests)

    def _counted(self, app: ASGIApp) -> ASGIApp:
        async def count(scope: Scope, receive: Receive, send: Send) -> None:
            path = scope["path"]
            self._now[path] += 1
            self.most_at_once[path] = max(self.most_at_once[path], self._now[path])
            try:
                await app(scope, receive, send)
            finally:
                self._now[path] -= 1

        return count

    def _guarded(self, site: ASGIApp) -> ASGIApp:
        async def guard(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] != "/log_in":
                _, _, token = Request(scope).headers.get("authorization", "").partition(" ")
                if not self.tokens.valid(token):
                    await JSONResponse({"error": "who are you?"}, 401)(scope, receive, send)
                    return
            await site(scope, receive, send)

        return guard

    async def _log_in(self, request: Request) -> Response:
        if (await request.json()).get("password") != self.password:
            return JSONResponse({"error": "wrong password"}, 403)
        return JSONResponse({"token": self.tokens.issue()})

    async def _ping(self, request: Request) -> Response:
        return JSONResponse({})

    async def _price(self, request: Request) -> Response:
        return JSONResponse({"ok": True, "sku": request.path_params["sku"], "price": "4.125"})

    async def _find(self, request: Request) -> Response:
        with self._lock:
            known = [order for order in self.orders if order["no"] == request.path_params["no"]]
        return JSONResponse({"ok": True, **known[0]}) if known else Response(status_code=404)

    async def _place(self, request: Request) -> Response:
        order = await request.json()
        with self._lock:
            self.orders.append(order)
            number = len(self.orders)
        return JSONResponse({"ok": True, "number": number, **order})
