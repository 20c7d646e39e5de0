"""How a database is reached: encrypted, by whom, within limits; and what is said when it is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from engine.calls import Call, Session
from engine.document import parse
from engine.errors import Refused, SettingMissing, Unreachable
from engine.exchange import Trace
from engine.redaction import Redactor
from engine.runtime.connections.sessions import Sessions
from engine.settings import Sources, resolve
from engine.spec.load import read
from tests.fakes.certificates import Authority, authority
from tests.mariadb import PASSWORD, USER, MariaDb, running_mariadb
from tests.postgres import Postgres, running_postgres
from tests.sql.site import Site, header, send

FILE = """
engine: 1
name: erp
settings: {{user: {{type: text}}, password: {{type: secret}}}}
connections:
  db:
    type: sql
    url: {url}
    auth: {{type: password, username: =settings.user, password: =settings.password}}
{more}
    tables:
      T: {{columns: {{ID: integer required, NAME: text(20)}}, key: [ID]}}
    endpoints:
      rows: {{type: select, table: T}}
      add: {{type: write, parts: {{rows: {{table: T}}}}}}
"""
SECRET = "pass-word-of-the-database"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def server(trusted: Authority) -> Iterator[Postgres]:
    with running_postgres(trusted) as made:
        made.run(f"create role engine login password '{SECRET}'")
        made.run(f"create role by_password login password '{SECRET}'")
        made.run("create role certified login")
        made.run('create table "T" ("ID" int primary key, "NAME" varchar(20))')
        made.run('grant select, insert on "T" to engine, by_password, certified')
        made.run("insert into \"T\" values (1, 'one')")
        yield made


@pytest.fixture
async def opened() -> AsyncIterator[Callable[..., Session]]:
    made: list[Sessions] = []

    def open_(url: str, *more: str, user: str = "engine", password: str = SECRET) -> Session:
        text = FILE.format(url=url, more="\n".join(f"    {line}" for line in more))
        integration, findings = read(parse(text, "erp.yaml"))
        assert [str(finding) for finding in findings] == []
        given = resolve("erp", integration.settings, Sources({"erp.user": user, "erp.password": password}, {}))
        made.append(Sessions(integration, given, Redactor([password])))
        return made[-1]["db"]

    yield open_
    for one in made:
        await one.aclose()


def at(server: Postgres, host: str = "127.0.0.1") -> str:
    return f"postgresql://{host}:{server.port}/postgres"


async def failure(session: Session, endpoint: str = "rows", **call: Any) -> Refused | Unreachable:
    with pytest.raises((Refused, Unreachable)) as raised:
        await send(session, endpoint, **call)
    return raised.value


ROW = [{"ID": 1, "NAME": "one"}]


# -- encryption --------------------------------------------------------------------------------------------------------


async def test_certificate_and_host_name_are_verified(
    server: Postgres, trusted: Authority, opened: Callable[..., Session]
) -> None:
    db = opened(at(server), f"tls: {{verify: full, ca: {trusted.ca_file}}}")

    assert (await send(db, "rows")).body == ROW


async def test_a_server_of_an_unknown_authority_is_not_spoken_to(
    server: Postgres, opened: Callable[..., Session], tmp_path: Path
) -> None:
    other = authority(tmp_path)

    error = await failure(opened(at(server), f"tls: {{ca: {other.ca_file}}}"))

    assert isinstance(error, Unreachable)
    assert (error.cause, error.may_have_happened) == ("tls", False)
    assert "certificate verify failed" in error.text


async def test_a_server_of_another_name_is_not_spoken_to_unless_only_the_chain_counts(
    server: Postgres, trusted: Authority, opened: Callable[..., Session]
) -> None:
    named = at(server, "localhost")

    error = await failure(opened(named, f"tls: {{verify: full, ca: {trusted.ca_file}}}"))

    assert isinstance(error, Unreachable)
    assert error.cause == "tls"
    assert 'does not match host name "localhost"' in error.text
    assert (await send(opened(named, f"tls: {{verify: chain, ca: {trusted.ca_file}}}"), "rows")).body == ROW


async def test_a_server_without_tls_is_not_spoken_to_unless_a_reason_is_given(
    postgres: Postgres, opened: Callable[..., Session]
) -> None:
    error = await failure(opened(at(postgres), "tls: {verify: off}", user="postgres"))

    assert isinstance(error, Unreachable)
    assert (error.cause, error.text) == (
        "tls",
        f"erp.db (127.0.0.1:{postgres.port}) cannot be reached: server does not support SSL, but SSL was required",
    )


async def test_a_certificate_of_ours_lets_us_in(
    server: Postgres, trusted: Authority, opened: Callable[..., Session]
) -> None:
    ours = trusted.client_certificate("certified")
    ours.key_file.chmod(0o600)
    tls = f"tls: {{ca: {trusted.ca_file}, cert: {ours.cert_file}, key: {ours.key_file}}}"

    assert (await send(opened(at(server), tls, user="certified"), "rows")).body == ROW
    refused = await failure(opened(at(server), f"tls: {{ca: {trusted.ca_file}}}", user="certified"))
    assert isinstance(refused, Refused | Unreachable)
    assert "certificate" in refused.text


async def test_mariadb_over_tls(trusted: Authority, opened: Callable[..., Session], tmp_path: Path) -> None:
    with running_mariadb(authority=trusted) as maria:
        url = maria.fresh()
        table = f"{url.rpartition('/')[2]}.T"
        maria.run(
            f"create table {table} (ID int primary key, NAME varchar(20))", f"insert into {table} values (1, 'one')"
        )
        who = {"user": USER, "password": PASSWORD}

        assert (await send(opened(url, f"tls: {{ca: {trusted.ca_file}}}", **who), "rows")).body == ROW
        other = authority(tmp_path)
        error = await failure(opened(url, f"tls: {{ca: {other.ca_file}}}", **who))
        assert isinstance(error, Unreachable)
        assert error.cause == "tls"


async def test_mariadb_without_tls_is_not_spoken_to_unless_a_reason_is_given(
    mariadb: MariaDb, opened: Callable[..., Session]
) -> None:
    url = mariadb.fresh()

    error = await failure(opened(url, "tls: {verify: off}", user=USER, password=PASSWORD))

    assert isinstance(error, Unreachable)
    assert error.cause == "tls"


def test_a_driver_that_cannot_verify_is_not_taken_for_one_that_does(opened: Callable[..., Session]) -> None:
    pytest.importorskip("sqlalchemy")

    with pytest.raises(SettingMissing) as raised:
        opened("mssql://db.example:1433/x3")

    assert raised.value.problems == (
        "erp.db: the driver pymssql cannot verify certificates; write mssql+pyodbc://…?driver=…, or tls: {verify: off}",
    )


# -- who we are --------------------------------------------------------------------------------------------------------


async def test_a_wrong_password_is_a_refusal_that_does_not_show_it(
    server: Postgres, trusted: Authority, opened: Callable[..., Session]
) -> None:
    error = await failure(opened(at(server), f"tls: {{ca: {trusted.ca_file}}}", password="wrong-pass-word"))

    assert isinstance(error, Refused)
    assert "password authentication failed" in error.text
    assert "wrong-pass-word" not in error.text


async def test_what_the_role_may_not_do_is_a_refusal(
    server: Postgres, trusted: Authority, opened: Callable[..., Session]
) -> None:
    server.run('create table if not exists "HIDDEN" ("ID" int primary key, "NAME" varchar(20))')
    db = opened(at(server), f"tls: {{ca: {trusted.ca_file}}}")
    text = FILE.replace("T:", "HIDDEN:").replace("table: T", "table: HIDDEN")
    assert text != FILE

    (row,) = (await send(db, "rows")).body
    assert row["ID"] == 1
    with psycopg.connect(at(server), user="postgres") as own:
        own.execute('revoke insert on "T" from engine')
        own.commit()
    error = await failure(db, "add", body={"rows": {"ID": 2}})
    assert (error.text, getattr(error, "code", "")) == ("permission denied for table T", "42501")


ROWS = "rows: {type: select, table: HEADER}"


def limited(*lines: str) -> tuple[str, str]:
    """What a site's connection says besides."""
    return "zone: Europe/Paris", "\n    ".join(["zone: Europe/Paris", *lines])


# -- limits ------------------------------------------------------------------------------------------------------------


async def test_never_more_connections_than_the_limit(site: Site) -> None:
    if site.url.startswith("sqlite"):
        pytest.skip("a file has no connections to count")
    db = site.open(ROWS, limited("limits: {concurrency: 3}"))
    most = 0

    async def count() -> None:
        nonlocal most
        statement = "select count(*) from pg_stat_activity where application_name = 'engine'"
        if not site.url.startswith("postgres"):
            others = f"db = '{site.own.url.database}' and id <> connection_id()"
            statement = f"select count(*) from information_schema.processlist where {others}"
        with site.own.connect() as connection:
            while not all(one.done() for one in asking):
                most = max(most, connection.scalar(sa.text(statement)) or 0)
                connection.rollback()
                await asyncio.sleep(0.005)

    asking = [asyncio.create_task(send(db, "rows")) for _ in range(100)]
    await asyncio.gather(count(), *asking)

    assert 1 <= most <= 3


async def test_a_statement_that_takes_too_long_is_ended_and_its_connection_is_free_again(site: Site) -> None:
    if not site.url.startswith("postgres"):
        pytest.skip("locks a table as PostgreSQL does")
    db = site.open(ROWS, limited("timeout: 3s", "limits: {concurrency: 1}"))
    with site.own.begin() as connection:
        connection.execute(sa.text('lock table "HEADER" in access exclusive mode'))
        error = await failure(db, "rows")

    assert isinstance(error, Unreachable)
    assert (error.cause, error.may_have_happened) == ("timeout", False)
    assert (await send(db, "rows")).body == []


async def test_a_place_that_nobody_leaves_is_waited_for_no_longer_than_the_time_limit(site: Site) -> None:
    db = site.open(ROWS, limited("limits: {concurrency: 1}"))
    site.put(header, *({"ORDER_NO": str(n), "STATUS": "N", "PLACED_ON": _day(site)} for n in range(600)))
    reading = db.pages(Call("rows", retries=False), Trace(payloads=False))
    await anext(reading)

    error = await failure(db, "rows", timeout=0.2)

    assert isinstance(error, Unreachable)
    assert (error.cause, error.may_have_happened) == ("busy", False)
    await reading.aclose()  # type: ignore[attr-defined]
    assert len((await send(db, "rows")).body) == 600


async def test_no_more_calls_than_the_rate_allows(site: Site) -> None:
    db = site.open(ROWS, limited("limits: {rate: 2/h}"))

    await send(db, "rows")
    await send(db, "rows")
    error = await failure(db, "rows", timeout=0.1)

    assert isinstance(error, Unreachable)
    assert error.cause == "busy"


def _day(site: Site) -> Any:
    return "2025-08-25" if site.url.startswith("sqlite") else date(2025, 8, 25)


# -- away --------------------------------------------------------------------------------------------------------------


async def test_a_database_that_is_not_there_surely_did_nothing(opened: Callable[..., Session]) -> None:
    error = await failure(
        opened("postgresql://127.0.0.1:1/erp", "insecure: nobody is there"), "add", body={"rows": {"ID": 1}}
    )

    assert isinstance(error, Unreachable)
    assert (error.cause, error.may_have_happened) == ("connect", False)


async def test_a_database_that_was_away_is_spoken_to_again(trusted: Authority, opened: Callable[..., Session]) -> None:
    with running_postgres() as server:
        server.run('create table "T" ("ID" int primary key, "NAME" varchar(20))')
        db = opened(at(server), "insecure: a test", "limits: {concurrency: 2}", user="postgres")
        await send(db, "add", body={"rows": {"ID": 1, "NAME": "one"}})

        server.stop()
        away = await failure(db, "add", body={"rows": {"ID": 2}})
        server.start()

        assert isinstance(away, Unreachable)
        assert away.may_have_happened is False
        assert (await send(db, "rows")).body == ROW


def test_an_address_that_is_none(opened: Callable[..., Session]) -> None:
    for url in ("http://db.example/x", "postgresql://", "postgresql://me:secret@db.example/x"):
        _, findings = read(parse(FILE.format(url=url, more=""), "erp.yaml"))
        assert len(findings) == 1
