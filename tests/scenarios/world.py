"""The shipped integrations between a shop that calls and the systems, which are served with TLS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

import httpx

from engine.api.access import Proxies
from engine.api.app import App
from engine.exchange import Exchange
from engine.formats.json import dumps, loads
from engine.plan.folder import load_plans
from engine.redaction import Redactor
from engine.runtime.messages.engine import Engine
from engine.settings import Sources
from tests.fakes.certificates import Authority
from tests.fakes.eclipse import Eclipse
from tests.fakes.orocommerce import OroCommerce
from tests.fakes.p21 import P21
from tests.fakes.serving import serving
from tests.fakes.webconnector import CLASSIC, WebConnector
from tests.runtime.stage import Recorder

SHIPPED = Path(__file__).parents[2] / "integrations"
TOKEN = "token-of-the-shop"
PASSWORD = "pass-word-1"
HOOK_SECRET = "secret-of-the-hooks"
CREDIT = ("creditLimit", "creditPerOrder", "creditUsed", "creditAvailable", "creditStatus")
REWARDS = ("rewardPoints", "rewardMoney", "rewardsSince")
"""Fields of the shop's own, as are those of CREDIT."""
ERPS: tuple[Erp, ...] = ("p21", "eclipse")

Erp = Literal["p21", "eclipse", "sagex3", "webconnector"]


@dataclass
class World:
    engine: Engine
    recorded: list[tuple[Exchange, Redactor]]
    p21: P21
    eclipse: Eclipse
    oro: OroCommerce
    connector: WebConnector
    running: Mapping[str, ExitStack]

    def of(self, erp: Erp) -> Any:
        return self.p21 if erp == "p21" else self.eclipse

    def switch_off(self, system: str) -> None:
        self.running[system].close()

    def is_offline(self, erp: str) -> bool:
        return any(one.is_offline for one in self.engine.integrations[erp].sessions.availabilities)

    async def ask(self, erp: str, message: str, value: Any, key: str = "") -> httpx.Response:
        """The shop asks over HTTP."""
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "Idempotency-Key": key}
        transport = httpx.ASGITransport(App(self.engine, Proxies()), client=("127.0.0.1", 40_000))
        async with httpx.AsyncClient(transport=transport, base_url="http://engine", timeout=60) as client:
            return await client.post(f"/v1/{erp}/messages/{message}", content=dumps(value), headers=headers)

    async def reply(self, erp: str, message: str, value: Any) -> Any:
        """The reply of a call that must succeed; numbers with a point are Decimals."""
        response = await self.ask(erp, message, value)
        assert response.status_code == 200, response.text
        return loads(response.content)


plans = cache(load_plans)
"""Compiled once for all tests, as nothing in a plan changes."""


@asynccontextmanager
async def world(authority: Authority, integrations: Path = SHIPPED, **more: str) -> AsyncIterator[World]:
    """`more` are settings such as `p21__company`; an integration that has some is there, too."""
    systems: dict[str, Any] = {
        "p21": P21(password=PASSWORD),
        "eclipse": Eclipse(password=PASSWORD),
        "orocommerce": OroCommerce(client_secret=PASSWORD, extended={"customers": CREDIT + REWARDS}),
        "webconnector": WebConnector(password=PASSWORD),
    }
    running = {name: ExitStack() for name in systems}
    urls = {name: running[name].enter_context(serving(fake.app, authority)) for name, fake in systems.items()}
    urls["webconnector"] += CLASSIC
    recorder = Recorder()
    given = settings(urls, authority) | {name.replace("__", "."): value for name, value in more.items()}
    wanted = {*systems, *(name.partition("__")[0] for name in more)}
    known = {name: plan for name, plan in plans(integrations).items() if name in wanted}
    engine = Engine.start(known, Sources(given, {}, {}), recorder)
    try:
        yield World(engine, recorder.recorded, *systems.values(), running)
    finally:
        await engine.aclose(5)
        for stack in running.values():
            stack.close()


def settings(urls: Mapping[str, str], authority: Authority) -> dict[str, str]:
    both = {"password": PASSWORD, "default_customer": "100123", "shop_token": TOKEN}
    own: dict[str, dict[str, str]] = {
        "p21": {"user": "api", "company": "ACME", "hook_secret": HOOK_SECRET, **both},
        "eclipse": {"user": "WEBAPI", "hook_secret": HOOK_SECRET, **both},
        "orocommerce": {"client": "client", "secret": PASSWORD},
        "webconnector": {"user": "shop", "password": PASSWORD, "shop_token": TOKEN, "payment_token": f"{TOKEN}-2"},
    }
    common = {"ca": str(authority.ca_file)}
    return {
        f"{name}.{setting}": value
        for name, url in urls.items()
        for setting, value in {**own[name], **common, "url": url}.items()
    }


def asked(skus: Sequence[str], quantity: int = 1, **more: Any) -> dict[str, Any]:
    return {"items": [{"sku": sku, "quantity": quantity, **more} for sku in skus]}


def order(no: str = "W-1001", **more: Any) -> dict[str, Any]:
    return {
        "order_no": no,
        "customer_id": "12625",
        "ordered_at": "2026-11-20T14:00:00Z",
        "po_number": "PO 77",
        "buyer": "Jo Doe",
        "email": "jo@acme.example",
        "items": [
            {"sku": "1E10", "quantity": 2, "unit": "each"},
            {"sku": "O'NEIL-2", "quantity": 3, "unit": "each"},
            {"sku": "00123", "quantity": 1, "unit": "hundred"},
        ],
        **more,
    }


def shape(value: Any) -> Any:
    """What a reply looks like, whatever stands in it."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    return "number" if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else type(value).__name__
