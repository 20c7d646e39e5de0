"""A pool of connections to one database; blocking drivers work in threads of their own."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import QueuePool, StaticPool

from engine.credentials.credentials import Shown
from engine.errors import EngineError, SettingMissing, Unreachable
from engine.http.pace import Pace
from engine.sql.dialects import Reaching, connected, reached
from engine.sql.failures import is_there_already, may_be_tried_again, translated
from engine.sql.ports import PORTS
from engine.sql.said import Said, overhear
from engine.sqlite import begin_at_once, on_connect
from engine.time_limit import TimeLimit
from engine.tunnels.tunnel import OpenTunnel

PAGE = 500
"""Rows that are fetched at a time."""
IDLE = 5.0
"""Seconds after which a connection is asked whether it is still there before it is used."""
MOST_TRIES = 5
"""How often a transaction begins that loses against others."""
_GRACE = 2.0
"""Seconds that a database has to end by itself what takes too long."""


class Task(Protocol):
    """Something to do with the tables of a database, its data ready.

    Attributes:
        endpoint: its name, for messages and examples.
        reads: whether it changes nothing.
        sent: what an example compares: `query` or `body`.
    """

    @property
    def endpoint(self) -> str: ...

    @property
    def reads(self) -> bool: ...

    @property
    def sent(self) -> dict[str, Any]: ...

    def perform(self, connection: sa.Connection) -> Any:
        """Do it, inside a transaction."""

    def statement(self, connection: sa.Connection) -> sa.Select[Any]:
        """Of one that reads: the rows."""


class Database(Protocol):
    """What a session works with: a real database, or the calls of an example."""

    async def run(self, task: Task, timeout: float, said: Said | None = None) -> Any:
        """Do something in one transaction; gives what `perform` gives. `said` hears the statements."""

    def rows(self, task: Task, timeout: float, said: Said | None = None) -> AsyncIterator[Sequence[Sequence[Any]]]:
        """Read rows, so many at a time."""

    async def aclose(self) -> None:
        """Close all connections."""


class RealDatabase:
    """Implements `Database` over SQLAlchemy.

    Args:
        url: without user.
        concurrency: connections, at most.

    Raises:
        SettingMissing: its certificate files cannot be used, or its driver is missing.
    """

    def __init__(self, url: str, account: Shown, concurrency: int, how: Reaching) -> None:
        self._name = how.name
        place, arguments = reached(url, account.user, account.password or "", how)
        self._far = (
            f"{how.name} ({place.host}:{place.port or PORTS[place.get_backend_name()]})" if place.host else how.name
        )
        memory = place.get_backend_name() == "sqlite" and place.database in (None, "", ":memory:")
        pool: dict[str, Any] = (
            {"poolclass": StaticPool}
            if memory
            else {"poolclass": QueuePool, "pool_size": concurrency, "max_overflow": 0, "pool_timeout": how.timeout}
        )
        try:
            self._engine = sa.create_engine(
                place,
                connect_args=dict(arguments),
                hide_parameters=True,
                **pool,
                **_more(place),
            )
        except ImportError as error:
            words = f"{how.name}: the driver of {place.drivername} is not installed: pip install {error.name}"
            raise SettingMissing([words]) from None
        event.listen(self._engine, "checkin", _used)
        event.listen(self._engine, "checkout", self._alive)
        if how.tunnel is not None:
            self._through(how.tunnel, how.timeout)
        if place.get_backend_name() == "sqlite":
            on_connect(self._engine, "foreign_keys=ON")
            begin_at_once(self._engine)
        self._loop: asyncio.AbstractEventLoop | None = None
        event.listen(self._engine, "before_cursor_execute", overhear)
        self._threads = ThreadPoolExecutor(concurrency, thread_name_prefix=how.name)
        self._pace = Pace(concurrency, how.rate)

    @property
    def engine(self) -> sa.Engine:
        return self._engine

    def _alive(self, connection: Any, record: Any, proxy: object) -> None:
        """One that nobody has used for a while may be gone."""
        if time.monotonic() - record.info.get("used", time.monotonic()) > IDLE:
            try:
                self._engine.dialect.do_ping(connection)
            except Exception as error:
                raise sa.exc.DisconnectionError from error

    def _through(self, tunnel: OpenTunnel, timeout: float) -> None:
        """Let each connection begin at a door of the tunnel; the names of certificates stay those of the far side."""

        @event.listens_for(self._engine, "do_connect")
        def connect(dialect: sa.Dialect, record: object, args: Any, given: dict[str, Any]) -> Any:
            assert self._loop is not None
            host, port = given.pop("host"), given.pop("port", None) or PORTS[dialect.name]
            door = asyncio.run_coroutine_threadsafe(tunnel.door(host, port), self._loop).result(timeout)
            return connected(dialect, host, door, args, given)

    async def run(self, task: Task, timeout: float, said: Said | None = None) -> Any:
        self._loop = asyncio.get_running_loop()
        async with self._place(timeout):
            return await self._in_thread(partial(self._in_transaction, task, said), timeout)

    async def rows(
        self, task: Task, timeout: float, said: Said | None = None
    ) -> AsyncIterator[Sequence[Sequence[Any]]]:
        self._loop = asyncio.get_running_loop()
        async with self._place(timeout):
            connection, result = await self._in_thread(partial(self._open, task, said), timeout)
            try:
                while True:
                    rows = await self._in_thread(partial(self._fetch, result), timeout)
                    if rows:
                        yield rows
                    if len(rows) < PAGE:
                        return
            finally:
                await asyncio.shield(asyncio.wrap_future(self._threads.submit(_closed, connection)))

    async def aclose(self) -> None:
        await asyncio.get_running_loop().run_in_executor(None, partial(self._threads.shutdown, cancel_futures=True))
        self._engine.dispose()

    # -- threads and places ----------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def _place(self, timeout: float) -> AsyncIterator[None]:
        await self._pace.take(timeout, self._name)
        try:
            yield
        finally:
            self._pace.leave()

    async def _in_thread(self, work: Callable[[], Any], timeout: float) -> Any:
        """Work in a thread. The database itself ends what takes longer; if it does not, the thread stays taken."""
        begun = self._threads.submit(work)
        try:
            with TimeLimit(timeout + _GRACE):
                return await asyncio.shield(asyncio.wrap_future(begun))
        except TimeoutError:
            if begun.cancel():  # it was never begun: others hang
                words = f"{self._name} is busy: no free connection within {timeout:g} s (see its `limits`)"
                raise Unreachable(words, cause="busy", may_have_happened=False) from None
            words = f"{self._name} did not answer within {timeout:g} s"
            raise Unreachable(words, cause="timeout", may_have_happened=True) from None

    # -- in a thread -----------------------------------------------------------------------------------------------

    def _in_transaction(self, task: Task, said: Said | None) -> Any:
        """Do it; begin again where it lost against another transaction, once where a row was written meanwhile."""
        for tried in range(1, MOST_TRIES + 1):
            connecting, committing = True, False
            try:
                with self._engine.connect() as connection:
                    connecting = False
                    with connection.execution_options(engine_reads=task.reads, engine_said=said).begin() as transaction:
                        found = task.perform(connection)
                        committing = True
                        transaction.commit()
                    return found
            except EngineError:
                raise
            except Exception as error:
                gone = getattr(error, "connection_invalidated", False) and not committing
                again = may_be_tried_again(error) or ((gone or is_there_already(error)) and tried == 1)
                if not again or tried == MOST_TRIES:
                    where = self._far if connecting else self._name
                    raise translated(error, where, committing=committing, connecting=connecting) from None
        raise AssertionError  # the last try returns or raises

    def _open(self, task: Task, said: Said | None) -> tuple[sa.Connection, sa.CursorResult[Any]]:
        connecting = True
        connection: sa.Connection | None = None
        try:
            connection = self._engine.connect()
            connecting = False
            connection = connection.execution_options(
                engine_reads=True, engine_said=said, stream_results=True, max_row_buffer=PAGE
            )
            return connection, connection.execute(task.statement(connection))
        except Exception as error:
            if connection is not None:
                connection.close()
            if isinstance(error, EngineError):
                raise
            where = self._far if connecting else self._name
            raise translated(error, where, committing=False, connecting=connecting) from None

    def _fetch(self, result: sa.CursorResult[Any]) -> Sequence[Sequence[Any]]:
        try:
            return result.fetchmany(PAGE)
        except Exception as error:
            raise translated(error, self._name, committing=False, connecting=False) from None


def _used(connection: object, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _closed(connection: sa.Connection) -> None:
    with contextlib.suppress(Exception):  # it is gone already
        connection.close()


def _more(url: sa.URL) -> dict[str, Any]:
    """Transactions see what others have committed: each statement looks anew."""
    return {} if url.get_backend_name() == "sqlite" else {"isolation_level": "READ COMMITTED"}
