"""A database behind SSH: reached through the tunnel only, its certificate verified, found again after the tunnel broke."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from engine.calls import Session
from engine.document import parse
from engine.errors import Unreachable
from engine.redaction import Redactor
from engine.runtime.connections.sessions import Sessions
from engine.settings import Sources, resolve
from engine.spec.load import read
from engine.tunnels.ssh_client import PAUSE
from tests.fakes.certificates import Authority, authority
from tests.mariadb import PASSWORD, USER, MariaDb, running_mariadb
from tests.openssh import OpenSsh, running_openssh
from tests.postgres import Postgres, running_postgres
from tests.sql.site import send

FILE = """
engine: 1
name: erp
settings: {{user: {{type: text}}, password: {{type: secret}}, ssh_key: {{type: secret}}}}
connections:
  db:
    type: sql
    url: {url}
    auth: {{type: password, username: =settings.user, password: =settings.password}}
    tls: {{verify: full, ca: {ca}}}
    timeout: 60s
    retry: {{attempts: 1}}
    tunnel:
      type: ssh
      host: 127.0.0.1
      port: {ssh.port}
      auth: {{type: ssh_key, username: {ssh.user}, key: =settings.ssh_key}}
      host_key: "{ssh_key}"
    tables:
      T: {{columns: {{ID: integer required, NAME: text(20)}}, key: [ID]}}
    endpoints: {{rows: {{type: select, table: T}}}}
"""
ROW = [{"ID": 1, "NAME": "one"}]


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def ssh() -> Iterator[OpenSsh]:
    with running_openssh() as server:
        yield server


@pytest.fixture
async def through(ssh: OpenSsh, trusted: Authority) -> AsyncIterator[Callable[..., Session]]:
    made: list[Sessions] = []

    def open_(url: str, user: str, password: str) -> Session:
        text = FILE.format(url=url, ca=trusted.ca_file, ssh=ssh, ssh_key=ssh.fingerprint())
        integration, findings = read(parse(text, "erp.yaml"))
        assert [str(finding) for finding in findings] == []
        key = Path(ssh.key).read_text()
        settings = Sources({"erp.user": user, "erp.password": password, "erp.ssh_key": key}, {})
        made.append(Sessions(integration, resolve("erp", integration.settings, settings), Redactor([password])))
        return made[-1]["db"]

    yield open_
    for one in made:
        await one.aclose()


@pytest.fixture(scope="module")
def postgres(trusted: Authority) -> Iterator[Postgres]:
    with running_postgres(trusted) as server:
        server.run("create role engine login password 'pass-word-1'")
        server.run('create table "T" ("ID" int primary key, "NAME" varchar(20))')
        server.run('grant select on "T" to engine')
        server.run("insert into \"T\" values (1, 'one')")
        yield server


@pytest.fixture(scope="module")
def mariadb(trusted: Authority) -> Iterator[MariaDb]:
    with running_mariadb(authority=trusted) as server:
        yield server


async def test_postgresql_through_a_tunnel_that_breaks(
    postgres: Postgres, ssh: OpenSsh, through: Callable[..., Session]
) -> None:
    db = through(f"postgresql://127.0.0.1:{postgres.port}/postgres", "engine", "pass-word-1")

    assert (await send(db, "rows")).body == ROW
    assert ssh.logins == 1
    ssh.stop()
    with pytest.raises(Unreachable) as raised:
        await send(db, "rows")
    assert raised.value.may_have_happened is False
    ssh.start()
    await asyncio.sleep(PAUSE)  # so long nobody is asked who has just not been there

    assert (await send(db, "rows")).body == ROW


async def test_mariadb_through_a_tunnel(mariadb: MariaDb, ssh: OpenSsh, through: Callable[..., Session]) -> None:
    url = mariadb.fresh()
    table = f"{url.rpartition('/')[2]}.T"
    mariadb.run(
        f"create table {table} (ID int primary key, NAME varchar(20))", f"insert into {table} values (1, 'one')"
    )

    assert (await send(through(url, USER, PASSWORD), "rows")).body == ROW
    assert ssh.logins == 1
