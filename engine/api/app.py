"""The ASGI application: exact routes, bounded bodies, one line from request to answer."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from engine.api import deliveries, events, messages, problems
from engine.api.access import Access, Denied, Proxies
from engine.api.describing import PATHS, Describing
from engine.api.requests import (
    Problem,
    Receive,
    Scope,
    Send,
    as_problem,
    body_of,
    headers_of,
    query_of,
)
from engine.api.routes import Request, Route, found
from engine.api.vitals import Vitals
from engine.parts.suggest import suggest
from engine.runtime.by_itself.flows import Flows
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine

log = logging.getLogger("engine.server")


class App:
    """`POST /v1/{integration}/messages/{message}` and `…/events/{event}`, deliveries for operators, and what describes it.

    Args:
        flows: takes events in and keeps deliveries; None where only messages are answered.
        ready: whether the engine takes new work.
        vitals: where it is counted what comes in; None: nowhere.
    """

    def __init__(
        self,
        engine: Engine,
        proxies: Proxies,
        ready: Callable[[], bool] = lambda: True,
        flows: Flows | None = None,
        vitals: Vitals | None = None,
    ) -> None:
        self._engine = engine
        self._proxies = proxies
        self._ready = ready
        self._counts = vitals.counts if vitals is not None else None
        self._describing = Describing(engine, ready, flows, vitals)
        self._access = {name: Access(live) for name, live in engine.integrations.items()}
        self._routes: dict[str, Route] = {}
        for live in engine.integrations.values() if flows is None or flows.duties.api else ():
            self._routes |= messages.routes(engine, live)
            if flows is not None:
                self._routes |= events.routes(flows, live, self._counts) | deliveries.routes(flows, live)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            response = await self._answer(scope, receive)
        except Problem as problem:
            self._count(problem.kind)
            response = problem.response
        except Denied as denied:
            self._count(denied.kind)
            headers = {"WWW-Authenticate": denied.challenge} if denied.challenge else None
            response = as_problem(problems.problem(denied.kind, denied.reason), headers)
        except Exception:  # the last line of defence: a defect of ours must not show a caller more than that
            log.error("a request could not be answered: %s", self._engine.redacted(traceback.format_exc()))
            response = as_problem(problems.problem("defect", "this is a defect of the engine; its log says more"))
        await response(scope, receive, send)

    def _count(self, kind: str) -> None:
        if self._counts is not None:
            self._counts.denied[kind] += 1

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        path = scope["path"]
        route, name = found(self._routes, path)
        if route is None:
            return await self._other(scope, path)
        headers, access = headers_of(scope), self._access[route.live.name]
        caller = self._caller(scope, headers)
        access.require_network(caller)
        if scope["method"] != route.method:
            raise Problem("wrong-method", f"this is asked with {route.method}", {"Allow": route.method})
        signed = access.needs_body(route.wanted)
        if not signed:
            await access.require_client(caller, headers, route.wanted)
        if not self._ready():
            raise Problem("stopping", "the engine is stopping", {"Retry-After": "5"})
        trace = self._engine.trace(route.live)
        trace.parent = headers.get("traceparent", "")
        body = await body_of(receive, headers)
        if signed:
            await access.require_client(caller, headers, route.wanted, body)
        trace.mark(100, body)
        return await route.answer(Request(headers, body, query_of(scope), name, trace))

    async def _other(self, scope: Scope, path: str) -> Response:
        if path not in PATHS:
            raise Problem("not-found", self._nearest(scope, path))
        if scope["method"] not in ("GET", "HEAD"):
            raise Problem("wrong-method", "this is read with GET", {"Allow": "GET, HEAD"})
        return await self._describing.answer(path, () if path == "/healthz" else self._visible(scope))

    def _visible(self, scope: Scope) -> list[LiveIntegration]:
        """The integrations that a caller's network may know of."""
        caller = self._caller(scope, headers_of(scope))
        return [live for name, live in self._engine.integrations.items() if self._access[name].admits(caller)]

    def _nearest(self, scope: Scope, path: str) -> str:
        """What a wrong path may have meant, told only to those who may connect."""
        visible = {live.name: live for live in self._visible(scope)}
        _, _, name, kind, last, *_ = [*path.split("/"), "", "", "", ""]
        live = visible.get(name)
        if live is None:
            near = suggest(name, visible) if path.startswith("/v1/") and name else None
            meant = f'there is no integration "{name}"; did you mean "{near}"? ' if near else ""
            return f"{meant}messages are called with POST /v1/{{integration}}/messages/{{message}}; GET /openapi.json lists them"
        near = suggest(last, live.events if kind == "events" else live.messages) if last else None
        meant = f'did you mean "{near}"? ' if near else ""
        told = f"{live.name} has the messages {', '.join(live.messages)}: POST /v1/{live.name}/messages/…"
        posted = f"; the events {', '.join(live.events)}: POST /v1/{live.name}/events/…" if live.events else ""
        return meant + told + posted

    def _caller(self, scope: Scope, headers: Mapping[str, str]) -> Any:
        client = scope.get("client")
        if client is None:
            raise Denied("forbidden", "the caller's address is not known")
        try:
            return self._proxies.caller(client[0], headers.get("x-forwarded-for", ""))
        except ValueError:
            raise Denied("forbidden", "the caller's address is not known") from None
