"""Writing rows of several tables in one transaction, from top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from engine.errors import MappingError, Refused
from engine.sql.built import BuiltTable
from engine.sql.criteria import keyed, same_key

_PORTION = 1000
"""Rows of one statement."""


@dataclass(frozen=True)
class Rows:
    """The rows of one part, as cells.

    Attributes:
        given: what the call says.
        whole: that, with what stands for nothing in the other columns.
        single: whether the call gives one row, not a list.
    """

    name: str
    table: BuiltTable
    mode: str
    key: tuple[str, ...]
    given: Sequence[Mapping[str, Any]] = field(repr=False)
    whole: Sequence[Mapping[str, Any]] = field(repr=False)
    single: bool

    @property
    def shown(self) -> Any:
        """The rows as values, without columns that hold nothing."""
        rows = [self.table.shown(row) for row in self.given]
        return rows[0] if self.single and rows else rows


@dataclass(frozen=True)
class Look:
    """The row that tells whether the call was made before.

    Attributes:
        part: whose row it is.
        key: its key, as cells.
        again: cells of a row that may be written anew; empty: none may.
    """

    part: str
    table: BuiltTable
    key: Mapping[str, Any] = field(repr=False)
    again: Mapping[str, Any] = field(repr=False)

    @property
    def parameters(self) -> dict[str, Any]:
        return {f"again_{name}": cell for name, cell in self.again.items()}

    @property
    def statement(self) -> sa.Select[Any]:
        """1: it may be written anew, 0: it may not, nothing: it is not there."""
        return self.table.statement(("look", tuple(self.key), tuple(self.again)), self._build)

    def _build(self) -> sa.Select[Any]:
        table = self.table
        same = [
            table.column(name) == sa.bindparam(f"again_{name}", type_=table.column(name).type) for name in self.again
        ]
        query = sa.select(sa.case((sa.and_(*same), 1), else_=0) if same else sa.literal(0))
        query = query.select_from(table.writable).where(same_key(table, tuple(self.key)))
        if same:
            query = query.with_for_update()
        return query.with_hint(table.writable, "WITH (UPDLOCK)", "mssql")


@dataclass(frozen=True)
class Writing:
    """One transaction."""

    endpoint: str
    parts: Sequence[Rows]
    once: Look | None
    reads: bool = False

    @property
    def sent(self) -> dict[str, Any]:
        return {"body": {part.name: part.shown for part in self.parts if part.given}}

    def statement(self, connection: sa.Connection) -> sa.Select[Any]:
        raise NotImplementedError("a write gives no rows")

    def perform(self, connection: sa.Connection) -> bool:
        """Write; False: it was written before.

        Raises:
            Refused: a row that is updated is not there.
        """
        found = _found(connection, self.once) if self.once is not None else None
        if found == "written":
            return False
        for part in self.parts:
            if part.given:
                new = found == "absent" and self.once is not None and part.name == self.once.part
                _MODES["insert" if new else part.mode](connection, part)
        return True


def _found(connection: sa.Connection, look: Look) -> Literal["absent", "written", "again"]:
    """Whether the row is there, and whether it may be written anew; then it stays locked until the end.

    One that is absent is inserted, never written over: of two that send it at once, the second then finds it.
    """
    found = connection.scalar(look.statement, {**keyed(tuple(look.key), look.key), **look.parameters})
    return "absent" if found is None else "again" if found else "written"


def _insert(connection: sa.Connection, part: Rows) -> None:
    names = list(dict.fromkeys(name for row in part.whole for name in row))
    rows = [{name: row.get(name) for name in names} for row in part.whole]
    statement = part.table.statement("insert", lambda: sa.insert(part.table.writable).inline())
    for start in range(0, len(rows), _PORTION):
        connection.execute(statement, rows[start : start + _PORTION])


def _replace(connection: sa.Connection, part: Rows) -> None:
    table = part.table
    statement = table.statement(
        ("delete", part.key), lambda: sa.delete(table.writable).where(same_key(table, part.key))
    )
    for key in {tuple(row[name] for name in part.key): keyed(part.key, row) for row in part.whole}.values():
        connection.execute(statement, key)
    _insert(connection, part)


def _upsert(connection: sa.Connection, part: Rows) -> None:
    statement = part.table.statement("insert", lambda: sa.insert(part.table.writable).inline())
    for given, whole in zip(part.given, part.whole, strict=True):
        if not _updated(connection, part, given):
            connection.execute(statement, whole)


def _update(connection: sa.Connection, part: Rows) -> None:
    for row in part.given:
        if not _updated(connection, part, row):
            key = ", ".join(f"{name} {row[name]}" for name in part.key)
            raise Refused(f"{part.table.name} has no row of {key}", code="no-row")


def _updated(connection: sa.Connection, part: Rows, row: Mapping[str, Any]) -> bool:
    table, key = part.table, part.key
    names = tuple(name for name in row if name not in key)
    if not names:
        there = table.statement(
            ("there", key), lambda: sa.select(sa.literal(1)).select_from(table.writable).where(same_key(table, key))
        )
        return connection.execute(there, keyed(key, row)).first() is not None
    parameters = {**keyed(key, row), **{f"new_{name}": row[name] for name in names}}
    return bool(connection.execute(update_of(table, key, names), parameters).rowcount)


def update_of(table: BuiltTable, key: tuple[str, ...], names: tuple[str, ...]) -> sa.Update:
    """The statement that sets some columns of the row of a key: parameters `key_NAME` and `new_NAME`."""

    def build() -> sa.Update:
        return sa.update(table.writable).where(same_key(table, key)).values(_new(table, names))

    return table.statement(("update", key, names), build)


def update_these(table: BuiltTable, key: str, names: tuple[str, ...], backend: str) -> sa.Update:
    """The statement that sets some columns of the rows whose keys are in a list: parameters `keys` and `new_NAME`."""
    column = table.column(key)

    def build() -> sa.Update:
        if backend == "postgresql":  # takes a list as one parameter: the statement is the same however long that is
            these = column == sa.any_(sa.bindparam("keys", type_=ARRAY(column.type)))
        else:
            these = column.in_(sa.bindparam("keys", type_=column.type, expanding=True))
        return sa.update(table.writable).where(these).values(_new(table, names))

    return table.statement(("update these", key, names), build)


def _new(table: BuiltTable, names: tuple[str, ...]) -> dict[str, sa.BindParameter[Any]]:
    return {name: sa.bindparam(f"new_{name}", type_=table.column(name).type) for name in names}


_MODES = {"insert": _insert, "replace": _replace, "upsert": _upsert, "update": _update}


def rows_of(name: str, table: BuiltTable, mode: str, key: tuple[str, ...], value: Any) -> Rows:
    """The rows of a part as a call gives them: one, a list, or null for none.

    Raises:
        MappingError: a row is none, or a value does not fit its column.
    """
    rows = [] if value is None else value if isinstance(value, list) else [value]
    place = f"body.{name}"
    places = [f"{place}[{number}]" if isinstance(value, list) else place for number in range(len(rows))]
    given = [table.cells_of(row, at) for row, at in zip(rows, places, strict=True)]
    for row, at in zip(rows, places, strict=True):
        for column in key if mode != "insert" else ():
            if row.get(column) is None:
                raise MappingError(
                    f"{table.name}.{column}: it is null, and it tells rows apart", None, f"{at}.{column}"
                )
    whole = given if mode == "update" else [table.whole(row, at) for row, at in zip(rows, places, strict=True)]
    return Rows(name, table, mode, key, given, whole, isinstance(value, dict))
