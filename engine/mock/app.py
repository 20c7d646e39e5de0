"""The mock as an ASGI application: `/{integration}/{connection}/…` are systems, `/v1/…` is the shop's side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from engine.examples.suite import Subject
from engine.formats.format import Undecodable
from engine.formats.json import loads
from engine.mock.answers import Answer, problem
from engine.mock.faults import HEADER, Faults
from engine.mock.shop import Shop, paths
from engine.mock.systems import Systems
from engine.mock.tokens import token

_HANGS = 3600.0


class Mock:
    """Answers requests from examples.

    Args:
        tell: gets one line per request.
    """

    def __init__(self, subjects: Sequence[Subject], faults: Faults, tell: Callable[[str], None]) -> None:
        self._systems = {subject.plan.name: Systems(subject) for subject in subjects}
        self._shops = {subject.plan.name: Shop(subject) for subject in subjects}
        self._faults = faults
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        asked = await _asked(request)
        try:
            fault = self._faults.drawn(request.headers)
            answer = self._answer(asked) if fault is None else _faulty(fault)
        except ValueError as error:
            answer = problem(400, "No such fault", str(error))
        self._tell(
            f"{asked.method} {asked.url.raw_path.decode()} → {answer.status or answer.content.decode()}  {answer.why}"
        )
        await _sent(answer, scope, receive, send)

    def _answer(self, request: httpx.Request) -> Answer:
        match request.url.path.strip("/").split("/"):
            case ["v1", name, "messages", message] if name in self._shops:
                return self._posted(request, partial(self._shops[name].answer, message), "a message is called")
            case ["v1", name, "events", event] if name in self._shops:
                return self._posted(request, partial(self._shops[name].take, event), "an event is posted")
            case [name, connection, *_] if name in self._systems and connection in self._connections(name):
                return self._systems[name].answer(connection, request)
        known = [f"/{name}/{connection}/…" for name in self._systems for connection in self._connections(name)]
        known += [f"/v1/{name}/{path}" for name, shop in self._shops.items() for path in paths(shop.subject.plan)]
        return token(request) or problem(404, "Not found", f"the mock serves: {', '.join(known)}")

    def _connections(self, name: str) -> Mapping[str, object]:
        return self._systems[name].subject.integration.connections

    def _posted(self, request: httpx.Request, answer: Callable[[Any], Answer], said: str) -> Answer:
        if request.method != "POST":
            return problem(405, "Method not allowed", f"{said} with POST")
        try:
            return answer(loads(request.content) if request.content.strip() else {})
        except Undecodable as error:
            return problem(400, "The request cannot be read", str(error))


async def _asked(request: Request) -> httpx.Request:
    content = await request.body()
    headers = [(name, value) for name, value in request.headers.raw if name.lower() != HEADER.encode()]
    return httpx.Request(request.method, str(request.url), headers=headers, content=content)


def _faulty(fault: str) -> Answer:
    if fault.isdigit():
        answer = problem(int(fault), "A fault on demand", f"status {fault}")
        return Answer(answer.status, answer.headers, answer.content, "a fault")
    return Answer(0, {}, fault.encode(), "a fault")


async def _sent(answer: Answer, scope: Scope, receive: Receive, send: Send) -> None:
    """Let an answer go out; one without a status is a failure, as far as a server can make it."""
    if answer.delay:
        await asyncio.sleep(answer.delay)
    if answer.status:
        headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
        await Response(answer.content, answer.status, headers)(scope, receive, send)
        return
    if answer.content == b"timeout":
        await _left(receive)
        return
    if answer.content == b"garbage":
        await Response(b"<html>this is no answer</html>", 200, media_type="text/html")(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})  # the server closes what does not end


async def _left(receive: Receive) -> None:
    """Wait until the caller loses patience."""
    try:
        async with asyncio.timeout(_HANGS):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return
