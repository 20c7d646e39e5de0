"""Statements of the store that are compiled once, and then go to the driver with their values.

SQLAlchemy prepares a statement's parameters anew at each execution, and those of each row when there are many; that takes
several times as long as what the database does. All that differs is a parameter with a name; the rest stands in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Connection, CursorResult, Dialect, bindparam
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, Any]
"""Of a statement's parameters: texts, numbers and null, as every driver takes them."""

MOST = 512
"""Values of one list: every database takes so many parameters."""


T = TypeVar("T")


def in_portions(listed: Sequence[T]) -> Iterator[Sequence[T]]:
    """Values that go into one statement, so many at a time."""
    return (listed[start : start + MOST] for start in range(0, len(listed), MOST))


class Prepared:
    """A statement."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._compiled: dict[str, _InDialect] = {}

    def execute(self, connection: Connection, values: Values) -> CursorResult[Any]:
        """Execute it once."""
        compiled = self._in(connection.dialect)
        return connection.exec_driver_sql(compiled.text, compiled.arranged(values))

    def execute_many(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Execute it for each row, if there are any."""
        if rows:
            compiled = self._in(connection.dialect)
            connection.exec_driver_sql(compiled.text, [compiled.arranged(row) for row in rows])

    def _in(self, dialect: Dialect) -> _InDialect:
        return self._compiled.get(dialect.name) or self._compile(dialect)

    def _compile(self, dialect: Dialect) -> _InDialect:
        found = self._statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        assert isinstance(found, SQLCompiler)
        same = {name: one.value for one, name in found.bind_names.items() if not one.required}
        return self._compiled.setdefault(dialect.name, _InDialect(found.string, found.positiontup, same))


class _InDialect(NamedTuple):
    """A statement in a dialect.

    Attributes:
        names: of its parameters, in their order; None: the driver takes them by name.
        same: parameters that SQLAlchemy has added, with their values.
    """

    text: str
    names: Sequence[str] | None
    same: Values

    def arranged(self, values: Values) -> Any:
        """Values as the driver takes them."""
        given = {**values, **self.same} if self.same else values
        return given if self.names is None else tuple(map(given.__getitem__, self.names))


class PreparedForList:
    """A statement over a list of values of any length.

    It is compiled for lengths that are powers of two; a shorter list is filled up with its last value.
    """

    def __init__(self, column: ColumnElement[Any], statement: Callable[[ColumnElement[bool]], Executable]) -> None:
        self._column = column
        self._statement = statement
        self._lengths: dict[int, Prepared] = {}

    def execute(self, connection: Connection, listed: Sequence[Any], values: Values) -> Iterator[Any]:
        """Execute it over a list, in portions; gives the rows of all of them."""
        for portion in in_portions(listed):
            length = 1 << (len(portion) - 1).bit_length()
            filled = [*portion, *[portion[-1]] * (length - len(portion))]
            given = {**values, **{f"of_{place}": value for place, value in enumerate(filled)}}
            yield from self._of(length).execute(connection, given).all()

    def _of(self, length: int) -> Prepared:
        if length not in self._lengths:
            these: list[BindParameter[Any]] = [bindparam(f"of_{n}", type_=self._column.type) for n in range(length)]
            self._lengths[length] = Prepared(self._statement(self._column.in_(these)))
        return self._lengths[length]
