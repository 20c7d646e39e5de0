"""A store made by an older engine is brought up to date, with what is in it; one of a newer engine is refused."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from engine.delivery.migrating import Reached
from engine.delivery.remembering import Forget
from engine.delivery.store import Store
from engine.delivery.tables import VERSION, metadata
from engine.store_database import StoreUnusable
from tests.delivery.deliveries import NOW, ORDERS, STOCK, accept, claim, done, new, states


async def aged(url: str, version: int) -> None:
    """A store as an older version left it, with a delivery and a digest in it."""
    store = Store.open(url)
    await accept(store, new("A", 0))
    await done(store, *await claim(store), digest="d")
    await accept(store, new("A", 1))
    store.close()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("drop table delivery_told"))
        if version < 3:
            connection.execute(text("drop index delivery_digest_at"))
            for table, column in (("delivery", "answer"), ("delivery", "parked_from"), ("delivery_digest", "at")):
                connection.execute(text(f"alter table {table} drop column {column}"))
        else:
            connection.execute(text(f"update delivery_digest set at = {time.time()}"))
        if version < 2:
            connection.execute(text("drop index delivery_sent"))
            for table in ("delivery_migration", "delivery_outage"):
                connection.execute(text(f"drop table {table}"))
        connection.execute(text(f"update delivery_version set version = {version}"))
    engine.dispose()


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_a_store_of_an_older_version_is_brought_up_to_date(
    kind: str, version: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path}/e.db" if kind == "sqlite" else request.getfixturevalue("postgres").fresh()
    await aged(url, version)

    store = Store.open(url)
    await store.reached(Reached(STOCK, "read", NOW))
    a_day_ago = time.time() - 86_400

    assert await states(store) == [("A", 1, "ready")]
    assert await store.migrated("acme") == {"stock": "read"}
    assert await store.forget(Forget(events=a_day_ago, digests=a_day_ago)) == 0  # how old they are is counted from now
    assert await store.delivered(ORDERS, ["A"]) == {"A": "d"}
    store.close()
    engine = create_engine(url)
    with engine.begin() as connection:
        assert connection.scalar(text("select version from delivery_version")) == VERSION
        found = inspect(connection)
        for table in metadata.sorted_tables:
            assert {one["name"] for one in found.get_indexes(table.name)} >= {str(one.name) for one in table.indexes}
    engine.dispose()


def test_a_store_of_a_newer_engine_is_refused(tmp_path: Path) -> None:
    Store.open(f"sqlite:///{tmp_path}/e.db").close()
    with sqlite3.connect(tmp_path / "e.db") as connection:
        connection.execute("update delivery_version set version = 99")
    connection.close()

    with pytest.raises(StoreUnusable, match=f"has version 99, this engine knows up to {VERSION}"):
        Store.open(f"sqlite:///{tmp_path}/e.db")
