"""A session behind its connection's semaphore."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType

from engine.calls import Call, Reply, Session
from engine.errors import EngineError
from engine.exchange import Trace
from engine.runtime.connections.availability import Availability, is_away, is_busy


class GuardedSession:
    """Makes calls while the connection is available, and tells how they end."""

    def __init__(self, session: Session, availability: Availability) -> None:
        self.inner = session
        self.availability = availability

    async def send(self, call: Call, trace: Trace) -> Reply:
        async with _Asking(self.availability, trace):
            return await self.inner.send(call, trace)

    async def pages(self, call: Call, trace: Trace) -> AsyncIterator[Reply]:
        async with _Asking(self.availability, trace):
            async for reply in self.inner.pages(call, trace):
                yield reply

    def is_paged(self, endpoint: str) -> bool:
        return self.inner.is_paged(endpoint)

    def by_cursor(self, endpoint: str, count: int) -> bool:
        return self.inner.by_cursor(endpoint, count)

    async def aclose(self) -> None:
        await self.inner.aclose()


class _Asking:
    """One call, or the pages of one: told to the semaphore, however it ends."""

    __slots__ = ("_availability", "_trace", "_trying")

    def __init__(self, availability: Availability, trace: Trace) -> None:
        self._availability = availability
        self._trace = trace

    async def __aenter__(self) -> None:
        self._trying = await self._availability.enter()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None:
            self._availability.answered()
        elif isinstance(error, EngineError) and is_away(error):
            await self._availability.failed(error, self._trying, self._trace)
        elif isinstance(error, (EngineError, GeneratorExit)) and not is_busy(error):
            self._availability.answered()
        else:  # given up, or we ourselves had no place for it
            self._availability.abandoned(self._trying)
