"""What is under way between the shop and an ERP: events posted, flows run to their end, with short waits."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import httpx

from engine.api.access import Proxies
from engine.api.app import App
from engine.delivery.clock import Clock
from engine.delivery.delivery import Delivery, FlowName
from engine.delivery.operating import Filter, Resend
from engine.delivery.store import Store
from engine.formats.json import dumps
from engine.runtime.by_hand.running import run_flow
from engine.runtime.by_itself.flows import Flows
from engine.runtime.delivering.worker import Worker
from tests.fakes.certificates import Authority
from tests.fakes.faults import Call
from tests.scenarios.world import HOOK_SECRET, SHIPPED, Erp, World
from tests.scenarios.world import world as running

LINES = (("1E10", "2", "16.065"), ("EMT-05", "10", "4.125"))


@dataclass
class Stage:
    """The world, and what is under way in it."""

    world: World
    store: Store
    erp: Erp

    async def post(self, event: str, body: Any, **headers: str) -> httpx.Response:
        """The shop posts an event over HTTP."""
        app = App(self.world.engine, Proxies(), flows=Flows.of(self.world.engine, self.store))
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 40_000))
        sent = {"Content-Type": "application/json", **{name.replace("_", "-"): text for name, text in headers.items()}}
        async with httpx.AsyncClient(transport=transport, base_url="http://engine") as client:
            return await client.post(f"/v1/{self.erp}/events/{event}", content=dumps(body), headers=sent)

    async def hook(self, event: str, topic: str, data: Any, id: str) -> httpx.Response:
        """The shop posts a webhook, signed."""
        body = {"topic": topic, "timestamp": 1, "messageId": id, "eventData": {"data": data}}
        signature = hmac.new(HOOK_SECRET.encode(), dumps(body), hashlib.sha256).hexdigest()
        return await self.post(event, body, Webhook_Topic=topic, Webhook_Id=id, Webhook_Signature=signature)

    async def placed(self, po_number: str = "PO 77") -> str:
        """A buyer orders in the shop, which tells us; gives the shop's id of the order."""
        id = self.world.oro.place_order(po_number, "12625", LINES).id
        answer = await self.hook("order_placed", "order.created", {"type": "orders", "id": id}, f"hook-{id}")
        assert answer.status_code == 202, answer.text
        return id

    async def run(self, flow: str) -> Sequence[Delivery]:
        """Read a flow, and deliver until nothing is left but what needs a person; gives that."""
        await run_flow(self.world.engine, self.store, self.erp, flow)
        worker = Worker(self.world.engine, self.store, Clock(), only=[FlowName(self.erp, flow)])
        working = asyncio.create_task(worker.run())
        try:
            async with asyncio.timeout(100):
                while any(one.state in ("ready", "running") for one in await self.left(flow)):
                    await asyncio.sleep(0.01)
        finally:
            await worker.stop(5)
            await working
        return await self.left(flow)

    def asked(self, system: Any, method: str, path: str) -> int:
        """How often a system was asked so."""
        return sum((one.method, one.path) == (method, path) for one in system.requests)

    async def left(self, flow: str) -> Sequence[Delivery]:
        return await self.store.found(Filter(flow=flow))

    async def resend(self, flow: str) -> Sequence[Delivery]:
        await self.store.resend(Resend(Filter(flow=flow), Clock().now()))
        return await self.run(flow)


@asynccontextmanager
async def staged(authority: Authority, integrations: Path, erp: Erp, **more: str) -> AsyncIterator[Stage]:
    """A world around an ERP, with a store of its own; `more` are settings, as `world` takes them."""
    with closing(Store.open()) as store:
        async with running(authority, integrations, **more) as world:
            yield Stage(world, store, erp)


def hasty(folder: Path) -> Path:
    """The shipped integrations, whose waits are short, in this folder."""
    for file in SHIPPED.glob("*.yaml"):
        text = re.sub(r"backoff: [^,}]+", "backoff: 1ms..1ms", file.read_text())
        text = text.replace("    timeout: 10s\n", "    timeout: 5s\n").replace("every: 2s\n", "every: 10ms\n")
        text = text.replace("    timeout: 60s\n    limits:", "    timeout: 5s\n    limits:")
        (folder / file.name).write_text(text)
    return folder


def patient(folder: Path) -> Path:
    """The shipped integrations, whose calls may take as long as a busy machine needs, in this folder."""
    for file in SHIPPED.glob("*.yaml"):
        (folder / file.name).write_text(re.sub(r"timeout: \d+s\n", "timeout: 100s\n", file.read_text()))
    return folder


class HasSessions(Protocol):
    def expire_sessions(self) -> None: ...


@dataclass(frozen=True)
class EndSessions:
    """All sessions end just before a request comes."""

    erp: HasSessions

    async def play(self, call: Call) -> None:
        self.erp.expire_sessions()
        await call.app(call.scope, call.receive, call.send)
