"""Group commit: changes that arrive while a transaction is being written go into the next one, together.

On a disk that takes 2 ms to make a commit durable, one transaction a change is 500 changes a second, however fast the
rest is. Whoever asks for a change is answered when the transaction that holds it is on the disk.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, StaticPool
from sqlalchemy.exc import DBAPIError

from engine.delivery.tables import prepare
from engine.errors import Unreachable
from engine.sqlite import READS

Argument = TypeVar("Argument")
Result = TypeVar("Result")
Change = Callable[[Connection, list[Any]], Sequence[Any]]
"""Makes the same change for several arguments at once; gives a result for each."""

MOST = 500  # changes in one transaction
TURNS = 4  # times that a transaction steps back for another engine's
_STEP_BACK = ("40001", "40P01")  # SQL states: serialization failure, deadlock


class _Asked(NamedTuple):
    change: Change
    argument: Any
    future: asyncio.Future[Any]


class Writer:
    """One thread that writes, in one transaction after the other, whatever is asked for."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asked: deque[_Asked] = deque()
        self._wake = threading.Event()
        self._closing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def prepare(self) -> None:
        """Make the tables.

        Raises:
            StoreUnusable, DBAPIError.
        """
        with self._engine.begin() as connection:
            prepare(connection)

    async def write(
        self, change: Callable[[Connection, list[Argument]], Sequence[Result]], argument: Argument
    ) -> Result:
        """Make a change; when this returns, it is durable.

        Raises:
            Unreachable: the store cannot be written, or is closed; nothing was changed.
        """
        if self._closing:
            raise Unreachable("the store is closed", cause="store", may_have_happened=False)
        loop = asyncio.get_running_loop()
        if self._thread is None:
            self._start(loop)
        future: asyncio.Future[Result] = loop.create_future()
        self._asked.append(_Asked(change, argument, future))
        if not self._wake.is_set():
            self._wake.set()
        return await future

    async def look(self, look: Callable[[Connection, list[Argument]], Sequence[Result]], argument: Argument) -> Result:
        """Look at all there is, beside what is written: where a million wait that takes seconds, and nothing waits for it.

        Raises:
            Unreachable: the store cannot be read, or is closed.
        """
        if self._closing or isinstance(self._engine.pool, StaticPool):  # in memory: there is one connection
            return await self.write(look, argument)
        return await asyncio.to_thread(self._looked, look, argument)

    def _looked(self, look: Callable[[Connection, list[Argument]], Sequence[Result]], argument: Argument) -> Result:
        try:
            with self._engine.connect().execution_options(**{READS: True}) as connection:
                return look(connection, [argument])[0]
        except DBAPIError as error:
            raise translated(error) from None

    def close(self) -> None:
        """Write what was asked for, and stop."""
        self._closing = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._engine.dispose()

    # -- the thread ----------------------------------------------------------------------------------------------

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._thread = threading.Thread(target=self._run, name="deliveries", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            while self._asked:
                self._answer(self._written(self._taken()))
            if self._closing:
                return

    def _taken(self) -> list[_Asked]:
        """What goes into the next transaction; more may be asked for meanwhile."""
        return [self._asked.popleft() for _ in range(min(len(self._asked), MOST))]

    def _written(self, asked: list[_Asked]) -> list[tuple[asyncio.Future[Any], Any]]:
        """All in one transaction; if the database does not take one of them, each in a transaction of its own."""
        try:
            return self._in_turn(asked)
        except Exception as error:
            if len(asked) == 1 or is_trouble(error):
                return [(one.future, translated(error)) for one in asked]
        return [answer for one in asked for answer in self._written([one])]

    def _in_turn(self, asked: list[_Asked]) -> list[tuple[asyncio.Future[Any], Any]]:
        """As `_together`; once more if another engine was in the way, and the database told this one to step back."""
        for _ in range(TURNS):
            try:
                return self._together(asked)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _STEP_BACK:
                    raise
        return self._together(asked)

    def _together(self, asked: list[_Asked]) -> list[tuple[asyncio.Future[Any], Any]]:
        answers: list[tuple[asyncio.Future[Any], Any]] = []
        with self._engine.begin() as connection:
            for change, group in groupby(asked, key=lambda one: one.change):
                ones = list(group)
                results = change(connection, [one.argument for one in ones])
                answers += zip((one.future for one in ones), results, strict=True)
        return answers

    def _answer(self, answers: list[tuple[asyncio.Future[Any], Any]]) -> None:
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_tell, answers)


def _tell(answers: list[tuple[asyncio.Future[Any], Any]]) -> None:
    for future, result in answers:
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)


def is_trouble(error: Exception) -> bool:
    """Whether a failure is the store's (full, locked, away), and not that of what was to be written."""
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or type(error).__name__ in ("OperationalError", "InterfaceError", "InternalError")
    )


def translated(error: Exception) -> Exception:
    """A failure of the store as ours; a defect stays what it is."""
    if not isinstance(error, DBAPIError):
        return error
    words = str(error.orig).strip().partition("\n")[0]
    return Unreachable(f"the store cannot be written: {words}", cause="store", may_have_happened=False)
