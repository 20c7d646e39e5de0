"""Looking at a database from inside: logging in, its tables, and what we may do with them. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from engine.observation import Observation
from engine.sql import live
from engine.sql.built import BuiltTable
from engine.sql.differing import differences
from engine.sql.need import Columns, Need


@dataclass(frozen=True)
class Look:
    """What all looks have in common: they are tasks that read."""

    endpoint: str = field(default="check", init=False)
    reads: bool = field(default=True, init=False)

    @property
    def sent(self) -> dict[str, Any]:
        return {}

    def statement(self, connection: sa.Connection) -> sa.Select[Any]:
        raise NotImplementedError("a look gives observations, no rows")


@dataclass(frozen=True)
class LoggedIn(Look):
    """Whether we are let in, and by what."""

    def perform(self, connection: sa.Connection) -> Observation:
        connection.scalar(sa.select(sa.literal(1)))
        version = ".".join(map(str, connection.dialect.server_version_info or ()))
        return Observation("login", "ok", f"{connection.dialect.name} {version} lets us in")


@dataclass(frozen=True)
class OfTable(Look):
    """Whether a table is there, and is as it is declared.

    Attributes:
        integration: for the remedy.
    """

    table: BuiltTable
    need: Need
    integration: str

    def perform(self, connection: sa.Connection) -> list[Observation]:
        name, what = self.table.name, f"table {self.table.name}"
        if self.table.table.view is not None:
            connection.execute(sa.select(self.table.source).where(sa.false())).close()
            return [Observation(f"view {name}", "ok", "it can be read")]
        schema = self.table.writable.schema
        if not sa.inspect(connection).has_table(name, schema=schema):
            where = f" in the schema {schema}" if schema else ""
            hint = f"`engine ddl {self.integration} --only tables` prints how to make it; or check `schema`"
            return [Observation(what, "failed", f"there is no such table{where}", hint)]
        different = differences(self.table, live.columns(connection, name, schema), self.need, connection.dialect.name)
        found = [*different, *self._apart(live.unique(connection, name, schema))]
        if not found:
            return [Observation(what, "ok", f"{len(self.table.table.columns)} columns, as declared")]
        return found

    def _apart(self, unique: Sequence[tuple[str, ...]]) -> Iterator[Observation]:
        """What is said to tell rows apart, and the database does not see to."""
        name, table = self.table.name, self.table.table
        for columns in (table.key, *table.unique):
            if not any(set(one) <= set(columns) for one in unique):
                told = f"the database takes two rows of the same {', '.join(columns)}: two engines may write one twice"
                hint = f"make a unique index; `engine ddl {self.integration} --only tables` prints it"
                yield Observation(f"unique {name} ({', '.join(columns)})", "warning", told, hint)


@dataclass(frozen=True)
class Allowed(Look):
    """Whether a verb is allowed with certain columns; PostgreSQL and MySQL are asked how they would do it, and refuse then.

    `perform` gives whether it is; None: this kind of database is not asked.
    """

    table: BuiltTable
    verb: str
    columns: Sequence[str]

    def perform(self, connection: sa.Connection) -> bool | None:
        statement = self._statement()
        text = str(statement.compile(dialect=connection.dialect))
        match connection.dialect.name:
            case "postgresql" | "mysql" | "mariadb":
                connection.exec_driver_sql(f"EXPLAIN {text}").close()
            case "oracle":
                cursor: Any = connection.connection.cursor()
                cursor.parse(text)
            case "mssql":
                return all(connection.scalar(sa.select(one)) == 1 for one in self.permissions(connection.dialect))
            case _:
                return None
        return True

    def _statement(self) -> sa.Select[Any] | sa.Insert | sa.Update | sa.Delete:
        """What would touch no row."""
        source, nothing = self.table.writable, dict.fromkeys(self.columns, sa.null())
        match self.verb:
            case "SELECT":
                return sa.select(*(source.c[name] for name in self.columns)).where(sa.false())
            case "INSERT":
                return sa.insert(source).values(nothing).inline()
            case "UPDATE":
                return sa.update(source).where(sa.false()).values(nothing)
        return sa.delete(source).where(sa.false())

    def permissions(self, dialect: sa.Dialect) -> Iterator[sa.Function[Any]]:
        """The questions to SQL Server."""
        whole = dialect.identifier_preparer.format_table(self.table.writable)
        asks = sa.func.HAS_PERMS_BY_NAME
        if self.verb in ("INSERT", "DELETE"):
            yield asks(whole, "OBJECT", self.verb)
        else:
            yield from (asks(whole, "OBJECT", self.verb, column, "COLUMN") for column in self.columns)


def verbs(need: Need) -> Mapping[str, Columns]:
    """What is done with a table, as verbs with their columns."""
    found = {"SELECT": need.select, "INSERT": need.insert, "UPDATE": need.update, "DELETE": {}}
    return {verb: columns for verb, columns in found.items() if columns or (verb == "DELETE" and need.delete)}
