"""`engine new --table` writes columns as a live database has them; what it writes is valid, and fits the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

import engine
from engine.cli.app import app
from tests.fakes.sagex3 import tables
from tests.postgres import Postgres, running_postgres


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


def test_a_table_of_postgresql(postgres: Postgres, tmp_path: Path) -> None:
    own = sa.create_engine(postgres.fresh())
    tables.create_all(own)
    with own.begin() as connection:
        connection.exec_driver_sql('alter table "ZORO_SOP" add column "WEIGHT" double precision')
    database = f"postgresql://127.0.0.1:{postgres.port}/{own.url.database}"
    given = ["--table", "ZORO_SOP", "--table", "ZORO_WAR", "--database", database, "--user", "postgres", "--insecure"]

    done = CliRunner().invoke(app, ["new", "x3", *given, "--integrations", str(tmp_path)])

    own.dispose()
    assert done.exit_code == 0, done.output
    written = (tmp_path / "x3.yaml").read_text()
    declared = written[written.index("    tables:") : written.index("messages:")]
    assert (
        declared
        == """    tables:
      ZORO_SOP:
        columns:
          CUSORDREF_0: text(20) required
          SOPLIN_0: integer required
          ITMREF_0: text(20) required
          ITMDES_0: text(30) required
          SAU_0: text(3) required
          QTY_0: decimal(28,13) required
          GROPRI_0: decimal(19,7) null
          # WEIGHT: DOUBLE PRECISION has no type here
        key: [CUSORDREF_0, SOPLIN_0]
      ZORO_WAR:
        columns:
          ZWARID_0: text(36) required
          ZSTA_0: text(1) required
          BPCNUM_0: text(15) required
          ITMREF_0: text(20) required
          ZSERIAL_0: text(40) required
          ZBUYDAT_0: date required
          ZUPDDATTIM_0: datetime required
        key: [ZWARID_0]
    endpoints:
      zoro_sop: {type: select, table: ZORO_SOP}
      zoro_war: {type: select, table: ZORO_WAR}
"""
    )
    assert engine.validate(tmp_path / "x3.yaml") == []


def test_what_tells_rows_apart_and_what_fills_itself(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute(
            """create table "ORDER LINES" ("NO" varchar(20) not null, LINE integer not null, "on" varchar(3),
            QTY numeric(8,2), TWICE numeric(8,2) generated always as (QTY * 2), unique (LINE, "NO"))"""
        )
        connection.execute('create unique index B on "ORDER LINES" ("on")')
    connection.close()
    given = ["--table", "ORDER LINES", "--database", f"sqlite:///{tmp_path}/x.db", "--integrations", str(tmp_path)]

    done = CliRunner().invoke(app, ["new", "x", *given])

    assert done.exit_code == 0, done.output
    written = (tmp_path / "x.yaml").read_text()
    assert (
        written[written.index("    tables:") : written.index("messages:")]
        == """    tables:
      ORDER LINES:
        columns:
          "NO": text(20) required
          LINE: integer required
          "on": text(3) null
          QTY: decimal(8,2) null
          TWICE: decimal(8,2) null generated
        key: []  # the table has none: name the columns that tell rows apart
        unique: [[LINE, "NO"], ["on"]]
    endpoints:
      order_lines: {type: select, table: ORDER LINES}
"""
    )


def test_a_table_that_there_is_not(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("create table ORDERS (NO varchar(20) primary key)")
    connection.close()

    done = CliRunner().invoke(app, ["new", "x", "--table", "ORDER", "--database", f"sqlite:///{tmp_path}/x.db"])

    assert done.exit_code != 0
    assert done.stderr == "there is no table ORDER; there is: ORDERS\n"


def test_a_database_that_is_not_there(tmp_path: Path) -> None:
    database = ["--database", "postgresql://127.0.0.1:1/erp", "--integrations", str(tmp_path)]

    done = CliRunner().invoke(app, ["new", "x", "--table", "T", *database])

    assert done.exit_code != 0
    assert (
        done.stderr
        == "the database cannot be reached: connection refused; see that it runs, and that this is its port; "
        "look at --database, --user and the password\n"
    )
    assert list(tmp_path.iterdir()) == []
