"""The offline semaphore: is the whole system down, or did only this message fail?

After a failure the connection's probe is asked. If it fails too, the connection is offline: every call is refused at
once for `offline.lasts`; then one call tries again while the others are still refused.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType

from engine.calls import Call, Reply, Session
from engine.errors import EngineError, Unreachable
from engine.exchange import Trace

Probe = Callable[[Trace], Awaitable[object]]


class Availability:
    """Whether one connection may be asked now.

    Args:
        lasts: seconds of being offline.
        probe: asks whether the system answers.
    """

    def __init__(self, name: str, lasts: float, probe: Probe) -> None:
        self.name = name
        self._lasts = lasts
        self._probe = probe
        self._until = 0.0
        self._trying = False
        self._probing: asyncio.Task[None] | None = None

    @property
    def offline_for(self) -> float:
        """Seconds until a call tries again; 0 if online."""
        return max(self._until - time.monotonic(), 0.0)

    @property
    def is_offline(self) -> bool:
        """Whether it was found offline, and no call was answered since."""
        return bool(self._until)

    def enter(self) -> bool:
        """Ask to make a call; gives whether it is the one that tries.

        Raises:
            Unreachable: offline.
        """
        if not self._until:
            return False
        wait = self.offline_for
        if wait > 0 or self._trying:
            raise Unreachable(
                f"{self.name} is offline", cause="offline", may_have_happened=False, retry_after=max(wait, 1.0)
            )
        self._trying = True
        return True

    def answered(self) -> None:
        """A call was answered, yes or no: the system is there."""
        self._until = 0.0
        self._trying = False

    async def failed(self, trying: bool, trace: Trace) -> None:
        """A call was not answered: the probe decides, unless the call was the one that tried."""
        if trying:
            self._went_offline()
        elif not self._until and self._probing is None:
            await asyncio.shield(self._ask(trace))

    def abandoned(self, trying: bool) -> None:
        """A call was given up before it was answered (a time limit, a shutdown): the probe decides, nobody waits."""
        if (trying or not self._until) and self._probing is None:
            self._ask(Trace(payloads=False))

    async def aclose(self) -> None:
        """Ask no more."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait([self._probing])

    def _ask(self, trace: Trace) -> asyncio.Task[None]:
        self._probing = asyncio.create_task(self._decide(trace))
        return self._probing

    async def _decide(self, trace: Trace) -> None:
        try:
            await self._probe(trace)
            self.answered()
        except Unreachable as error:
            if error.cause != "busy":
                self._went_offline()
        except EngineError:
            self.answered()
        finally:
            self._probing = None

    def _went_offline(self) -> None:
        self._until, self._trying = time.monotonic() + self._lasts, False


class GuardedSession:
    """A session behind its connection's semaphore."""

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
        self._trying = self._availability.enter()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, Unreachable) and error.cause == "busy":  # we ourselves had no place for it
            self._availability.abandoned(self._trying)
        elif isinstance(error, Unreachable):
            await self._availability.failed(self._trying, self._trace)
        elif error is None or isinstance(error, (EngineError, GeneratorExit)):
            self._availability.answered()
        else:
            self._availability.abandoned(self._trying)
