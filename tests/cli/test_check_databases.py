"""`engine check` of databases: the way, the login, each column and each grant; on real servers, and nothing is written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from engine.cli.app import app
from tests.fakes.certificates import Authority, authority
from tests.mariadb import MariaDb, running_mariadb
from tests.openssh import running_openssh
from tests.postgres import Postgres, running_postgres

ACME = """
engine: 1
name: acme
settings:
  url: {type: url}
  user: {type: text, default: engine}
  password: {type: secret}
  ca: {type: text, default: null, required: false}
connections:
  db:
    type: sql
    url: =settings.url
    auth: {type: password, username: =settings.user, password: =settings.password}
    tls: {ca: =settings.ca}
    tables:
      ORDERS:
        columns:
          NO: text(20) required
          STATE: text(1) required
          TOTAL: decimal(19,4)
          PLACED_ON: date required
          TAKEN_AT: datetime
          PAID: boolean
          COUNT: integer
        key: [NO]
      LINES:
        columns: {NO: text(20) required, LINE: integer required}
        key: [NO, LINE]
      OPEN:
        columns: {NO: text(20)}
        key: [NO]
        view: SELECT o."NO" FROM "ORDERS" o WHERE o."STATE" = 'N'
        reads: [ORDERS]
    endpoints:
      place:
        type: write
        parts: {lines: {table: LINES, mode: replace, key: [NO]}, order: {table: ORDERS, mode: upsert}}
      open: {type: select, table: OPEN}
      waiting:
        type: claim
        table: ORDERS
        query: {STATE: N}
        take: {STATE: P}
        done: {STATE: D}
        failed: {STATE: E}
        lease: {column: TAKEN_AT}
messages:
  m:
    steps:
      - call: db.place
        body:
          lines: {NO: "1", LINE: 1}
          order: {NO: "1", STATE: N, TOTAL: 1, PLACED_ON: "2025-08-25", PAID: true, COUNT: 1}
flows:
  f: {trigger: {manual: true}, read: {call: db.waiting}, key: =record.NO, send: m, input: {}}
"""
SECRET = "pass-word-of-the-database"


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def server(trusted: Authority) -> Iterator[Postgres]:
    with running_postgres(trusted) as made:
        made.run(f"create role engine login password '{SECRET}'")
        yield made


@pytest.fixture
def name(server: Postgres) -> str:
    """A database of its own, empty."""
    return server.fresh().rpartition("/")[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "acme.yaml").write_text(ACME)
    return tmp_path


def run(*arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, [*arguments], env={"ENGINE_MAIL": ""})
    return ran.exit_code, ran.stdout


def ddl(folder: Path, integration: str = "acme", *more: str) -> list[str]:
    """The statements that make the tables, and the grants, as `engine ddl` prints them."""
    code, told = run("ddl", integration, "--integrations", str(folder), *more)
    assert code == 0, told
    return [one for one in told.partition("\n\n")[2].split(";\n") if one.strip() and "CREATE ROLE" not in one]


def check(folder: Path, integration: str = "acme", **settings: Any) -> tuple[int, list[Mapping[str, str]]]:
    given = [part for key, value in settings.items() for part in ("--set", f"{integration}.{key}={value}")]
    code, told = run("check", integration, "--integrations", str(folder), "--format", "json", *given)
    return code, json.loads(told)


def wrong(found: list[Mapping[str, str]]) -> list[tuple[str, str, str]]:
    return [(seen["what"], seen["state"], seen["told"]) for seen in found if seen["state"] != "ok"]


def good(found: list[Mapping[str, str]]) -> dict[str, str]:
    return {seen["what"]: seen["told"] for seen in found if seen["state"] == "ok"}


def own(server: Postgres, name: str, *statements: str) -> list[Any]:
    """What the owner of the database does, and the rows of the last statement."""
    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{server.port}/{name}") as connection:
        for statement in statements:
            done = connection.execute(statement)  # type: ignore[arg-type]
        return done.fetchall() if done.description else []


def at(server: Postgres, name: str) -> str:
    return f"postgresql://127.0.0.1:{server.port}/{name}"


# -- PostgreSQL --------------------------------------------------------------------------------------------------------


def test_a_database_made_by_ddl_is_all_right_and_stays_as_it_is(
    folder: Path, server: Postgres, name: str, trusted: Authority
) -> None:
    own(server, name, *ddl(folder))

    code, found = check(folder, url=at(server, name), ca=trusted.ca_file, password=SECRET)

    assert wrong(found) == []
    assert code == 0
    where = f"127.0.0.1:{server.port}"
    told = good(found)
    assert "the certificate lasts" in told.pop(f"tls {where}")
    assert told.pop("login").startswith("postgresql ")
    assert told == {
        "settings": "complete",
        "dns 127.0.0.1": "127.0.0.1",
        f"tcp {where}": "connected",
        "table ORDERS": "7 columns, as declared",
        "grants ORDERS": "SELECT, INSERT, UPDATE",
        "table LINES": "2 columns, as declared",
        "grants LINES": "SELECT, INSERT, DELETE",
        "view OPEN": "it can be read",
    }
    assert own(server, name, 'select count(*) from "ORDERS"') == [(0,)]


def test_sage_x3_works_with_the_role_that_ddl_prints(server: Postgres, name: str, trusted: Authority) -> None:
    shipped = Path(__file__).parents[2] / "integrations"
    own(server, name, *ddl(shipped, "sagex3"))

    given = {"url": at(server, name), "ca": trusted.ca_file, "user": "engine", "password": SECRET}
    _, seen = check(shipped, "sagex3", **given, shop_token="a-token-of-the-shop")
    found = [one for one in seen if one["integration"] == "sagex3"]

    assert wrong(found) == []
    tables = ("ZORO_BPC", "ZORO_SOH", "ZORO_SOP", "ZORO_TRK", "ZORO_WAR")
    assert {f"table {table}" for table in tables} | {f"grants {table}" for table in tables} <= good(found).keys()


def test_each_column_that_is_different_is_told_with_what_to_write(
    folder: Path, server: Postgres, name: str, trusted: Authority
) -> None:
    own(
        server,
        name,
        *ddl(folder),
        'alter table "ORDERS" alter "NO" type varchar(10), alter "STATE" type varchar(2), alter "STATE" drop not null,'
        ' alter "TOTAL" type numeric(12,2), alter "PLACED_ON" type varchar(10), alter "PAID" type uuid using null,'
        ' alter "COUNT" set not null, add "SITE" varchar(5) not null, drop constraint "ORDERS_pkey", add "NOTE" text',
        'alter table "LINES" drop "LINE"',
    )

    code, found = check(folder, url=at(server, name), ca=trusted.ca_file, password=SECRET)

    assert code == 1
    assert [seen for seen in wrong(found) if not seen[0].startswith("grants")] == [
        ("column ORDERS.NO", "failed", "it takes 10 characters, and the file says text(20) required"),
        ("column ORDERS.STATE", "warning", "it takes 2 characters, and the file says text(1) required"),
        ("column ORDERS.STATE", "warning", "it may be NULL, and the file says required"),
        ("column ORDERS.TOTAL", "failed", "it takes 12 digits, 2 behind the point, and the file says decimal(19,4)"),
        ("column ORDERS.PLACED_ON", "failed", "it is VARCHAR(10), and the file says date required"),
        ("column ORDERS.PAID", "failed", "it is UUID, and the file says boolean"),
        ("column ORDERS.COUNT", "failed", "it is NOT NULL, and null may be written there (integer)"),
        (
            "column ORDERS.SITE",
            "failed",
            "it is NOT NULL without a default, and no row that is inserted says anything there",
        ),
        (
            "unique ORDERS (NO)",
            "warning",
            "the database takes two rows of the same NO: two engines may write one twice",
        ),
        ("column LINES.LINE", "failed", "there is no such column"),
        (
            "unique LINES (NO, LINE)",
            "warning",
            "the database takes two rows of the same NO, LINE: two engines may write one twice",
        ),
    ]
    remedies = {seen["what"]: seen["remedy"] for seen in found}
    assert remedies["column ORDERS.NO"] == "write text(10)"
    assert remedies["column ORDERS.TOTAL"] == "write decimal(12,2)"


def test_a_verb_that_is_not_granted_is_told_with_its_columns(
    folder: Path, server: Postgres, name: str, trusted: Authority
) -> None:
    own(
        server,
        name,
        *ddl(folder),
        'revoke update on "ORDERS" from engine',
        'revoke all on "LINES" from engine',
        'grant update ("STATE") on "ORDERS" to engine',
    )

    code, found = check(folder, url=at(server, name), ca=trusted.ca_file, password=SECRET)

    assert code == 1
    words = "permission denied for table"
    columns = "STATE, TOTAL, PLACED_ON, TAKEN_AT, PAID, COUNT"
    assert wrong(found) == [
        ("grants ORDERS", "failed", f"no UPDATE ({columns}): {words} ORDERS"),
        ("grants LINES", "failed", f"no SELECT (NO): {words} LINES"),
        ("grants LINES", "failed", f"no INSERT (NO, LINE): {words} LINES"),
        ("grants LINES", "failed", f"no DELETE: {words} LINES"),
    ]
    assert found[-2]["remedy"] == "`engine ddl acme --only grants` prints what is needed"


def test_a_table_that_is_missing_a_wrong_password_and_an_unknown_authority(
    folder: Path, server: Postgres, name: str, trusted: Authority, tmp_path_factory: pytest.TempPathFactory
) -> None:
    given = {"url": at(server, name), "ca": trusted.ca_file}

    code, found = check(folder, **given, password=SECRET)
    assert code == 1
    assert wrong(found)[:2] == [
        ("table ORDERS", "failed", "there is no such table"),
        ("table LINES", "failed", "there is no such table"),
    ]
    assert [seen[0] for seen in wrong(found)][2:] == ["table OPEN"]

    code, found = check(folder, **given, password="wrong-pass-word")
    assert code == 1
    assert [seen[0] for seen in wrong(found)] == ["login"]
    assert "password authentication failed" in wrong(found)[0][2]
    assert "wrong-pass-word" not in str(found)

    other = authority(tmp_path_factory.mktemp("other"))
    code, found = check(folder, url=given["url"], ca=other.ca_file, password=SECRET)
    assert code == 1
    assert [seen[:2] for seen in wrong(found)] == [(f"tls 127.0.0.1:{server.port}", "failed")]


def test_an_authority_whose_file_is_not_there_is_told_before_anything_is_connected(folder: Path) -> None:
    code, found = check(folder, url="postgresql://127.0.0.1:1/erp", ca="/nowhere/ca.pem", password=SECRET)

    words = "acme.db: the certificate files (/nowhere/ca.pem) cannot be used: No such file or directory"
    assert (code, wrong(found)) == (1, [("settings", "failed", words)])


def test_a_server_without_tls_is_told(folder: Path, trusted: Authority) -> None:
    with running_postgres() as plain:
        _, found = check(folder, url=at(plain, "postgres"), ca=trusted.ca_file, password=SECRET)

    assert wrong(found) == [(f"tls 127.0.0.1:{plain.port}", "failed", "it takes no TLS")]


def test_a_database_behind_a_tunnel(folder: Path, server: Postgres, name: str, trusted: Authority) -> None:
    own(server, name, *ddl(folder))
    with running_openssh() as ssh:
        auth = f"{{type: ssh_key, username: {ssh.user}, key: '{ssh.key}'}}"
        key = f"'{ssh.fingerprint()}'"
        way = f"{{type: ssh, host: 127.0.0.1, port: {ssh.port}, host_key: {key}, auth: {auth}}}"
        file = folder / "acme.yaml"
        file.write_text(ACME.replace("    url: =settings.url\n", f"    url: =settings.url\n    tunnel: {way}\n"))
        code, found = check(folder, url=at(server, name), ca=trusted.ca_file, password=SECRET)

    where = f"127.0.0.1:{server.port}"
    assert (code, wrong(found)) == (0, [])
    assert good(found)[f"tunnel to {where}"] == "it leads there"
    assert "the certificate lasts" in good(found)[f"tls {where}"]
    assert good(found)["grants ORDERS"] == "SELECT, INSERT, UPDATE"


# -- others ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def maria(trusted: Authority) -> Iterator[MariaDb]:
    with running_mariadb(trusted) as made:
        yield made


def test_mariadb_with_the_role_that_ddl_prints(folder: Path, maria: MariaDb, trusted: Authority) -> None:
    url = maria.fresh()
    database = url.rpartition("/")[2]
    (folder / "acme.yaml").write_text(
        ACME.replace('o."NO"', "o.NO").replace('"ORDERS"', "ORDERS").replace('o."STATE"', "o.STATE")
    )
    statements = ddl(folder, "acme", "--dialect", "mariadb", "--role", "checked")
    maria.run(f"use {database}", *statements, f"set password for 'checked'@'%' = password('{SECRET}')")

    given = {"url": url, "ca": trusted.ca_file, "password": SECRET}
    code, found = check(folder, **given, user="checked")
    maria.run(
        f"use {database}", "revoke delete on `LINES` from 'checked'@'%'", "alter table ORDERS modify NO varchar(10)"
    )
    later, changed = check(folder, **given, user="checked")

    assert wrong(found) == []
    assert code == 0
    assert "the certificate lasts" in good(found)[f"tls 127.0.0.1:{maria.port}"]
    assert good(found)["grants LINES"] == "SELECT, INSERT, DELETE"
    assert later == 1
    assert [seen[0] for seen in wrong(changed)] == ["column ORDERS.NO", "grants LINES"]


def test_a_file_of_sqlite_is_looked_at_and_never_made(folder: Path) -> None:
    file = folder / "erp.db"
    given = {"url": f"sqlite:///{file}", "password": SECRET}

    code, found = check(folder, **given)
    assert (code, wrong(found), file.exists()) == (
        1,
        [(f"file {file}", "failed", "there is no such file")],
        False,
    )

    with sqlite3.connect(file) as connection:
        for statement in ddl(folder, "acme", "--dialect", "sqlite"):
            connection.execute(statement)
    before = file.read_bytes()
    code, found = check(folder, **given)
    assert (code, wrong(found)) == (0, [])
    assert file.read_bytes() == before
