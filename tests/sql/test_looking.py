"""How databases are asked that cannot be had for a test: what SQL Server is sent."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import mssql

from engine.columns.cells import Cells
from engine.columns.column import read_column
from engine.columns.values import Values
from engine.sql.built import BuiltTable
from engine.sql.looking import Allowed
from engine.sql.table import Table


def test_sql_server_is_asked_for_each_column_or_for_the_table_where_it_knows_no_grants_of_columns() -> None:
    columns = {"NO": read_column("text(20) required"), "STATE": read_column("text(1)")}
    table = BuiltTable.of("ORDERS", Table(columns=columns, key=("NO",)), Cells(Values(), "UTC"), "SEED")
    dialect = mssql.dialect()  # type: ignore[no-untyped-call]

    def asked(verb: str) -> list[str]:
        questions = Allowed(table, verb, ("NO", "STATE")).permissions(dialect)
        return [str(sa.select(one).compile(compile_kwargs={"literal_binds": True})) for one in questions]

    update = (
        "SELECT HAS_PERMS_BY_NAME('[SEED].[ORDERS]', 'OBJECT', 'UPDATE', '{}', 'COLUMN') AS \"HAS_PERMS_BY_NAME_1\""
    )
    assert asked("UPDATE") == [update.format("NO"), update.format("STATE")]
    assert asked("INSERT") == [
        "SELECT HAS_PERMS_BY_NAME('[SEED].[ORDERS]', 'OBJECT', 'INSERT') AS \"HAS_PERMS_BY_NAME_1\""
    ]
