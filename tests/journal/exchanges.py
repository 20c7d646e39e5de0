"""Exchanges to keep, as the runtime makes them."""

from __future__ import annotations

import secrets
import time
from datetime import UTC, datetime
from typing import Any

from engine.exchange import Exchange, Moment, Status
from engine.http.client import HttpReply, HttpRequest

PASSED = (
    Moment(100, 0, "", None),
    Moment(120, 40, "", None),
    Moment(150, 90, "p21.prices", None),
    Moment(180, 120, "p21.prices", None),
    Moment(220, 35_000, "p21.prices", None),
    Moment(280, 35_200, "", None),
)


def exchange(
    *,
    integration: str = "p21",
    message: str = "prices",
    key: str = "",
    ago: float = 0.0,
    status: Status = "done",
    error: str = "",
    moments: tuple[Moment, ...] = PASSED,
) -> Exchange:
    """An exchange that began so many seconds ago."""
    began = time.time() - ago
    id = f"{int(began * 1000):012x}{secrets.token_hex(6)}"
    at = datetime.fromtimestamp(began, UTC).isoformat()
    return Exchange(id, integration, message, key or id, at, status, {"a": 1}, error, "system", 35_250, moments)


def sent(body: str | bytes, *, url: str = "https://p21.example.com/api/prices", **headers: str) -> Moment:
    """Measuring point 180 with a request."""
    content = body.encode() if isinstance(body, str) else body
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return Moment(180, 120, "p21.prices", HttpRequest("POST", url, named, content, 10.0))


def answered(body: str | bytes, **headers: str) -> Moment:
    """Measuring point 220 with a reply."""
    content = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Moment(220, 35_000, "p21.prices", HttpReply(200, named, content))


def value(payload: Any) -> Moment:
    """Measuring point 100 with a plain value."""
    return Moment(100, 0, "", payload)
