"""Reading rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from engine.sql.built import BuiltTable
from engine.sql.criteria import condition


@dataclass(frozen=True)
class Reading:
    """Rows of a table.

    Attributes:
        most: rows at most; None: all.
    """

    endpoint: str
    table: BuiltTable
    query: Mapping[str, Any] = field(repr=False)
    columns: tuple[str, ...]
    order: tuple[str, ...]
    most: int | None = None
    reads: bool = True

    @cached_property
    def select(self) -> sa.Select[Any]:
        """The statement.

        Raises:
            MappingError: a value does not fit its column.
        """
        found = sa.select(*(self.table.column(name) for name in self.columns))
        found = found.where(condition(self.table, self.query))
        found = found.order_by(*(self.table.column(name) for name in self.order))
        return found if self.most is None else found.limit(self.most)

    def names(self) -> tuple[str, ...]:
        return self.columns

    @property
    def sent(self) -> dict[str, Any]:
        return {"query": dict(self.query)}

    def statement(self, connection: sa.Connection) -> sa.Select[Any]:
        return self.select

    def perform(self, connection: sa.Connection) -> Sequence[Sequence[Any]]:
        return connection.execute(self.select).fetchall()
