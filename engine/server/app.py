"""The ASGI application: exact routes, bounded bodies, one line from request to answer."""

from __future__ import annotations

import logging
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

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_BODY = 4_000_000

log = logging.getLogger("engine.server")


class Problem(Exception):
    """An answer that is a problem."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(detail)
        self.response = as_problem(problems.problem(status, detail, **more), headers)


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
            headers = {"WWW-Authenticate": "Bearer"} if denied.status == 401 else None
            response = as_problem(problems.problem(denied.status, denied.reason), headers)
        except Exception:  # the last line of defence: a defect of ours must not show a caller more than that
            log.exception("a request could not be answered")
            response = as_problem(
                problems.problem(500, "this is a defect of the engine; its log says more", kind="defect")
            )
        await response(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        path = scope["path"]
        route = self._messages.get(path)
        if route is None:
            return self._other(scope, path)
        if scope["method"] != "POST":
            raise Problem(405, "a message is called with POST", {"Allow": "POST"})
        live, message = route
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        self._access[live.name].require(self._caller(scope, headers), headers, message)
        if not self._ready():
            raise Problem(503, "the engine is stopping", {"Retry-After": "5"}, kind="stopping")
        trace = self._engine.trace(live)
        body = await _body(receive, headers)
        trace.mark(100, body)
        key = headers.get("idempotency-key", "")[:200]
        answer = await self._engine.run(live.name, message, _decoded(body, headers), key, trace)
        return _answered(answer, live)

    def _other(self, scope: Scope, path: str) -> Response:
        if path in ("/healthz", "/readyz", "/openapi.json") and scope["method"] not in ("GET", "HEAD"):
            raise Problem(405, "this is read with GET", {"Allow": "GET"})
        if path == "/healthz":
            return _json({"status": "ok"})
        if path == "/readyz":
            return _json({"status": "ready"}) if self._ready() else _json({"status": "stopping"}, 503)
        if path == "/openapi.json":
            return _json(document(self._visible(scope)))
        raise Problem(404, self._nearest(scope, path))

    def _visible(self, scope: Scope) -> list[LiveIntegration]:
        """The integrations that a caller's network may know of."""
        caller = self._caller(
            scope, {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        )
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
            raise Denied(403, "the caller's address is not known")
        try:
            return self._proxies.caller(client[0], headers.get("x-forwarded-for", ""))
        except ValueError:
            raise Denied(403, "the caller's address is not known") from None


async def _body(receive: Receive, headers: Mapping[str, str]) -> bytes:
    """The whole body, within bounds."""
    declared = headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAX_BODY:
        raise Problem(413, f"a body has at most {MAX_BODY:,} bytes")
    chunks, size = [], 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise Problem(400, "the request was broken off")
        chunk = event.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise Problem(413, f"a body has at most {MAX_BODY:,} bytes")
        chunks.append(chunk)
        if not event.get("more_body"):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _decoded(body: bytes, headers: Mapping[str, str]) -> Any:
    kind = headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise Problem(415, f"the Content-Type is {kind}; send application/json")
    if not body.strip():
        return {}
    try:
        return loads(body)
    except Undecodable as error:
        raise Problem(400, f"the body cannot be read: {error}", kind="unreadable") from None


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
