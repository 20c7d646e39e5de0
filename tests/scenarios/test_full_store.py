"""The disk is full, or another process holds the store: over HTTP, an event is 503 or safe, and never half taken in."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.delivery.operating import Filter
from engine.delivery.store import Store
from engine.plan.folder import load_plans
from engine.runtime.by_itself.flows import Duties, Flows
from engine.runtime.messages.engine import Engine
from engine.server.generations import Generations
from engine.server.sockets import Address, serve
from engine.settings import Sources
from tests.delivery.deliveries import with_room_for
from tests.runtime.stage import Recorder
from tests.scenarios.desk import desk

LARGE = "x" * 50_000


@asynccontextmanager
async def taking_in(folder: Path, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    """An engine on a socket that takes events in and delivers nothing; gives a client of it."""
    (folder / "acme.yaml").write_text(desk())
    given = {"acme.url": "http://127.0.0.1:1", "acme.password": "pass-word-1"}
    engine = Engine.start(load_plans(folder), Sources(given, {}, {}), Recorder())
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    generations = Generations(engine, Flows.of(engine, store, Duties(work=False)))
    serving = asyncio.create_task(serve(generations, Address(port=0), started.set_result))
    try:
        async with httpx.AsyncClient(base_url=await started, timeout=30, trust_env=False) as client:
            yield client
    finally:
        signal.raise_signal(signal.SIGTERM)
        await serving


async def post(client: httpx.AsyncClient, *orders: dict[str, Any]) -> tuple[int, str | None, str]:
    answer = await client.post("/v1/acme/events/placed", json=list(orders))
    told = answer.json()
    return (
        answer.status_code,
        answer.headers.get("retry-after"),
        told.get("detail", "") if isinstance(told, dict) else "",
    )


def order(no: str, note: str = "") -> dict[str, Any]:
    return {"no": no, "customer": "C1", "note": note}


async def kept(store: Store) -> list[str]:
    return [one.payload["event"]["no"] for one in await store.found(Filter())]


async def test_on_a_full_disk_events_are_refused_whole_until_there_is_room(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/engine.db")
    with_room_for(store, pages=60)
    async with taking_in(tmp_path, store) as client:
        before = await post(client, order("1"))
        full = await post(client, order("2"), order("3", LARGE * 10))
        small = await post(client, order("4"))
        with_room_for(store, pages=1000)
        after = await post(client, order("2"), order("3", LARGE * 10))
    found = await kept(store)
    store.close()

    assert (before, small, after) == ((202, None, ""), (202, None, ""), (202, None, ""))
    assert full == (503, "5", "the store cannot be written: database or disk is full")
    assert found == ["1", "4", "2", "3"]


async def test_a_store_that_another_process_holds_refuses_events_until_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store_database.BUSY_SECONDS", 0.05)
    store = Store.open(f"sqlite:///{tmp_path}/engine.db")
    other = sqlite3.connect(tmp_path / "engine.db", isolation_level=None)
    async with taking_in(tmp_path, store) as client:
        other.execute("BEGIN IMMEDIATE")
        locked = await post(client, order("1"))
        other.execute("ROLLBACK")
        free = await post(client, order("1"))
    found = await kept(store)
    other.close()
    store.close()

    assert (locked, free) == ((503, "5", "the store cannot be written: database is locked"), (202, None, ""))
    assert found == ["1"]
