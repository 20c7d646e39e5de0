"""What is said to databases that no test can start: the statements for SQL Server and Oracle, as text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import mssql, oracle

from engine.columns.cells import Cells
from engine.columns.column import read_column
from engine.columns.values import Values
from engine.errors import SettingMissing
from engine.http.tls import TlsOptions
from engine.sql.built import BuiltTable
from engine.sql.claiming import Taking
from engine.sql.criteria import condition, same_key
from engine.sql.dialects import DIALECTS, Reaching, reached
from engine.sql.table import Table
from engine.sql.writing import update_these

NOW = datetime(2025, 8, 25, 22, 30, tzinfo=UTC)
CELLS = Cells(Values(null_text=" ", null_date=date(1753, 1, 1), yes_no=(2, 1)), "UTC")
COLUMNS = {
    "SEQ_0": "identity generated",
    "STA_0": "text(1) required",
    "NAM_0": "text(35)",
    "UPD_0": "datetime",
    "ON_0": "date",
    "OK_0": "boolean",
    "QTY_0": "decimal(28,13)",
}
TABLE = BuiltTable.of(
    "ORDERS",
    Table(columns={name: read_column(text) for name, text in COLUMNS.items()}, key=("SEQ_0",)),
    CELLS,
    "SEED",
)
TAKING = Taking(TABLE, {"STA_0": "N"}, {"STA_0": "P"}, ("SEQ_0",), 100, "UPD_0", 600.0)


def text(statement: Any, dialect: sa.Dialect) -> str:
    return " ".join(str(statement.compile(dialect=dialect)).split())


def test_rows_are_taken_past_those_that_others_have_in_sql_server() -> None:
    assert text(TAKING.select(NOW, "mssql"), mssql.dialect()).startswith("SELECT TOP ")
    found = text(TAKING.select(NOW, "mssql"), mssql.dialect())

    assert "FROM [SEED].[ORDERS] WITH (UPDLOCK, READPAST, ROWLOCK) WHERE [SEED].[ORDERS].[STA_0] = :STA_0_1 OR" in found
    assert found.endswith("ORDER BY [SEED].[ORDERS].[SEQ_0]")
    assert text(update_these(TABLE, "SEQ_0", tuple(TAKING.cells(NOW)), "mssql"), mssql.dialect()) == (
        "UPDATE [SEED].[ORDERS] SET [STA_0]=:new_STA_0, [UPD_0]=:new_UPD_0 "
        "WHERE [SEED].[ORDERS].[SEQ_0] IN (__[POSTCOMPILE_keys])"
    )


def test_rows_are_taken_past_those_that_others_have_in_oracle() -> None:
    found = text(TAKING.select(NOW, "oracle"), oracle.dialect())

    assert found.startswith('SELECT "SEED"."ORDERS"."SEQ_0", "SEED"."ORDERS"."STA_0",')
    assert found.endswith('ORDER BY "SEED"."ORDERS"."SEQ_0" FOR UPDATE SKIP LOCKED')
    assert "FETCH" not in found  # Oracle takes no limit beside a lock; it locks what is fetched
    assert "ROWNUM" not in found


@pytest.mark.parametrize(
    ("backend", "dialect", "clock"),
    [
        ("mssql", mssql.dialect(), "SELECT sysutcdatetime() AS sysutcdatetime_1"),
        ("oracle", oracle.dialect(), "SELECT sys_extract_utc(SYSTIMESTAMP) AS sys_extract_utc_1 FROM DUAL"),
    ],
)
def test_the_clock_of_the_database(backend: str, dialect: sa.Dialect, clock: str) -> None:
    assert text(sa.select(DIALECTS[backend].now()), dialect) == clock


@pytest.mark.parametrize("dialect", [mssql.dialect(), oracle.dialect()])
def test_values_are_parameters_in_every_dialect(dialect: sa.Dialect) -> None:
    name = "'; DROP TABLE ORDERS --"
    query = {"NAM_0": [name, None], "QTY_0": {"above": 1, "not": 2}}

    select = sa.select(TABLE.column("NAM_0")).where(condition(TABLE, query))
    update = sa.update(TABLE.writable).where(same_key(TABLE, ("SEQ_0",))).values(NAM_0=name)
    insert = sa.insert(TABLE.writable).inline()

    for statement in (select, update, insert):
        assert "DROP" not in text(statement, dialect)
    assert "RETURNING" not in text(insert, dialect)
    assert "OUTPUT" not in text(insert, dialect)


def how(**tls: Any) -> Reaching:
    return Reaching("x.db", TlsOptions(**tls), False, 10.0, "UTC")


def test_a_url_without_driver_gets_the_usual_one_and_who_logs_in() -> None:
    url, arguments = reached("postgresql://db.example:5432/x3", "me", "secret", how())

    assert url.render_as_string(hide_password=False) == "postgresql+psycopg://me:secret@db.example:5432/x3"
    assert (arguments["sslmode"], arguments["sslrootcert"]) == ("verify-full", "system")


def test_sql_server_through_odbc_is_encrypted_and_verified() -> None:
    url, _ = reached("mssql+pyodbc://db.example:1433/x3?driver=ODBC+Driver+18+for+SQL+Server", "me", "secret", how())

    assert dict(url.query) == {
        "driver": "ODBC Driver 18 for SQL Server",
        "Encrypt": "yes",
        "TrustServerCertificate": "no",
    }


def test_oracle_is_spoken_to_over_tls() -> None:
    url, arguments = reached("oracle://db.example:2484/?service_name=x3", "me", "secret", how())

    assert url.drivername == "oracle+oracledb"
    assert (arguments["protocol"], arguments["ssl_server_dn_match"]) == ("tcps", True)


@pytest.mark.parametrize("url", ["mssql+pymssql://db.example/x3", "postgresql+pg8000://db.example/x3"])
def test_a_driver_that_does_not_verify_is_refused(url: str) -> None:
    with pytest.raises(SettingMissing):
        reached(url, "me", "secret", how())
