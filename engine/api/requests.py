"""What comes in, read within bounds; and how an answer is written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response

from engine.api import problems
from engine.formats.format import Undecodable
from engine.formats.json import dumps, loads
from engine.time_limit import TimeLimit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY = 4_000_000
BODY_SECONDS = 30.0
MAX_KEY = 200

_CLOSE = {"Connection": "close"}  # the rest of the request is not read


class Problem(Exception):
    """An answer that is a problem."""

    def __init__(self, kind: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.response = as_problem(problems.problem(kind, detail), headers)


def headers_of(scope: Scope) -> dict[str, str]:
    """Names in lower case; a header that comes several times is one list, in its order."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), _header_text(value)
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def query_of(scope: Scope) -> dict[str, str]:
    """Parameters; of one that comes several times, the last."""
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True))


def _header_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def body_of(receive: Receive, headers: Mapping[str, str]) -> bytes:
    """The whole body, within bounds of size and time."""
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > MAX_BODY:
        raise Problem("too-large", f"a body has at most {MAX_BODY:,} bytes", _CLOSE)
    try:
        with TimeLimit(BODY_SECONDS):
            return await _read(receive)
    except TimeoutError:
        raise Problem("too-slow", f"the body did not come within {BODY_SECONDS:g} s", _CLOSE) from None


async def _read(receive: Receive) -> bytes:
    chunks, size = [], 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Problem("unreadable", "the request was broken off")
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise Problem("too-large", f"a body has at most {MAX_BODY:,} bytes", _CLOSE)
        chunks.append(chunk)
        if not event.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def decoded(body: bytes, headers: Mapping[str, str]) -> Any:
    kind = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Problem("not-json", f"the Content-Type is {kind}; send application/json")
    coding = headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise Problem("not-json", f"the Content-Encoding is {coding}; send the JSON as it is")
    if not body.strip():
        return {}
    try:
        return loads(body)
    except Undecodable as error:
        raise Problem("unreadable", f"the body cannot be read: {error}") from None


def key_of(headers: Mapping[str, str]) -> str:
    """The caller's Idempotency-Key, empty if there is none."""
    key = headers.get("idempotency-key", "")
    if len(key) > MAX_KEY:
        raise Problem("unreadable", f"an Idempotency-Key has at most {MAX_KEY} characters")
    return key


def as_problem(problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(dumps(problem), problem["status"], headers, "application/problem+json")


def as_json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(dumps(value), status, headers, "application/json")
