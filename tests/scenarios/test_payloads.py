"""What passes over the wire fits the schemas that the integrations give of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from engine.formats.json import loads
from engine.formats.jsonapi import resolved
from engine.http.client import HttpReply, HttpRequest
from engine.protocols.rest import Endpoint, RestConnection
from engine.schemas import Schemas
from tests.fakes.catalogue import BY_SKU
from tests.fakes.certificates import Authority
from tests.fakes.faults import Call
from tests.fakes.oro_resources import LEVEL_OFFSET
from tests.scenarios.world import SHIPPED, World, asked, order, world

CONNECTIONS = {"eclipse": "eclipse", "oro": "orocommerce"}


@pytest.fixture
async def talkative(certificates: Authority) -> AsyncIterator[World]:
    kept = {"eclipse__log_payloads": "true", "orocommerce__log_payloads": "true", "eclipse__quote_prices": "true"}
    async with world(certificates, SHIPPED, **kept) as made:
        yield made


async def test_every_payload_fits_its_schema(talkative: World) -> None:
    await everything_is_asked(talkative)

    described = {
        (call, kind): schemas.check(getattr(one, field))
        for call, (one, schemas) in endpoints(talkative).items()
        for field, kind in (("request", HttpRequest), ("reply", HttpReply))
        if getattr(one, field) is not None and not call.endswith(".ping")  # asked only when a system is away
    }
    passed = [
        (moment.call, moment.payload)
        for exchange, _ in talkative.recorded
        for moment in exchange.moments
        if (moment.call, type(moment.payload)) in described and getattr(moment.payload, "status", 200) < 300
    ]
    wrong = [
        f"{call}: {violation.path} {violation.message}"
        for call, sent in passed
        for violation in described[call, type(sent)](payload(call, sent))
    ]
    assert wrong == []
    reached = calls_of(talkative)
    assert {(call, type(sent)) for call, sent in passed} >= {key for key in described if key[0] in reached}


async def everything_is_asked(w: World) -> None:
    """Every message of the two integrations, so that every endpoint is called."""
    customer = {"customer_id": "12625"}
    shop = w.oro.place_order("PO 5", "12625", [("1E10", "2", "16.065")])
    prices = {**customer, **asked(["EMT-05", "EMT-07", "00123"])}
    levels = [{"sku": "1E10", "quantity": 16}, {"sku": "00123", "quantity": 2}]
    for message in ("prices", "price_and_stock"):
        await w.reply("eclipse", message, prices)
    await w.reply("eclipse", "stock", asked(["1E10"]))
    await w.reply("eclipse", "order_total", order())
    await w.reply("eclipse", "part_numbers", customer)
    for sku in ("1E10", "EMT-05"):
        await w.reply("eclipse", "save_part_number", {**customer, "sku": sku, "part_number": "NEW"})
    place = {"street": "9 Bay Rd", "city": "Oakland", "state": "CA", "postal_code": "94601", "country": "US"}
    await w.reply("eclipse", "save_customer", {**customer, "name": "ACME", "address": place})
    await w.reply("eclipse", "save_address", {**customer, **place, "erp_id": "102235"})
    placed = await w.reply("eclipse", "create_order", order(shop_id=shop.id))
    w.eclipse.ship(placed["erp_id"], {1: 1})
    await w.reply("eclipse", "fulfilment", {**customer, "erp_id": placed["erp_id"]})
    quote = {**customer, "erp_id": (await w.reply("eclipse", "create_quote", order("17")))["erp_id"]}
    change = {"items": [{"line_no": 1, "quantity": 3, "unit_price": 15}], "notes": "soon"}
    await w.reply("eclipse", "change_quote", {**quote, **change})
    await w.reply("eclipse", "decline_quote", quote)
    await w.reply("orocommerce", "order", {"order_no": shop.attributes["identifier"]})
    await w.reply("orocommerce", "update_stock", {"items": levels})
    w.oro.faults.add(LevelVanishes(w), path="/admin/api/inventorylevels", method="PATCH")
    assert (await w.ask("orocommerce", "update_stock", {"items": levels})).status_code == 207


def calls_of(w: World) -> set[str]:
    """The endpoints that the messages asked above call; those of flows are asked where flows are proved."""
    return {
        step.label
        for exchange, _ in w.recorded
        for step in w.engine.integrations[exchange.integration].plan.messages[exchange.message].steps
        if step.kind == "call"
    }


@dataclass(frozen=True)
class LevelVanishes:
    """A level is there when it is looked up, and gone when it is written."""

    world: World

    async def play(self, call: Call) -> None:
        self.world.oro.store["inventorylevels"].pop(str(LEVEL_OFFSET + int(BY_SKU["1E10"].oro_id)))
        await call.app(call.scope, call.receive, call.send)


def endpoints(w: World) -> dict[str, tuple[Endpoint, Schemas]]:
    """The endpoints of the two systems by `connection.endpoint`, with the schemas of their file."""
    found: dict[str, tuple[Endpoint, Schemas]] = {}
    for connection, integration in CONNECTIONS.items():
        spec = w.engine.integrations[integration].plan.integration
        rest = spec.connections[connection]
        assert isinstance(rest, RestConnection)
        found |= {f"{connection}.{name}": (one, Schemas(spec.schemas)) for name, one in rest.endpoints.items()}
    return found


def payload(call: str, sent: HttpRequest | HttpReply) -> Any:
    value = loads(sent.content)
    return resolved(value) if call.startswith("oro.") and isinstance(sent, HttpReply) else value
