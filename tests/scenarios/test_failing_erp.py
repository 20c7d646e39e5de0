"""The ERP fails in every way while orders travel: none is lost, none is twice, and each customer's stay in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from engine.api.access import Proxies
from engine.api.app import App
from engine.delivery.delivery import Delivery
from engine.delivery.operating import Filter
from engine.delivery.store import Store
from engine.plan.folder import load_plans
from engine.runtime.by_itself.flows import Flows
from engine.runtime.messages.engine import Engine
from engine.settings import Sources
from tests.fakes.faults import CrashAfterWrite, Delay, Fault, HangAfterWrite, Reset, ResetInBody, Status, TruncatedJson
from tests.fakes.order_desk import OrderDesk
from tests.fakes.serving import serving
from tests.installed import free_port
from tests.runtime.stage import Recorder
from tests.scenarios.desk import desk
from tests.scenarios.under_way import EndSessions

CUSTOMERS, ORDERS = 5, 8  # of each


@dataclass
class Shop:
    """A shop that places orders by events over HTTP."""

    flows: Flows

    async def order(self) -> set[int]:
        """Every customer orders; gives the statuses of the answers."""
        transport = httpx.ASGITransport(
            App(self.flows.engine, Proxies(), flows=self.flows), client=("127.0.0.1", 40_000)
        )
        async with httpx.AsyncClient(transport=transport, base_url="http://engine") as client:
            return {
                status for each in await asyncio.gather(*[_of(client, c) for c in range(CUSTOMERS)]) for status in each
            }

    async def left(self) -> list[Delivery]:
        return list(await self.flows.store.found(Filter()))

    async def delivered(self) -> list[str]:
        """Wait until nothing goes by itself any more; gives why the rest does not."""
        async with asyncio.timeout(90):
            while any(one.state in ("ready", "running") for one in await self.left()):
                await asyncio.sleep(0.05)
        return [one.error for one in await self.left() if one.state == "parked"]


async def _of(client: httpx.AsyncClient, customer: int) -> list[int]:
    answers = [
        await client.post("/v1/acme/events/placed", json={"no": f"{customer}-{number}", "customer": f"C{customer}"})
        for number in range(ORDERS)
    ]
    return [answer.status_code for answer in answers]


@asynccontextmanager
async def shop(folder: Path, url: str, lasts: str = "200ms") -> AsyncIterator[Shop]:
    (folder / "acme.yaml").write_text(desk(lasts))
    given = {"acme.url": url, "acme.password": "pass-word-1"}
    store = Store.open(f"sqlite:///{folder}/engine.db")
    flows = Flows.of(Engine.start(load_plans(folder), Sources(given, {}, {}), Recorder()), store)
    working = asyncio.create_task(flows.run())
    try:
        yield Shop(flows)
    finally:
        await flows.stop(5)
        await working
        await flows.engine.aclose(1)
        store.close()


def assert_once_and_in_order(erp: OrderDesk) -> None:
    wanted = {f"C{customer}": [f"{customer}-{number}" for number in range(ORDERS)] for customer in range(CUSTOMERS)}
    assert {customer: erp.of(customer) for customer in wanted} == wanted


async def assert_all_goes_through(erp: OrderDesk, folder: Path) -> None:
    """Whatever the ERP does meanwhile: every order is there, once, in its order."""
    with serving(erp.app) as url:
        async with shop(folder, url) as s:
            statuses = await s.order()
            stuck = await s.delivered()

    assert (statuses, stuck, erp.faults.left) == ({202}, [], 0)
    assert_once_and_in_order(erp)


BUSY_INSIDE = Status(200, {"ok": False, "busy": True, "error": "the order table is locked"})


@pytest.mark.parametrize(
    ("fault", "path", "method"),
    [
        pytest.param(HangAfterWrite(), "/orders", "POST", id="times out after it took the order"),
        pytest.param(CrashAfterWrite(), "/orders", "POST", id="resets the connection after it took the order"),
        pytest.param(TruncatedJson(), "/orders", "POST", id="takes the order and answers the half of it"),
        pytest.param(Status(500, {"error": "deadlock"}), "/orders", None, id="answers 500"),
        pytest.param(BUSY_INSIDE, "/orders", "POST", id="answers 200 with a failure inside"),
        pytest.param(Reset(), "/orders", None, id="resets the connection"),
        pytest.param(ResetInBody(), "/orders", None, id="resets the connection in the middle of the answer"),
        pytest.param(Status(503), "/", None, id="stands behind a gateway that says 503"),
    ],
)
async def test_an_erp_that_fails_again_and_again(tmp_path: Path, fault: Fault, path: str, method: str | None) -> None:
    erp = OrderDesk()
    for number in range(8):  # now and then, while the orders go through
        erp.faults.add(fault, path=path, method=method, times=2, after=3 * number)

    await assert_all_goes_through(erp, tmp_path)


async def test_an_erp_whose_tokens_end_at_any_time(tmp_path: Path) -> None:
    erp = OrderDesk()
    for number in range(5):
        erp.faults.add(EndSessions(erp), path="/orders", after=14 * number)

    await assert_all_goes_through(erp, tmp_path)


async def test_an_erp_that_slows_down(tmp_path: Path) -> None:
    erp = OrderDesk()
    erp.faults.add(Delay(0.2), path="/orders", times=30)

    await assert_all_goes_through(erp, tmp_path)


async def test_an_erp_that_is_away_for_much_longer_than_an_outage_lasts(tmp_path: Path) -> None:
    """Five minutes are five outages of 60 s; here an outage lasts 200 ms."""
    erp, port = OrderDesk(), free_port()
    async with shop(tmp_path, f"http://127.0.0.1:{port}") as s:
        statuses = await s.order()
        await asyncio.sleep(3)
        waiting = await s.left()
        with serving(erp.app, port=port):
            stuck = await s.delivered()

    assert (statuses, len(waiting), stuck) == ({202}, CUSTOMERS * ORDERS, [])
    assert {one.state for one in waiting} <= {"ready", "running", "waiting"}
    assert max(one.attempts for one in waiting) <= 1
    assert_once_and_in_order(erp)
