"""A served engine: two integrations, one guarded by networks and clients, one without security."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from engine.api.access import Proxies, networks
from engine.api.app import App
from engine.runtime.messages.engine import Engine
from engine.server.generations import Generations, Process
from engine.server.sockets import Address, serve
from tests.runtime.stage import Stage, staged

GUARDED = """
engine: 1
name: guarded
title: Guarded ERP
settings:
  shop_token: {type: secret}
  back_token: {type: secret}
connections:
  erp:
    type: rest
    url: https://erp.example
    retry: {attempts: 1}
    error: {text: =reply.message, code: =reply.code}
    offline: {probe: erp.ping, lasts: 1h}
    endpoints:
      ping: {method: GET, path: /ping}
      list: {method: GET, path: /list, records: =reply.rows}
schemas:
  wish:
    type: object
    required: [name]
    properties:
      name: {type: string}
      more: {type: array, items: {$ref: wish_part}}
  wish_part: {type: object, properties: {count: {type: integer}, inner: {$ref: wish_part}}}
messages:
  echo: {input: commerce.price_request, output: {type: object}, reply: =input}
  ask:
    description: What is there
    input: wish
    steps: [{call: erp.list, save: rows}]
    reply: {rows: =rows}
  batch:
    reply: {done: 1}
    failed: [{index: 1, error: no such item, temporary: false}]
  wrong: {reply: "=subtract('a', 'b')"}
  slow: {timeout: 500ms, steps: [{call: erp.list}]}
  kept:
    steps: [{call: erp.list, save: rows}]
    reply: =rows
    cache: {keep: 1h}
    fallback: nothing known
security:
  allow: [10.20.0.0/16, "2001:db8::/32", 127.0.0.0/8]
  clients:
    shop: {type: bearer, token: =settings.shop_token, may: {messages: [echo, ask, batch, wrong, slow, kept]}}
    back: {type: bearer, token: =settings.back_token, allow: [10.30.0.7, 10.20.0.1], may: {messages: [echo]}}
"""

OPEN = """
engine: 1
name: open
messages:
  hello: {reply: {hello: =input.who}}
"""

GIVEN = {"guarded.shop_token": "shop-token-0123456789", "guarded.back_token": "back-token-0123456789"}
SHOP = {"Authorization": "Bearer shop-token-0123456789"}
BACK = {"Authorization": "Bearer back-token-0123456789"}


def site(folder: Path, *files: str) -> Stage:
    return staged(folder, *(files or (GUARDED, OPEN)), given=GIVEN)


def caller(engine: Engine, address: str = "10.20.0.1", proxies: Sequence[str] = (), **more: Any) -> httpx.AsyncClient:
    """A client that calls the application from an address."""
    transport = httpx.ASGITransport(App(engine, Proxies(networks(proxies)), **more), client=(address, 40_000))
    return httpx.AsyncClient(transport=transport, base_url="http://engine")


@asynccontextmanager
async def served(engine: Engine, patience: float = 5) -> AsyncIterator[str]:
    """The engine on a real socket, stopped by a real signal."""
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    generations = Generations(engine, process=Process(patience=patience))
    serving = asyncio.create_task(serve(generations, Address(port=0), started.set_result))
    both: list[asyncio.Future[Any]] = [serving, started]
    await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
    try:
        yield await started
    finally:
        signal.raise_signal(signal.SIGTERM)
        await serving
