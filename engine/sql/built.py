"""Tables as SQLAlchemy sees them, and their rows as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import mssql, mysql, oracle
from sqlalchemy.types import TypeEngine, UserDefinedType

from engine.calls import Flawed
from engine.columns.cells import Cells
from engine.columns.column import Column
from engine.errors import Fault, MappingError
from engine.sql.table import Table

S = TypeVar("S")


class _Exact(UserDefinedType[Any]):
    """A number in SQLite, which keeps 15 digits: given as text, so that Python makes no float of it."""

    cache_ok = True

    def get_col_spec(self, **kwargs: Any) -> str:
        return "NUMERIC"

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any]:
        return lambda value: None if value is None else f"{value:f}"


class _Iso(UserDefinedType[Any]):
    """A date, a date-time or a time as text, for databases that have no such type; texts sort as times do."""

    cache_ok = True

    def __init__(self, length: int) -> None:
        self.length = length

    def get_col_spec(self, **kwargs: Any) -> str:
        return f"VARCHAR({self.length})"

    def bind_processor(self, dialect: sa.Dialect) -> Callable[[Any], Any]:
        return lambda value: value if value is None or isinstance(value, str) else _iso(value)


def _iso(moment: date | time) -> str:
    return moment.isoformat(" ", "microseconds") if isinstance(moment, datetime) else moment.isoformat()


def column_type(column: Column, cells: Cells) -> TypeEngine[Any]:
    """The type of a column's cells, in each dialect."""
    if cells.is_text(column):
        length = column.length if column.kind == "text" else 40
        if length is None:
            return sa.Text()
        return sa.String(length).with_variant(mssql.NVARCHAR(length), "mssql")
    if cells.is_number(column):
        return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    match column.kind:
        case "decimal":
            return sa.Numeric(column.digits, column.places).with_variant(_Exact(), "sqlite")
        case "date":
            return sa.Date().with_variant(_Iso(10), "sqlite")
        case "datetime":
            microseconds = mssql.DATETIME2(6)  # type: ignore[no-untyped-call]
            found = sa.DateTime().with_variant(microseconds, "mssql").with_variant(oracle.TIMESTAMP(), "oracle")
            return found.with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb").with_variant(_Iso(26), "sqlite")
        case "time":
            return sa.Time().with_variant(_Iso(15), "sqlite", "oracle")
    return sa.Boolean().with_variant(sa.Integer(), "sqlite")


@dataclass(frozen=True)
class BuiltTable:
    """One table.

    Attributes:
        name: as the file calls it.
        source: what is read and written.
    """

    name: str
    table: Table
    cells: Cells
    source: sa.FromClause
    _statements: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def statement(self, name: Any, build: Callable[[], S]) -> S:
        """A statement on this table, built once; its values are parameters."""
        found: S | None = self._statements.get(name)
        if found is None:
            found = self._statements[name] = build()
        return found

    @classmethod
    def of(cls, name: str, table: Table, cells: Cells, schema: str | None) -> BuiltTable:
        columns = [
            sa.Column(
                column,
                column_type(kind, cells),
                *([sa.Identity()] if kind.kind == "identity" and kind.generated else []),
                primary_key=column in table.key,
                nullable=column not in table.key and cells.may_be_null(kind),
                autoincrement=kind.kind == "identity",
            )
            for column, kind in table.columns.items()
        ]
        if table.view is not None:
            text = sa.text(table.view.replace(":", r"\:"))  # a colon is no parameter
            return cls(name, table, cells, text.columns(*columns).subquery(name.lower()))
        return cls(name, table, cells, sa.Table(name, sa.MetaData(schema=schema), *columns))

    @property
    def writable(self) -> sa.Table:
        assert isinstance(self.source, sa.Table)  # `view-written` has refused others
        return self.source

    @cached_property
    def _writers(self) -> Mapping[str, Callable[[Any], Any]]:
        return {name: self.cells.writes(column) for name, column in self.table.columns.items()}

    @cached_property
    def _readers(self) -> Mapping[str, Callable[[Any], Any]]:
        return {name: self.cells.reads(column) for name, column in self.table.columns.items()}

    def column(self, name: str) -> sa.ColumnElement[Any]:
        found: sa.ColumnElement[Any] = self.source.c[name]
        return found

    def cell(self, name: str, value: Any, place: str) -> Any:
        """A value as a cell of a column.

        Raises:
            MappingError: there is no such column, or it does not take the value.
        """
        write = self._writers.get(name)
        if write is None:
            raise MappingError(f"{self.name} has no column {name}", None, f"{place}.{name}")
        try:
            return write(value)
        except Fault as fault:
            raise MappingError(f"{self.name}.{name}: {fault.message}", None, f"{place}.{name}") from None

    def nothing(self, name: str) -> Any:
        """The cell that stands for null in a column."""
        return self.cells.nothing(self.table.columns[name])

    def cells_of(self, row: Any, place: str) -> dict[str, Any]:
        """A row as it is written; what is generated is not.

        Raises:
            MappingError: it is none, or a column does not take its value.
        """
        if not isinstance(row, dict):
            raise MappingError(f"{self.name}: a row is wanted, an object of columns", None, place)
        for name in row:
            if name in self.table.columns and self.table.columns[name].generated:
                words = f"{self.name}.{name}: the system fills this column; leave it out"
                raise MappingError(words, None, f"{place}.{name}")
        return {name: self.cell(name, value, place) for name, value in row.items()}

    def whole(self, row: Any, place: str) -> dict[str, Any]:
        """As `cells_of`, with what stands for nothing where the row says nothing; the rest is the database's default.

        Raises:
            MappingError: as `cells_of`; a column that is required is missing.
        """
        given = self.cells_of(row, place)
        for name, column in self.table.columns.items():
            if name not in given and not column.generated:
                nothing = self.cell(name, None, place)
                if nothing is not None:
                    given[name] = nothing
        return given

    def shown(self, cells: Mapping[str, Any]) -> dict[str, Any]:
        """Cells as the values they stand for, without those that hold nothing."""
        values = {name: self._readers[name](cell) for name, cell in cells.items()}
        return {name: value for name, value in values.items() if value is not None}

    def values(self, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
        """Rows as they are read; one that holds what cannot be read is `Flawed`."""
        readers = [self._readers[name] for name in names]
        return [self._value(names, readers, row) for row in rows]

    def _value(self, names: Sequence[str], readers: list[Callable[[Any], Any]], row: Sequence[Any]) -> dict[str, Any]:
        try:
            return {name: read(cell) for name, read, cell in zip(names, readers, row, strict=True)}
        except Fault:
            return self._flawed(names, readers, row)

    def _flawed(self, names: Sequence[str], readers: list[Callable[[Any], Any]], row: Sequence[Any]) -> Flawed:
        found: dict[str, Any] = {}
        flaws: list[str] = []
        for name, read, cell in zip(names, readers, row, strict=True):
            try:
                found[name] = read(cell)
            except Fault as fault:
                found[name] = str(cell)
                flaws.append(f"{self.name}.{name}: {fault.message}")
        return Flawed(found, "; ".join(flaws))
