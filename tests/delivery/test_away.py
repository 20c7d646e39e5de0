"""A store that is full, locked or away: what is refused leaves nothing behind, and work goes on by itself afterwards."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.delivery.accepting import Batch
from engine.delivery.delivery import FlowName
from engine.delivery.ending import Ending
from engine.delivery.operating import Filter
from engine.delivery.remembering import EventId
from engine.delivery.store import Store
from engine.errors import Unreachable
from tests.delivery.deliveries import NOW, ORDERS, US, accept, claim, done, new, states, with_room_for
from tests.postgres import Postgres, running_postgres

LARGE = "x" * 20_000


async def refused(store: Store, *batches: Batch) -> str:
    with pytest.raises(Unreachable) as refusal:
        await store.accept_together(batches)
    assert (refusal.value.cause, refusal.value.may_have_happened) == ("store", False)
    return refusal.value.text


def event(id: str, value: object) -> Batch:
    return Batch([new(id, value)], NOW, EventId("acme", "placed", id), id)


async def test_a_full_disk_refuses_whole_events_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/e.db")
    with_room_for(store, pages=100)
    answers = await asyncio.gather(*[accept(store, new("A", LARGE), event=str(n)) for n in range(3)])
    with_room_for(store, pages=1)  # as few as it has

    text = await refused(store, event("small", 1), event("large", LARGE))
    kept = await states(store)
    with_room_for(store, pages=100)
    again = await store.accept_together([event("small", 1), event("large", LARGE)])

    assert text == "the store cannot be written: database or disk is full"
    assert [value for _, value, _ in kept] == [LARGE] * len(answers)
    assert [one.known for one in again] == [False, False]
    assert len(await done(store, *await claim(store))) == 3
    store.close()


async def test_a_store_that_another_process_locks_refuses_until_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.store_database.BUSY_SECONDS", 0.05)
    store = Store.open(f"sqlite:///{tmp_path}/e.db")
    other = sqlite3.connect(tmp_path / "e.db", isolation_level=None)

    other.execute("BEGIN IMMEDIATE")
    text = await refused(store, event("1", 1))
    other.execute("ROLLBACK")
    (again,) = await store.accept_together([event("1", 1)])

    assert text == "the store cannot be written: database is locked"
    assert not again.known
    assert await states(store) == [("1", 1, "ready")]
    other.close()
    store.close()


@pytest.fixture
def own_server() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


async def test_a_server_that_is_stopped_and_started_again_is_used_again(own_server: Postgres) -> None:
    url = own_server.fresh()
    store, other = Store.open(url), Store.open(url)
    told = asyncio.Event()

    def tell(name: FlowName | None) -> None:
        told.set()

    store.watch(tell)
    await accept(store, new("A", 1))
    (running,) = await claim(store)

    own_server.stop()
    await refused(store, event("2", 2))
    with pytest.raises(Unreachable):
        await store.end([Ending(running, US, "gone", NOW)])
    own_server.start()
    assert await store.end([Ending(running, US, "gone", NOW)]) == [True]
    assert await store.found(Filter()) == []

    told.clear()
    async with asyncio.timeout(30):  # it listens again: it is told what another engine took in
        while not told.is_set():
            await other.accept(Batch([new("B", 3)], NOW))
            await asyncio.sleep(0.05)
    assert {one.name for one in await store.found(Filter())} == {ORDERS}
    store.close()
    other.close()
