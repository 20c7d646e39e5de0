"""The ASGI application: exact routes, bounded bodies, one line from request to answer."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from starlette.responses import Response

from engine.errors import Refused, Unreachable
from engine.formats.format import Undecodable
from engine.formats.json import dumps, loads
from engine.runtime.engine import Answer, Engine
from engine.runtime.live import LiveIntegration
from engine.server import problems
from engine.server.access import Access, Denied, Proxies
from engine.server.openapi import document
from engine.time_limit import TimeLimit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY = 4_000_000
BODY_SECONDS = 30.0
MAX_KEY = 200

_CLOSE = {"Connection": "close"}  # the rest of the request is not read

log = logging.getLogger("engine.server")


class Problem(Exception):
    """An answer that is a problem."""

    def __init__(self, kind: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.response = as_problem(problems.problem(kind, detail), headers)


class App:
    """`POST /v1/{integration}/messages/{message}`, `/openapi.json`, `/healthz`, `/readyz`.

    Args:
        ready: whether the engine takes new work.
    """

    def __init__(self, engine: Engine, proxies: Proxies, ready: Callable[[], bool] = lambda: True) -> None:
        self._engine = engine
        self._proxies = proxies
        self._ready = ready
        self._access = {name: Access(live) for name, live in engine.integrations.items()}
        self._messages = {
            f"/v1/{name}/messages/{message}": (live, message)
            for name, live in engine.integrations.items()
            for message in live.messages
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            response = await self._answer(scope, receive)
        except Problem as problem:
            response = problem.response
        except Denied as denied:
            headers = {"WWW-Authenticate": "Bearer"} if denied.kind == "unknown-client" else None
            response = as_problem(problems.problem(denied.kind, denied.reason), headers)
        except Exception:  # the last line of defence: a defect of ours must not show a caller more than that
            log.error("a request could not be answered: %s", self._redacted(traceback.format_exc()))
            response = as_problem(problems.problem("defect", "this is a defect of the engine; its log says more"))
        await response(scope, receive, send)

    def _redacted(self, text: str) -> str:
        for live in self._engine.integrations.values():
            text = live.redactor.text(text)
        return text

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        path = scope["path"]
        route = self._messages.get(path)
        if route is None:
            return self._other(scope, path)
        live, message = route
        headers = _headers(scope)
        caller = self._caller(scope, headers)
        self._access[live.name].require_network(caller)
        if scope["method"] != "POST":
            raise Problem("wrong-method", "a message is called with POST", {"Allow": "POST"})
        self._access[live.name].require_client(caller, headers, message)
        if not self._ready():
            raise Problem("stopping", "the engine is stopping", {"Retry-After": "5"})
        key = headers.get("idempotency-key", "")
        if len(key) > MAX_KEY:
            raise Problem("unreadable", f"an Idempotency-Key has at most {MAX_KEY} characters")
        trace = self._engine.trace(live)
        body = await _body(receive, headers)
        trace.mark(100, body)
        answer = await self._engine.run(live.name, message, _decoded(body, headers), key, trace)
        return _answered(answer, live)

    def _other(self, scope: Scope, path: str) -> Response:
        if path in ("/healthz", "/readyz", "/openapi.json") and scope["method"] not in ("GET", "HEAD"):
            raise Problem("wrong-method", "this is read with GET", {"Allow": "GET, HEAD"})
        if path == "/healthz":
            return _json({"status": "ok"})
        if path == "/readyz":
            return _json({"status": "ready"}) if self._ready() else _json({"status": "stopping"}, 503)
        if path == "/openapi.json":
            return _json(document(self._visible(scope)))
        raise Problem("not-found", self._nearest(scope, path))

    def _visible(self, scope: Scope) -> list[LiveIntegration]:
        """The integrations that a caller's network may know of."""
        caller = self._caller(scope, _headers(scope))
        return [live for name, live in self._engine.integrations.items() if self._access[name].admits(caller)]

    def _nearest(self, scope: Scope, path: str) -> str:
        """What a wrong path may have meant, told only to those who may connect."""
        for live in self._visible(scope):
            if path.startswith(f"/v1/{live.name}/"):
                return f"{live.name} has the messages {', '.join(live.messages)}: POST /v1/{live.name}/messages/…"
        return "messages are called with POST /v1/{integration}/messages/{message}; GET /openapi.json lists them"

    def _caller(self, scope: Scope, headers: Mapping[str, str]) -> Any:
        client = scope.get("client")
        if client is None:
            raise Denied("forbidden", "the caller's address is not known")
        try:
            return self._proxies.caller(client[0], headers.get("x-forwarded-for", ""))
        except ValueError:
            raise Denied("forbidden", "the caller's address is not known") from None


def _headers(scope: Scope) -> dict[str, str]:
    """Names in lower case; a header that comes several times is one list, in its order."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), _header_text(value)
        found[key] = f"{found[key]}, {text}" if key in found else text
    return found


def _header_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")


async def _body(receive: Receive, headers: Mapping[str, str]) -> bytes:
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


def _decoded(body: bytes, headers: Mapping[str, str]) -> Any:
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


def _answered(answer: Answer, live: LiveIntegration) -> Response:
    """The exchange as an HTTP answer: 200, 207 if records of a batch failed, or a problem."""
    exchange = answer.exchange
    headers = {"Engine-Exchange": exchange.id}
    if answer.error is not None:
        wait = getattr(answer.error, "retry_after", None)
        if isinstance(answer.error, (Refused, Unreachable)) and wait:
            headers["Retry-After"] = str(max(round(wait), 1))
        return as_problem(problems.of_error(answer.error, exchange.id, live.redactor), headers)
    if exchange.answered_by != "system":
        headers["Engine-Answered-By"] = exchange.answered_by.replace(" ", "-")
    if answer.failed:
        return _json({"reply": exchange.reply, "failed": answer.failed}, 207, headers)
    return _json(exchange.reply, 200, headers)


def as_problem(problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(dumps(problem), problem["status"], headers, "application/problem+json")


def _json(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(dumps(value), status, headers, "application/json")
