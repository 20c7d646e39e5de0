"""A database connection, opened: calls become tasks with their data ready, rows become records."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.calls import Call, Flawed, Reply
from engine.columns.cells import Cells
from engine.credentials.credentials import Shown
from engine.errors import MappingError, Refused, Unreachable
from engine.exchange import Trace
from engine.http import retry
from engine.http.tls import TlsOptions
from engine.observation import Observation
from engine.parts.policies import Retry
from engine.parts.resolve import resolved
from engine.protocols.connection import Opening
from engine.protocols.sql_tasks import MOST_ROWS, Tasks
from engine.sql.built import BuiltTable
from engine.sql.claiming import Claiming, Marking, Waiting
from engine.sql.database import Task
from engine.sql.dialects import Reaching
from engine.sql.endpoints.endpoint import SqlEndpoint
from engine.sql.looking import LoggedIn
from engine.sql.need import Need
from engine.sql.observing import observe_tables
from engine.sql.reach import way_to
from engine.sql.reading import Reading
from engine.sql.said import Said
from engine.sql.together import Together

if TYPE_CHECKING:
    from engine.protocols.sql import SqlConnection

DEFAULT_TIMEOUT = 10.0
SHOWN = 100
"""Rows of one answer that the journal keeps, if it keeps any."""


class SqlSession:
    """Implements `engine.calls.Session` over a database."""

    def __init__(self, connection: SqlConnection, opening: Opening) -> None:
        found: SqlConnection = resolved(connection, opening.scope)
        self._name = opening.name
        self._redactor = opening.redactor
        self._scope = dict(opening.scope)
        self._found = found
        self._timeout = found.timeout or DEFAULT_TIMEOUT
        cells = Cells(found.values, found.zone)
        self._tables = {name: BuiltTable.of(name, table, cells, found.schema) for name, table in found.tables.items()}
        self._calls = Tasks(self._name, self._tables, self._scope).of(found.endpoints)
        account = found.auth.shown(self._scope, self._name) if found.auth else Shown("")
        options = TlsOptions(found.tls.verify, found.tls.ca, found.tls.cert, found.tls.key)
        plain = bool(found.insecure) or found.url.startswith("sqlite")
        zone, rate = found.values.zone or found.zone, found.limits.rate
        how = Reaching(self._name, options, plain, self._timeout, zone, opening.tunnel, rate)
        self._together: defaultdict[str, Together] = defaultdict(Together)
        self._how = how
        self._database = opening.database(found.url, account, found.limits.concurrency, how)

    # -- the seam ------------------------------------------------------------------------------------------------

    async def send(self, call: Call, trace: Trace) -> Reply:
        """Make one call; see `engine.calls.Session.send`."""
        task = self._task(call)
        answer = await self._tried(call, task, trace)
        if isinstance(answer, bool):
            return Reply(200, {}, {"written": answer}, None)
        records = answer
        for record in records:
            if isinstance(record, Flawed):
                raise MappingError(f"{self._name}.{call.endpoint}: a row cannot be read: {record.flaw}")
        if isinstance(task, Reading) and len(records) > MOST_ROWS:
            raise Refused(
                f"{self._name}.{call.endpoint} gives more than {MOST_ROWS:,} rows; ask for fewer", code="rows"
            )
        return Reply(200, {}, records, records)

    async def pages(self, call: Call, trace: Trace) -> AsyncIterator[Reply]:
        """Make a call page by page; see `engine.calls.Session.pages`."""
        task = self._task(call)
        if isinstance(task, Claiming) and call.dry:
            task = Waiting(task.endpoint, task.taking)
        if isinstance(task, Claiming):
            while True:
                records = await self._tried(call, task, trace)
                yield Reply(200, {}, records, list(records))
                if len(records) < task.taking.limit:
                    return
        elif isinstance(task, (Reading, Waiting)):
            async for reply in self._read(call, task, trace):
                yield reply
        else:
            yield await self.send(call, trace)

    async def _read(self, call: Call, task: Reading | Waiting, trace: Trace) -> AsyncIterator[Reply]:
        """Rows as they come; nothing is repeated: the flow that reads begins again where it was."""
        said = self._said(task, trace)
        trace.mark(180, said)
        count = 0
        first: list[Any] = []
        try:
            async for rows in self._database.rows(task, self._limit(call), said):
                records = self._records(task, rows)
                first = first or records[:SHOWN]
                count += len(records)
                yield Reply(200, {}, records, list(records))
        except (Refused, Unreachable) as error:
            raise self._redactor.error(error) from None
        trace.mark(220, {"rows": first, "count": count})
        if not count:
            yield Reply(200, {}, [], [])

    def is_paged(self, endpoint: str) -> bool:
        return False  # a call of a message is answered whole, within bounds

    def by_cursor(self, endpoint: str, count: int) -> bool:
        return False

    async def observe(self) -> AsyncIterator[Observation]:
        """Look at the way to the database, and log in; see `engine.observation.Observable`."""
        async for seen in way_to(self._found.url, self._how):
            yield seen
            if seen.state == "failed":
                return
        remedy = "check user and password in the settings that `auth` uses, and `tls`"
        yield await self._looked("login", LoggedIn(), remedy)

    async def observe_tables(self, needs: Mapping[str, Need]) -> AsyncIterator[Observation]:
        """Look at the tables, and whether we may do with them what is needed."""
        async for seen in observe_tables(self._looked, self._tables, needs, self._name.partition(".")[0]):
            yield seen

    async def _looked(self, what: str, task: Task, remedy: str) -> Any:
        """What a look gives; an observation of the failure if it fails."""
        try:
            return await self._database.run(task, self._timeout)
        except (Refused, Unreachable) as error:
            return Observation(what, "failed", self._redactor.text(error.text), remedy)

    async def aclose(self) -> None:
        await self._database.aclose()

    def __repr__(self) -> str:
        return f"<SqlSession {self._name}>"

    # -- one call ------------------------------------------------------------------------------------------------

    async def _tried(self, call: Call, task: Task, trace: Trace) -> Any:
        """What the task gives: records, or whether it wrote."""
        endpoint = self._found.endpoints[call.endpoint.partition(":")[0]]
        rule = endpoint.retry or self._found.retry or Retry()
        policy = retry.Policy(rule.attempts, rule.backoff, frozenset(rule.causes))
        once, attempts = endpoint.what_twice == "once", 0
        while True:
            attempts += 1
            said = self._said(task, trace)
            trace.mark(180, said)
            try:
                answer = await self._done(call, task, said)
            except (Refused, Unreachable) as error:
                chance = random.random()
                pause = retry.decide(policy, error, attempts, once=once, chance=chance) if call.retries else None
                if pause is None:
                    raise self._redactor.error(error) from None
                await asyncio.sleep(pause)
                continue
            if isinstance(answer, bool):
                trace.mark(220, {"written": answer})
                return answer
            records = self._records(task, answer)
            trace.mark(220, {"rows": records[:SHOWN], "count": len(records)})
            return records

    async def _done(self, call: Call, task: Task, said: Said | None) -> Any:
        limit = self._limit(call)
        if (
            isinstance(task, Marking) and said is None
        ):  # what is kept goes alone: its statements are those of one exchange
            return await self._together[call.endpoint].write(task, lambda whole: self._database.run(whole, limit))
        return await self._database.run(task, limit, said)

    def _said(self, task: Task, trace: Trace) -> Said | None:
        """Where the statements of a task are kept, if payloads are."""
        return Said(task.sent, self._redactor.fields) if trace.payloads else None

    def _limit(self, call: Call) -> float:
        endpoint: SqlEndpoint = self._found.endpoints[call.endpoint.partition(":")[0]]
        return call.timeout or endpoint.timeout or self._timeout

    def _task(self, call: Call) -> Any:
        """A call with its data as cells.

        Raises:
            MappingError: a value does not fit its column.
        """
        name, _, mark = call.endpoint.partition(":")
        try:
            return self._calls[name](call, mark)
        except MappingError as error:
            raise MappingError(f"{self._name}.{name}: {error.message}", error.mark, error.target) from None

    def _records(self, task: Any, rows: Sequence[Sequence[Any]]) -> list[Any]:
        if isinstance(task, Claiming):
            return list(task.taking.table.values(task.taking.columns, rows))
        return list(task.table.values(task.columns, rows))
