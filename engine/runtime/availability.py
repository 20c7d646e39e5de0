"""The offline semaphore: is the whole system down, or did only this message fail?

After a failure the connection's probe is asked. If it fails too, the connection is offline: every call is refused at
once for `offline.lasts`; then one call tries again while the others are still refused.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable

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
        self._probing = False

    @property
    def offline_for(self) -> float:
        """Seconds until a call tries again; 0 if online."""
        return max(self._until - time.monotonic(), 0.0)

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
        """A call was not answered."""
        if trying:
            self._until, self._trying = time.monotonic() + self._lasts, False
            return
        if self._until or self._probing:
            return
        self._probing = True
        try:
            if not await self._is_there(trace):
                self._until = time.monotonic() + self._lasts
        finally:
            self._probing = False

    async def _is_there(self, trace: Trace) -> bool:
        try:
            await self._probe(trace)
        except Unreachable:
            return False
        except EngineError:
            return True
        return True

    def gave_up(self, trying: bool) -> None:
        """The call that tried ended without telling (cancelled)."""
        if trying:
            self._trying = False


class GuardedSession:
    """A session behind its connection's semaphore."""

    def __init__(self, session: Session, availability: Availability) -> None:
        self.inner = session
        self.availability = availability

    async def send(self, call: Call, trace: Trace) -> Reply:
        trying = self.availability.enter()
        try:
            reply = await self.inner.send(call, trace)
        except Unreachable:
            await self.availability.failed(trying, trace)
            raise
        except EngineError:
            self.availability.answered()
            raise
        except BaseException:
            self.availability.gave_up(trying)
            raise
        self.availability.answered()
        return reply

    async def pages(self, call: Call, trace: Trace) -> AsyncIterator[Reply]:
        trying = self.availability.enter()
        try:
            async for reply in self.inner.pages(call, trace):
                self.availability.answered()
                yield reply
        except Unreachable:
            await self.availability.failed(trying, trace)
            raise

    def is_paged(self, endpoint: str) -> bool:
        return self.inner.is_paged(endpoint)

    async def aclose(self) -> None:
        await self.inner.aclose()
