"""The yardstick of bench/realtime.py: the same price mapping as a service written by hand, starlette over aiohttp.

Written as for production: tokens are compared in constant time, inputs are checked, prices stay exact, an ERP that is
away is told apart from one that refuses. Run as `python -m bench.realtime_hand PORT URL_OF_THE_ERP`.
"""

from __future__ import annotations

import hmac
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated

import aiohttp
import msgspec
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.realtime_case import ERP_PATH, ERP_TOKEN, PATH, SHOP_TOKEN
from engine.server.loop import settle

COMPANY, LOCATION, CURRENCY = "ACME", 10, "USD"
UNITS = {"each": "EA", "hundred": "C", "box": "BX"}
TWO, SIX = Decimal("0.01"), Decimal("0.000001")
SHOP = f"Bearer {SHOP_TOKEN}".encode()

Word = Annotated[str, msgspec.Meta(min_length=1)]


class Item(msgspec.Struct):
    """A product asked for."""

    sku: Word
    quantity: Decimal
    unit: Word | None = None


class PriceRequest(msgspec.Struct):
    """The shop's question."""

    items: Annotated[list[Item], msgspec.Meta(min_length=1)]
    customer_id: Word | None = None


class Asked(msgspec.Struct, omit_defaults=True):
    """A line of the question to the ERP."""

    ItemId: str
    SourceLocId: int
    UnitQuantity: Decimal
    UOM: str | None = None


class Row(msgspec.Struct):
    """A line of the ERP's answer."""

    ItemId: str
    UOMUnitSize: Decimal | None = None
    UnitPrice: Decimal | None = None
    BaseUnitPrice: Decimal | None = None
    ExtendedPrice: Decimal | None = None


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


_question = msgspec.json.Decoder(PriceRequest)
_rows = msgspec.json.Decoder(list[Row])
_encoder = msgspec.json.Encoder(decimal_format="number")


async def prices(request: Request) -> Response:
    try:
        return await _answer(request)
    except Refused as error:
        problem = {"status": error.status, "detail": str(error)}
        return Response(_encoder.encode(problem), error.status, media_type="application/problem+json")


async def _answer(request: Request) -> Response:
    given = request.headers.get("authorization", "")
    if not hmac.compare_digest(given.encode("latin-1"), SHOP):
        raise Refused(401, "no known client")
    try:
        question = _question.decode(await request.body())
    except msgspec.DecodeError as error:
        raise Refused(422, str(error)) from None
    for item in question.items:
        if item.quantity <= 0:
            raise Refused(422, "quantity must be more than 0")
        if item.unit is not None and item.unit not in UNITS:
            raise Refused(422, f"unit {item.unit} is not known")
    rows = await _ask(request.app.state.session, question)
    return Response(_encoder.encode(_reply(question, rows)), media_type="application/json")


async def _ask(session: aiohttp.ClientSession, question: PriceRequest) -> list[Row]:
    asked = [
        Asked(item.sku, LOCATION, item.quantity, UNITS[item.unit] if item.unit is not None else None)
        for item in question.items
    ]
    query = {"companyId": COMPANY, "salesLocId": str(LOCATION)}
    if question.customer_id is not None:
        query["customerId"] = question.customer_id
    try:
        async with session.post(ERP_PATH, params=query, data=_encoder.encode(asked)) as answer:
            content = await answer.read()
            if answer.status >= 300:
                raise Refused(502, f"the ERP refused: {answer.status} {content[:200].decode('utf-8', 'replace')}")
            return _rows.decode(content)
    except TimeoutError:
        raise Refused(504, "the ERP did not answer in time") from None
    except aiohttp.ClientError as error:
        raise Refused(503, f"the ERP cannot be reached: {error}") from None
    except msgspec.DecodeError as error:
        raise Refused(502, f"the ERP's answer cannot be read: {error}") from None


def _reply(question: PriceRequest, rows: list[Row]) -> dict[str, object]:
    by_item = {row.ItemId: row for row in rows}
    items = [_price(item, by_item.get(item.sku)) for item in question.items]
    return {"items": items} if question.customer_id is None else {"customer_id": question.customer_id, "items": items}


def _price(item: Item, row: Row | None) -> dict[str, object]:
    price: dict[str, object] = {"sku": item.sku, "quantity": item.quantity}
    if item.unit is not None:
        price["unit"] = item.unit
    if row is not None:
        if row.UOMUnitSize is not None:
            price["unit_size"] = row.UOMUnitSize
        if row.UnitPrice is not None:
            price["unit_price"] = row.UnitPrice.quantize(SIX, ROUND_HALF_UP)
        if row.BaseUnitPrice is not None:
            price["list_price"] = row.BaseUnitPrice.quantize(SIX, ROUND_HALF_UP)
        if row.ExtendedPrice is not None:
            price["total"] = row.ExtendedPrice.quantize(TWO, ROUND_HALF_UP)
    price["currency"] = CURRENCY
    return price


def app(erp: str) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with aiohttp.ClientSession(
            erp,
            headers={
                "Accept": "application/json",
                "Authorization": f"Bearer {ERP_TOKEN}",
                "Content-Type": "application/json",
            },
            timeout=aiohttp.ClientTimeout(total=10),
            cookie_jar=aiohttp.DummyCookieJar(),
        ) as session:
            app.state.session = session
            yield

    return Starlette(routes=[Route(PATH, prices, methods=["POST"])], lifespan=lifespan)


if __name__ == "__main__":
    settle()  # the engine's tuning of the garbage collector
    uvicorn.run(
        app(sys.argv[2]),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=30,
    )
