"""What bench/deliveries.py sends: orders of a thousand customers, each posted once."""

from __future__ import annotations

import json

PATH = "/v1/deliveries/events/placed"
CUSTOMERS = 997
BLOCKED = "blocked"  # a customer whose first order is parked: all others of his wait behind it

_ITEMS = json.dumps(
    [{"sku": f"EMT-{n:02}", "quantity": n, "note": "in the usual packing, please"} for n in range(1, 6)]
)


def body(number: int, customer: str = "") -> str:
    """An order, some 350 bytes of JSON."""
    customer = customer or f"C{number % CUSTOMERS}"
    return f'{{"no": "W-{number}", "customer": "{customer}", "items": {_ITEMS}}}'


def wire(number: int, port: int) -> bytes:
    """The same as a request."""
    content = body(number).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content
