"""Between tables and an example: what is asked of a database as what was sent, a canned reply as rows.

Canned rows stand as in the table, before the conventions of `values`: `{BPCSTA_0: 2, SHIDAT_0: 1753-01-01}`. They
need not tell of every column.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from engine.columns.cells import LEFT_OUT
from engine.errors import MappingError, Refused, Unreachable
from engine.examples.wire import Request
from engine.protocols.files import FilesConnection
from engine.protocols.sql import SqlConnection
from engine.spec.examples import CannedReply
from engine.spec.integration import Integration
from engine.time_limit import TimeLimit

if TYPE_CHECKING:
    from engine.examples.rehearsal import Watch
    from engine.examples.script import Script
    from engine.sql.database import Task


@dataclass(frozen=True)
class TaskWire:
    """How the calls of one endpoint that speaks no HTTP (a database, a folder) are compared and answered.

    Attributes:
        goes_on_by_itself: whether it asks for more after a full page, as a claim does.
    """

    name: str
    goes_on_by_itself: bool

    def sent(self, task: Any) -> Request:
        told = task.sent
        return Request(path=told.get("path", {}), query=told.get("query", {}), headers={}, body=told.get("body"))

    def response(self, reply: CannedReply | None) -> CannedReply:
        return reply or CannedReply()

    def empty_page(self) -> CannedReply:
        return CannedReply(body=[])


def task_wires(integration: Integration) -> dict[str, TaskWire]:
    """Every endpoint of the databases and folders of an integration, by `connection.endpoint`."""
    return {
        f"{name}.{endpoint}": TaskWire(f"{name}.{endpoint}", isinstance(connection, SqlConnection))
        for name, connection in integration.connections.items()
        if isinstance(connection, (SqlConnection, FilesConnection))
        for endpoint in connection.endpoints
    }


@dataclass(frozen=True)
class CannedDatabase:
    """Stands in the place of a database: `Database` over the calls of an example."""

    script: Script
    watch: Watch

    async def run(self, task: Task, timeout: float, said: object = None) -> Any:
        if ":" in task.endpoint:  # what became of a row is written back by itself
            return True
        return cells(task, await answered(self.script, self.watch, task, timeout))

    async def rows(self, task: Task, timeout: float, said: object = None) -> AsyncIterator[Sequence[Sequence[Any]]]:
        found = await self.run(task, timeout)
        if found:
            yield found

    async def aclose(self) -> None:
        """There is nothing to close."""


async def answered(script: Script, watch: Watch, task: Any, timeout: float) -> Any:
    """The body of the canned reply to a task.

    Raises:
        Refused, Unreachable: the example says so.
    """
    name = watch.taken()
    try:
        with TimeLimit(timeout):
            reply: Any = await script.answer(str(name), watch.step, task)
    except TimeoutError:
        raise Unreachable(f"{name}: it took too long", cause="timeout", may_have_happened=True) from None
    except httpx.TransportError as error:
        cause = script.failing or "connect"
        raise Unreachable(f"{name}: {error}", cause=cause, may_have_happened=cause == "reset") from None
    if reply.status >= 300:
        raise Refused(str(reply.body or f"status {reply.status}"), code=str(reply.status), status=reply.status)
    return reply.body


def cells(task: Task, body: Any) -> Any:
    """What the database answers: rows as cells, or whether it wrote.

    Raises:
        MappingError: a row has a column that is not asked for.
    """
    columns: Callable[[], Sequence[str]] | None = getattr(task, "names", None)
    if columns is None:
        return not (isinstance(body, dict) and body.get("written") is False)
    names, rows = columns(), body if isinstance(body, list) else [] if body is None else [body]
    for row in rows:
        unknown = set(row) - set(names) if isinstance(row, dict) else {"no object"}
        if unknown:
            raise MappingError(f"a canned row has {', '.join(sorted(unknown))}; it has the columns {', '.join(names)}")
    return [tuple(row.get(name, LEFT_OUT) for name in names) for row in rows]
