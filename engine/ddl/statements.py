"""Needs as statements of a dialect: tables, indexes, a role and what it may do. They are printed, never run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from engine.columns.cells import Cells
from engine.protocols.sql import SqlConnection
from engine.sql.built import BuiltTable
from engine.sql.need import Columns, Need
from engine.sql.table import Table

DialectName = Literal["postgresql", "mariadb", "mysql", "mssql", "oracle", "sqlite"]

_DIALECTS: Mapping[DialectName, Any] = {
    "postgresql": postgresql.dialect,
    "mariadb": mysql.dialect,
    "mysql": mysql.dialect,
    "mssql": mssql.dialect,
    "oracle": oracle.dialect,
    "sqlite": sqlite.dialect,
}


def _dialect(name: DialectName) -> sa.Dialect:
    found: sa.Dialect = _DIALECTS[name]()
    if name == "mssql":
        found.server_version_info = (15, 0)  # 2019; an old one has no dates
    return found


class Statements:
    """The statements for the tables of one connection.

    Args:
        needs: what is done with each table.
        schema: where the tables are; None: the user's own place.
        role: who is allowed.
    """

    def __init__(
        self, connection: SqlConnection, needs: dict[str, Need], dialect: DialectName, schema: str | None, role: str
    ) -> None:
        self._connection = connection
        self._needs = needs
        self._name = dialect
        self._dialect = _dialect(dialect)
        self._schema = None if dialect == "sqlite" else schema
        self._role = role
        self._cells = Cells(connection.values, "UTC")

    def tables(self) -> Iterator[str]:
        """Tables with their keys and unique columns, and indexes for what is searched."""
        if self._name == "postgresql" and self._schema:
            yield f"CREATE SCHEMA IF NOT EXISTS {self._quoted(self._schema)}"
        for name, table in self._connection.tables.items():
            if table.view is None:
                built = self._table(name, table)
                yield self._text(CreateTable(built))
                for number, columns in enumerate(self._searches(name, table), 1):
                    index = sa.Index(f"{name}_{number}".lower(), *(built.c[column] for column in columns))
                    yield self._text(CreateIndex(index))

    def grants(self) -> Iterator[str]:
        """The role, and exactly what it may do."""
        if self._name == "sqlite":
            return
        who = self._quoted(self._role)
        if self._name == "postgresql":
            yield f"CREATE ROLE {who} LOGIN"
            if self._schema:
                yield f"GRANT USAGE ON SCHEMA {self._quoted(self._schema)} TO {who}"
        elif self._name in ("mariadb", "mysql"):
            who = f"'{self._role}'@'%'"
            yield f"CREATE USER {who}"
        elif self._name == "oracle":
            yield f"CREATE USER {who} IDENTIFIED BY …"
            yield f"GRANT CREATE SESSION TO {who}"
        else:
            yield f"CREATE USER {who} FOR LOGIN {who}"
        for name, need in self._needs.items():
            table = self._table(name, self._connection.tables[name])
            where = self._dialect.identifier_preparer.format_table(table)
            for verb in self._verbs(need):
                yield f"GRANT {verb} ON {where} TO {who}"

    # -- tables ----------------------------------------------------------------------------------------------------

    def _table(self, name: str, table: Table) -> sa.Table:
        built = BuiltTable.of(name, table, self._cells, self._schema).writable
        for number, columns in enumerate(table.unique, 1):
            built.append_constraint(sa.UniqueConstraint(*columns, name=f"{name}_u{number}".lower()))
        for column, kind in table.columns.items():
            nothing = self._cells.nothing(kind)
            if nothing is not None and kind.may_be_null:
                built.c[column].server_default = sa.DefaultClause(self._default(nothing))
        return built

    def _default(self, nothing: Any) -> Any:
        """What stands for nothing, where a row says nothing."""
        if isinstance(nothing, str):
            return nothing
        text = nothing.isoformat(" ", "microseconds") if isinstance(nothing, datetime) else nothing.isoformat()
        if self._name != "oracle":
            return text
        kind = "TIMESTAMP" if isinstance(nothing, datetime) else "DATE"
        return sa.text(f"{kind} '{text}'")  # digits of a day: nothing of anybody's

    def _searches(self, name: str, table: Table) -> Iterator[tuple[str, ...]]:
        """The columns to index, each search once, none that the key or a unique index serves."""
        served = [table.key, *table.unique]
        for columns in dict.fromkeys(self._needs[name].lookups if name in self._needs else ()):
            if not any(unique[: len(columns)] == columns for unique in served):
                yield columns

    # -- grants ----------------------------------------------------------------------------------------------------

    def _verbs(self, need: Need) -> Iterator[str]:
        if need.select:
            whole = self._name == "oracle"  # which knows no SELECT of columns
            yield "SELECT" if whole else self._of_columns("SELECT", need.select)
        if need.insert:
            whole = self._name == "mssql"  # which knows no INSERT of columns
            yield "INSERT" if whole else self._of_columns("INSERT", need.insert)
        if need.update:
            yield self._of_columns("UPDATE", need.update)
        if need.delete:
            yield "DELETE"

    def _of_columns(self, verb: str, columns: Columns) -> str:
        return f"{verb} ({', '.join(map(self._quoted, columns))})"

    def _quoted(self, name: str) -> str:
        return self._dialect.identifier_preparer.quote(name)

    def _text(self, element: sa.schema.ExecutableDDLElement) -> str:
        return "\n".join(line.rstrip() for line in str(element.compile(dialect=self._dialect)).strip().splitlines())


def script(statements: Iterable[str]) -> str:
    """Statements as a script."""
    return "\n\n".join(f"{statement};" for statement in statements)
