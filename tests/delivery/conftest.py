"""`store` is a store of each kind in turn: in memory, in a file, in PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from engine.delivery.store import IN_MEMORY, Store
from tests.postgres import Postgres, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "memory":
        return IN_MEMORY
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/e.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.fresh()


@pytest.fixture(params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a store that several engines can share."""
    server: Postgres | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return server.fresh() if server else f"sqlite:///{tmp_path}/e.db"


@pytest.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = Store.open(url)
    yield store
    store.close()
