"""Taking rows, each by one engine only, and writing back what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine.sql.built import BuiltTable
from engine.sql.criteria import condition, keyed
from engine.sql.dialects import DIALECTS, LOCKED_ROWS
from engine.sql.writing import update_of, update_these

_NAMED = 1000
"""Rows that one statement names: every database takes so many parameters."""


@dataclass(frozen=True)
class Taking:
    """How rows of a table are taken.

    Attributes:
        query: which wait, as values.
        take: what is set, as values.
        lease: the column that says since when.
        lasts: seconds after which they are taken again.
    """

    table: BuiltTable
    query: Mapping[str, Any] = field(repr=False)
    take: Mapping[str, Any] = field(repr=False)
    order: tuple[str, ...]
    limit: int
    lease: str
    lasts: float

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.table.table.columns)

    def waiting(self, now: datetime) -> sa.ColumnElement[bool]:
        """Rows that wait, and those whose engine has not said for long that it works on them."""
        since = self.table.column(self.lease)
        ended = self.table.cell(self.lease, _text(now - timedelta(seconds=self.lasts)), "lease")
        left = sa.and_(condition(self.table, {**self.query, **self.take}), sa.or_(since.is_(None), since <= ended))
        return sa.or_(condition(self.table, self.query), left)

    def cells(self, now: datetime) -> dict[str, Any]:
        """What is set in a row that is taken now."""
        taken = self.table.cells_of({**self.take, self.lease: _text(now)}, "take")
        return taken

    def found(self, now: datetime, columns: Sequence[sa.ColumnElement[Any]]) -> sa.Select[Any]:
        """The statement that finds the rows that wait, in their order."""
        waiting = sa.select(*columns).where(self.waiting(now))
        return waiting.order_by(*(self.table.column(name) for name in self.order))

    def select(self, now: datetime, backend: str) -> sa.Select[Any]:
        """The statement that finds rows and locks them, past those that others have locked."""
        found = self.found(now, [self.table.column(name) for name in self.columns])
        if backend != "oracle":  # which takes no limit beside a lock, but locks what is fetched
            found = found.limit(self.limit)
        if DIALECTS[backend].skips:
            found = found.with_for_update(skip_locked=True)
        return found.with_hint(self.table.writable, LOCKED_ROWS, "mssql")

    def update(
        self,
        connection: sa.Connection,
        keys: Sequence[Mapping[str, Any]],
        cells: Mapping[str, Any],
        *still: sa.ColumnElement[bool],
    ) -> None:
        """Set the same cells in rows, as far as some conditions still hold: in one statement, if one column is the key."""
        key, names = self.table.table.key, tuple(cells)
        new = {f"new_{name}": cell for name, cell in cells.items()}
        if len(key) > 1:
            one_by_one = update_of(self.table, key, names).where(*still)
            connection.execute(one_by_one, [{**keyed(key, one), **new} for one in keys])
            return
        for start in range(0, len(keys), _NAMED):
            these = [one[key[0]] for one in keys[start : start + _NAMED]]
            statement = update_these(self.table, key[0], names, connection.dialect.name)
            connection.execute(statement.where(*still), {"keys": these, **new})


@dataclass(frozen=True)
class Claiming:
    """Take the rows that wait, up to a limit."""

    endpoint: str
    taking: Taking
    reads: bool = False

    def names(self) -> tuple[str, ...]:
        return self.taking.columns

    @property
    def sent(self) -> dict[str, Any]:
        return {"query": dict(self.taking.query)}

    def statement(self, connection: sa.Connection) -> sa.Select[Any]:
        raise NotImplementedError("rows are taken in a transaction")

    def perform(self, connection: sa.Connection) -> list[list[Any]]:
        taking = self.taking
        now = clock(connection)
        rows = connection.execute(taking.select(now, connection.dialect.name)).fetchmany(taking.limit)
        if not rows:
            return []
        places = {name: taking.columns.index(name) for name in taking.table.table.key}
        cells = taking.cells(now)
        taking.update(connection, [{name: row[place] for name, place in places.items()} for row in rows], cells)
        known = {taking.columns.index(name): cell for name, cell in cells.items()}
        return [_changed(row, known) for row in rows]


@dataclass(frozen=True)
class Waiting:
    """Read the rows that wait as they would be if they were taken; nobody takes them."""

    endpoint: str
    taking: Taking
    reads: bool = True

    @property
    def table(self) -> BuiltTable:
        return self.taking.table

    @property
    def columns(self) -> tuple[str, ...]:
        return self.taking.columns

    def names(self) -> tuple[str, ...]:
        return self.columns

    @property
    def sent(self) -> dict[str, Any]:
        return {"query": dict(self.taking.query)}

    def statement(self, connection: sa.Connection) -> sa.Select[Any]:
        now = clock(connection)
        cells = self.taking.cells(now)
        columns = [self.table.column(name) for name in self.columns]
        as_taken = [
            sa.literal(cells[one.name], one.type).label(one.name) if one.name in cells else one for one in columns
        ]
        return self.taking.found(now, as_taken)

    def perform(self, connection: sa.Connection) -> Sequence[Sequence[Any]]:
        return connection.execute(self.statement(connection)).fetchall()


@dataclass(frozen=True)
class Marking:
    """Write into rows that were taken: what became of them, or that they are still worked on.

    Attributes:
        endpoint: with what is told: `tracking:done`, `tracking:failed`, or `tracking:renew`, which leaves rows alone that are
            taken no more.
        rows: the key of each and what is set, as cells; None: only the lease.
    """

    endpoint: str
    taking: Taking
    rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any] | None]] = field(repr=False)
    sent: dict[str, Any] = field(repr=False)
    reads: bool = False

    def statement(self, connection: sa.Connection) -> sa.Select[Any]:
        raise NotImplementedError("what is written gives no rows")

    def perform(self, connection: sa.Connection) -> bool:
        renewed = None
        groups: dict[tuple[tuple[str, Any], ...], list[Mapping[str, Any]]] = {}
        for key, cells in self.rows:
            if cells is None:
                lease = self.taking.lease
                renewed = renewed or {lease: self.taking.cells(clock(connection))[lease]}
            new = cells if cells is not None else renewed or {}
            groups.setdefault(tuple(new.items()), []).append(key)
        for same, keys in groups.items():
            self.taking.update(connection, keys, dict(same), *self._still)
        return True

    @property
    def _still(self) -> Sequence[sa.ColumnElement[bool]]:
        """What must hold of a row: one that is renewed is still taken."""
        return [condition(self.taking.table, self.taking.take)] if self.endpoint.endswith(":renew") else []


def _changed(row: Sequence[Any], known: Mapping[int, Any]) -> list[Any]:
    cells = list(row)
    for place, cell in known.items():
        cells[place] = cell
    return cells


def clock(connection: sa.Connection) -> datetime:
    """What the clock of the database says."""
    said = connection.scalar(sa.select(DIALECTS[connection.dialect.name].now()))
    found = datetime.fromisoformat(said) if isinstance(said, str) else said
    assert isinstance(found, datetime)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _text(moment: datetime) -> str:
    return moment.isoformat()
