"""`site` is a database of each kind in turn, with the tables of a small ERP in it, and a connection of the engine to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.mariadb import MariaDb, running_mariadb
from tests.postgres import Postgres, running_postgres
from tests.sql.site import Site

KINDS = ["sqlite", "postgres", "mariadb"]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    with running_mariadb() as server:
        yield server


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/erp.db"
    server: Postgres | MariaDb = request.getfixturevalue(request.param)
    return server.fresh()


@pytest.fixture
async def site(url: str) -> AsyncIterator[Site]:
    site = Site(url)
    site.prepare()
    yield site
    await site.aclose()
