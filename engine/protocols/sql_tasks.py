"""What the endpoints of a database make of calls: tasks with their data as cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.calls import ABSENT, Call
from engine.errors import MappingError, SettingMissing
from engine.mapping import Node, evaluate
from engine.sql.built import BuiltTable
from engine.sql.claiming import Claiming, Marking, Taking
from engine.sql.database import Task
from engine.sql.endpoints.claim import Claim
from engine.sql.endpoints.endpoint import SqlEndpoint
from engine.sql.endpoints.select import Select
from engine.sql.endpoints.write import Write
from engine.sql.reading import Reading
from engine.sql.writing import Look, Writing, rows_of

MOST_ROWS = 10_000
"""Rows that one call answers with; a flow reads any number, in pages."""

MakeTask = Callable[[Call, str], Task]
"""Makes the task of a call; the text is what a claim's rows are marked with (`done`), empty for the call itself."""


@dataclass(frozen=True)
class Tasks:
    """Makes tasks of one connection.

    Attributes:
        scope: what values over settings see.
    """

    name: str
    tables: Mapping[str, BuiltTable]
    scope: Mapping[str, Any]

    def of(self, endpoints: Mapping[str, SqlEndpoint]) -> dict[str, MakeTask]:
        """What each endpoint makes of a call.

        Raises:
            SettingMissing: a value over settings does not fit its column.
        """
        found: dict[str, MakeTask] = {}
        for name, endpoint in endpoints.items():
            try:
                found[name] = self._of(name, endpoint)
            except MappingError as error:
                raise SettingMissing([f"{self.name}.{name}: {error.message}"]) from None
        return found

    def _of(self, name: str, endpoint: SqlEndpoint) -> MakeTask:
        if isinstance(endpoint, Select):
            return self._select(name, endpoint)
        if isinstance(endpoint, Claim):
            return self._claim(name, endpoint)
        assert isinstance(endpoint, Write)
        return self._write(name, endpoint)

    def _select(self, name: str, endpoint: Select) -> MakeTask:
        table = self.tables[endpoint.table]
        columns = endpoint.columns or tuple(table.table.columns)
        order, query = endpoint.order or table.table.key, self._values(endpoint.query)
        _ = Reading(name, table, query, columns, order).select  # what is wrong with the settings is said now

        def task(call: Call, mark: str) -> Task:
            reading = Reading(name, table, {**query, **call.query}, columns, order, MOST_ROWS + 1)
            _ = reading.select  # what is wrong with the call is said before anything is sent
            return reading

        return task

    def _claim(self, name: str, endpoint: Claim) -> MakeTask:
        table = self.tables[endpoint.table]
        taking = Taking(
            table=table,
            query=self._values(endpoint.query),
            take=self._values(endpoint.take),
            order=endpoint.order or table.table.key,
            limit=endpoint.limit,
            lease=endpoint.lease.column,
            lasts=endpoint.lease.lasts,
        )
        table.cells_of(taking.take, "take")

        def task(call: Call, mark: str) -> Task:
            if not mark:
                return Claiming(name, taking)
            rows = [
                (
                    {column: table.cell(column, row["key"][column], "key") for column in table.table.key},
                    None if row["values"] is None else table.cells_of(row["values"], mark),
                )
                for row in call.body
            ]
            return Marking(f"{name}:{mark}", taking, rows, {"body": call.body})

        return task

    def _write(self, name: str, endpoint: Write) -> MakeTask:
        parts = {
            part: (self.tables[one.table], one.mode, one.key or self.tables[one.table].table.key)
            for part, one in endpoint.parts.items()
        }
        once = endpoint.once
        again = self.tables[endpoint.parts[once.part].table].cells_of(self._values(once.again), "again") if once else {}

        def task(call: Call, mark: str) -> Task:
            body = {} if call.body is ABSENT or call.body is None else call.body
            if not isinstance(body, dict) or body.keys() - parts.keys():
                raise MappingError(f"the body has the parts {', '.join(parts)}, and no others", None, "body")
            rows = [rows_of(part, *parts[part], body.get(part)) for part in parts]
            look = None
            if once is not None:
                header = next(one for one in rows if one.name == once.part)
                if len(header.given) != 1:
                    raise MappingError("`once` looks for one row, and there must be one", None, f"body.{once.part}")
                look = Look(
                    header.name, header.table, {column: header.given[0][column] for column in header.key}, again
                )
            return Writing(name, rows, look)

        return task

    def _values(self, nodes: Mapping[str, Node]) -> dict[str, Any]:
        return {name: evaluate(node, self.scope) for name, node in nodes.items()}
