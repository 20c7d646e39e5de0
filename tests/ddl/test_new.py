"""`engine new --table` writes columns as a live database has them; what it writes is valid, and fits the database."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from textwrap import indent

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
    arguments = ["new", "--table", "ZORO_SOP", "--table", "ZORO_TRK", "--database", database]

    done = CliRunner().invoke(app, [*arguments, "--user", "postgres", "--insecure"])

    own.dispose()
    assert (
        done.stdout
        == """tables:
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
  ZORO_TRK:
    columns:
      ZSEQ_0: identity generated
      ZSTA_0: text(1) required
      SOHNUM_0: text(20) required
      CUSORDREF_0: text(20) required
      SDHNUM_0: text(20) required
      BPTNUM_0: text(15) required
      ZTRACK_0: text(40) required
      ZERRMSG_0: text(250) required
      SHIDAT_0: date required
      ZUPDDATTIM_0: datetime required
      ZPRODATTIM_0: datetime required
    key: [ZSEQ_0]
"""
    )
    begin = "engine: 1\nname: new\nconnections:\n  db:\n    type: sql\n    url: postgresql://db.example/erp\n"
    rest = "    endpoints: {rows: {type: select, table: ZORO_SOP}}\nmessages: {m: {steps: [{call: db.rows}]}}\n"
    (tmp_path / "new.yaml").write_text(begin + indent(done.stdout, "    ") + rest)
    assert engine.validate(tmp_path / "new.yaml") == []


def test_a_table_that_there_is_not(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("create table ORDERS (NO varchar(20) primary key)")
    connection.close()

    done = CliRunner().invoke(app, ["new", "--table", "ORDER", "--database", f"sqlite:///{tmp_path}/x.db"])

    assert (done.exit_code, done.stderr) == (1, "there is no table ORDER; there is: ORDERS\n")


def test_a_database_that_is_not_there() -> None:
    database = ["--database", "postgresql://127.0.0.1:1/erp", "--insecure"]

    done = CliRunner().invoke(app, ["new", "--table", "T", *database])

    assert done.exit_code == 2
    assert done.stderr.startswith("the database cannot be reached: ")
