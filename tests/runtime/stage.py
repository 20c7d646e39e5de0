"""An engine on a stage: integrations from YAML text, a canned system behind them, a recorder that keeps a list."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from engine.exchange import Exchange
from engine.formats.json import dumps, loads
from engine.plan.folder import load_plans
from engine.redaction import Redactor
from engine.runtime.connections.outside import Outside
from engine.runtime.messages.engine import Completed, Engine
from engine.settings import Sources

ACME = """
engine: 1
name: acme
{head}
settings:
  url: {{type: url, default: "https://erp.example"}}
  password: {{type: secret, default: null, required: false}}
  company: {{type: text, default: NORTH}}
connections:
  erp:
    type: rest
    url: =settings.url
    retry: {{attempts: 1}}
    {connection}
    endpoints:
      ping: {{method: GET, path: /ping}}
      list: {{method: GET, path: /list, records: =reply.rows}}
      pages: {{method: GET, path: /pages, records: =reply.rows, page: {{type: number, param: page, size_param: size, size: 2}}}}
      changes: {{method: GET, path: /changes, records: =reply.rows, page: {{type: keyset, size_param: size, size: 2}}}}
      get: {{method: GET, path: "/things/{{id}}", absent: [404]}}
      post: {{method: POST, path: /orders}}
      log_in: {{method: POST, path: /log_in, auth: {{type: none}}}}
      cancel: {{method: DELETE, path: "/orders/{{id}}"}}
      put: {{method: PUT, path: /things, retry: {{attempts: 3, backoff: 1ms..1ms, causes: [reset, "500"]}}}}
      search: {{method: GET, path: /search, retry: {{attempts: 3, backoff: 1ms..1ms, causes: [reset, "500"]}}}}
messages:
{messages}
"""


class Erp:
    """What the other side answers; the last reply to a call is given again and again."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self._replies: dict[str, list[Any]] = {}

    def on(self, call: str, *replies: Any) -> None:
        """`GET /list` → JSON values, statuses, errors, responses, or coroutine functions."""
        self._replies[call] = list(replies)

    @property
    def asked(self) -> list[str]:
        return [f"{request.method} {request.url.path}" for request in self.requests]

    def bodies(self) -> list[Any]:
        return [loads(request.content) for request in self.requests if request.content]

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        replies = self._replies.get(f"{request.method} {request.url.path}", [404])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if callable(reply):
            reply = await reply(request)
        if isinstance(reply, Exception):
            raise reply
        if isinstance(reply, httpx.Response):
            return httpx.Response(reply.status_code, headers=reply.headers, content=reply.content)
        if isinstance(reply, int):
            return httpx.Response(reply)
        return httpx.Response(200, content=dumps(reply), headers={"content-type": "application/json"})


@dataclass
class Stage:
    """An engine, what stands behind it, and what it recorded."""

    engine: Engine
    erp: Erp
    recorded: list[tuple[Exchange, Redactor]]

    @property
    def exchanges(self) -> list[Exchange]:
        return [exchange for exchange, _ in self.recorded]

    async def run(self, message: str = "m", value: Any = None, integration: str = "acme", key: str = "") -> Completed:
        return await self.engine.run(integration, message, {} if value is None else value, key)

    async def reply(self, message: str = "m", value: Any = None) -> Any:
        """The reply of a message that must not fail."""
        answer = await self.run(message, value)
        assert answer.error is None, answer.error
        return answer.exchange.reply

    async def failure(self, message: str = "m", value: Any = None) -> str:
        """The error of a message that must fail, as `Kind: text`."""
        error = (await self.run(message, value)).error
        return f"{type(error).__name__}: {error}"


@dataclass
class Recorder:
    recorded: list[tuple[Exchange, Redactor]] = field(default_factory=list)

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        self.recorded.append((exchange, redactor))


def acme(messages: str, head: str = "", connection: str = "") -> str:
    return ACME.format(messages=messages, head=head, connection=connection)


def staged(folder: Path, *files: str, given: Mapping[str, str] | None = None) -> Stage:
    """An engine over integrations given as text; `given` are settings such as `acme.company`."""
    for text in files:
        name = next(line.split()[1] for line in text.splitlines() if line.startswith("name:"))
        (folder / f"{name}.yaml").write_text(text)
    erp, recorder = Erp(), Recorder()
    outside = Outside(transport=lambda name, tls, tunnel: httpx.MockTransport(erp))
    engine = Engine.start(load_plans(folder), Sources(given or {}, {}, {}), recorder, outside)
    return Stage(engine, erp, recorder.recorded)


def after(seconds: float, reply: Any = None) -> Callable[[httpx.Request], Awaitable[Any]]:
    """A reply that takes its time."""

    async def answer(request: httpx.Request) -> Any:
        await asyncio.sleep(seconds)
        return {} if reply is None else reply

    return answer


class Held:
    """A reply that is given when it may be; `asked` as soon as somebody waits for it."""

    def __init__(self, reply: Any = None) -> None:
        self.asked, self.goes_on = asyncio.Event(), asyncio.Event()
        self._reply = {} if reply is None else reply

    async def __call__(self, request: httpx.Request) -> Any:
        self.asked.set()
        await self.goes_on.wait()
        return self._reply


UNREACHABLE = httpx.ConnectError("no route")
