"""What a fake was asked, in order, whether or not it answered."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import parse_qsl

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@dataclass(frozen=True)
class Recorded:
    """One request. `body` is JSON decoded (numbers with a point as Decimal), form fields as pairs, or text."""

    method: str
    path: str
    query: list[tuple[str, str]]
    headers: dict[str, str]
    body: object


def recorded(app: ASGIApp, requests: list[Recorded]) -> ASGIApp:
    """Append each request for `app` to `requests` before passing it on."""

    async def record(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        raw = await _whole_body(receive)
        if raw is None:
            return
        headers = _texts(scope["headers"])
        query = parse_qsl(scope["query_string"].decode(), keep_blank_values=True)
        body = _decoded(raw, headers.get("content-type", ""))
        requests.append(Recorded(scope["method"], scope["path"], query, headers, body))
        await app(scope, _replay(raw, receive), send)

    return record


async def _whole_body(receive: Receive) -> bytes | None:
    """All of the body; None if the client went away first."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _replay(raw: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": raw, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def _texts(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


def _decoded(raw: bytes, content_type: str) -> object:
    if not raw:
        return None
    text = raw.decode("utf-8", "replace")
    if "json" in content_type:
        try:
            return json.loads(text, parse_float=Decimal)
        except ValueError:
            return text
    if "x-www-form-urlencoded" in content_type:
        return parse_qsl(text, keep_blank_values=True)
    return text
