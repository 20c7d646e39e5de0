"""What both services of bench/realtime.py are asked: the requests, the tokens, the path."""

from __future__ import annotations

import json
import random
from typing import Any

PATH = "/v1/realtime/messages/prices"
ERP_PATH = "/api/inventory/parts/prices"
SHOP_TOKEN = "the-token-of-the-shop"
ERP_TOKEN = "the-token-of-the-erp"
LINES = 5
REQUESTS = 64


def bodies() -> list[bytes]:
    """The requests, the same in every run: 5 lines each, some in fractions, some of items that the ERP has no price for."""
    chance = random.Random(7)
    return [json.dumps(_body(number, chance), separators=(",", ":")).encode() for number in range(REQUESTS)]


def _body(number: int, chance: random.Random) -> dict[str, Any]:
    items = [_item(number * LINES + line, chance) for line in range(LINES)]
    customer = {} if number % 8 == 0 else {"customer_id": f"{100_000 + number}"}
    return {**customer, "items": items}


def _item(number: int, chance: random.Random) -> dict[str, Any]:
    kind = "UNKNOWN" if number % 23 == 0 else "PIPE"
    item: dict[str, Any] = {"sku": f"{kind}-{number:05d}-A", "quantity": chance.choice([1, 2, 12, 100, 2.5, 0.75])}
    unit = chance.choice(["each", "hundred", "box", None])
    return item if unit is None else {**item, "unit": unit}


def wire(body: bytes, port: int) -> bytes:
    """A whole HTTP request of the shop."""
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {SHOP_TOKEN}\r\n"
        f"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
