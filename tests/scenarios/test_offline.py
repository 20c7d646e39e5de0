"""The ERP dies and comes back under load: every process knows, nobody waits for it, one asks how it is."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import environment
from tests.fakes.faults import Hang
from tests.fakes.order_desk import OrderDesk
from tests.fakes.serving import serving
from tests.installed import free_port
from tests.postgres import Postgres, running_postgres
from tests.scenarios.crashes import Engines
from tests.scenarios.desk import desk

CALLERS = 200


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def erp() -> OrderDesk:
    return OrderDesk()


@asynccontextmanager
async def running(
    folder: Path, erp: OrderDesk, store: str, count: int, lasts: str
) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Engines in processes of their own; gives a client of each."""
    with serving(erp.app) as url:
        engines, ports = (
            Engines(folder, store, url, text=desk(lasts, timeout="3s")),
            [free_port() for _ in range(count)],
        )
        clients = [
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False, limits=httpx.Limits())
            for port in ports
        ]
        try:
            for port in ports:
                engines.start(port)
            for client in clients:
                await eventually(client, lambda answer: answer["status"] == "ready")
            yield clients
        finally:
            engines.kill_all()
            for client in clients:
                await client.aclose()


async def readiness(client: httpx.AsyncClient) -> Any:
    try:
        return (await client.get("/readyz")).json()
    except httpx.ConnectError:
        return {"status": "not there"}


async def eventually(client: httpx.AsyncClient, condition: Any) -> None:
    async with asyncio.timeout(100):
        while not condition(await readiness(client)):
            await asyncio.sleep(0.05)


async def price(client: httpx.AsyncClient) -> str:
    """What a shop that asks for a price gets: its status, and the cause of a failure."""
    answer = await client.post("/v1/acme/messages/price", json={"sku": "EMT-05"})
    return f"{answer.status_code} {answer.json().get('cause', '')}".strip()


async def prices(client: httpx.AsyncClient, count: int = CALLERS) -> Counter[str]:
    return Counter(await asyncio.gather(*[price(client) for _ in range(count)]))


@pytest.mark.timeout(240)
async def test_two_hundred_callers_are_answered_while_the_erp_dies_and_returns(tmp_path: Path, erp: OrderDesk) -> None:
    async with running(tmp_path, erp, "sqlite:///engine.db", 1, lasts="30s") as (client,):
        assert await prices(client) == {"200": CALLERS}
        erp.faults.add(Hang(), times=None)

        dying = await prices(client)
        before = len(erp.requests)
        away = await prices(client)
        spared = len(erp.requests) - before
        erp.faults.clear()
        await eventually_priced(client)
        returned = await prices(client)

    assert set(dying) <= {"504 timeout", "503 offline", "503 busy"}
    assert (away, spared) == ({"503 offline": CALLERS}, 0)
    assert returned == {"200": CALLERS}
    assert erp.most_at_once["/ping"] <= 1  # none, where calls that hang leave no place for it


async def eventually_priced(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(100):
        while await price(client) != "200":
            await asyncio.sleep(0.1)


@pytest.mark.timeout(240)
async def test_what_one_process_finds_all_know_and_one_of_them_tries_again(
    tmp_path: Path, erp: OrderDesk, postgres: Postgres
) -> None:
    store = postgres.fresh()
    async with running(tmp_path, erp, store, 3, lasts="30s") as clients:
        first, *others = clients
        assert [await price(client) for client in clients] == ["200"] * 3
        erp.faults.add(Hang(), times=None)
        found = await price(first)
        before = len(erp.requests)
        for other in others:
            await eventually(other, lambda answer: answer["offline"] == ["acme.erp"])
        elsewhere = [await price(other) for other in others]
        told = [(await other.get("/metrics")).text for other in others]
        spared = len(erp.requests) - before

        erp.most_at_once.clear()
        await asyncio.sleep(31)
        await asyncio.gather(*[prices(client, 50) for client in clients])
        tried = erp.most_at_once["/prices/EMT-05"]
        erp.faults.clear()
        await eventually_priced(others[0])
        for client in clients:
            await eventually(client, lambda answer: answer["offline"] == [])
        log = await asyncio.to_thread(logged, tmp_path, store)

    assert (found, elsewhere, spared) == ("504 timeout", ["503 offline"] * 2, 0)
    assert all('engine_connection_offline{connection="erp",integration="acme"} 1.0' in text for text in told)
    assert tried == 1
    assert "acme.erp.ping  unreachable" in log
    assert "acme.erp is offline for 30 s: 127.0.0.1" in log


def logged(folder: Path, store: str) -> str:
    """What `engine log` tells."""
    command = [sys.executable, "-m", "engine", "log", "--store", store, "-m", "erp.ping"]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, check=True)
    return done.stdout
