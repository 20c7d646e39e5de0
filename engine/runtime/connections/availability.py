"""The offline semaphore: is the whole system down, or did only this message fail?

A failure is followed by the connection's probe: no answer, or one that says it cannot be done now (a gateway's, a Server
fault, what `error.temporary` knows). If that fails too, the connection is offline: every call is refused at
once for `offline.lasts`. Then one call tries, while the others are still refused; whatever is answered ends the outage.
Engines on one store know of outages together (`engine.runtime.connections.outages`); an engine alone knows its own.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from engine.errors import EngineError, Refused, Unreachable
from engine.exchange import Trace

Probe = Callable[[Trace], Awaitable[object]]

AGAIN = 1.0
"""Seconds after which a refused caller may ask again while another one tries."""

_GATEWAY = (502, 503, 504)  # what stands before a system answers so in its place
_OURS = (408, 425, 429)  # they speak of how we ask

log = logging.getLogger("engine.connections")


class Shared(Protocol):
    """Where engines know of outages together."""

    def changed(self) -> None:
        """This engine has found a connection offline, or answering."""

    async def may_try(self, availability: Availability) -> float | None:
        """Ask to be the one of all engines that tries.

        Returns:
            0: it is. Else the seconds until it makes sense to ask again; None: another engine was answered.
        """


class Availability:
    """Whether one connection may be asked now.

    Args:
        lasts: seconds of an outage.
        asks: the endpoint that is the probe.
        probe: asks it.

    Attributes:
        version: counts what this engine found itself.
        shared: set while engines share what they find.
        told: hears why the connection is offline, each time this engine finds so.
        why: what this engine found the last time.
    """

    def __init__(self, name: str, lasts: float, asks: str, probe: Probe) -> None:
        self.name = name
        self.lasts = lasts
        self.asks = asks
        self.version = 0
        self.shared: Shared | None = None
        self.told: Callable[[Unreachable], None] = lambda error: None
        self.is_trying = False
        self.why = ""
        self._probe = probe
        self._until = 0.0
        self._answers = 0
        self._probing: asyncio.Task[None] | None = None
        self._failure: EngineError | None = None

    @property
    def is_offline(self) -> bool:
        """Whether it was found offline, and no call was answered since."""
        return bool(self._until)

    @property
    def closed_for(self) -> float:
        """Seconds for which every call is refused; 0 if one may be made."""
        if not self._until:
            return 0.0
        return max(self._until - time.monotonic(), AGAIN if self.is_trying else 0.0)

    # -- a call ----------------------------------------------------------------------------------------------------

    async def enter(self) -> bool:
        """Ask to make a call; gives whether it is the one that tries.

        Raises:
            Unreachable: offline.
        """
        if not self._until:
            return False
        if not self.closed_for and await self._may_try():
            return True
        if self._until:
            raise self._refusal()
        return False

    def answered(self) -> None:
        """A call was answered, yes or no: the system is there."""
        self._answers += 1
        if self._until:
            self._until, self.is_trying = 0.0, False
            log.warning("%s answers again", self.name)
            self._found()

    async def failed(self, error: EngineError, trying: bool, trace: Trace) -> None:
        """A call was not answered, or not by the system itself: the probe decides what that means.

        Raises:
            Unreachable: the whole system is away, and the call surely did not happen, or something before the system said
                so: that is no failure of its own.
        """
        if trying or not self._until:
            self._failure = self._failure or error  # it counts also where the probe is asked already
            await asyncio.wait([self._probing or self._ask(trace)])
        if self._until and (_did_not_happen(error) or isinstance(error, Refused)):
            raise self._refusal(f": {error}", may_have_happened=not _did_not_happen(error)) from error

    def abandoned(self, trying: bool) -> None:
        """A call was given up before it was answered (a time limit, a shutdown): the probe decides, nobody waits."""
        if (trying or not self._until) and self._probing is None:
            self._ask(Trace(payloads=False))

    def _refusal(self, why: str = "", *, may_have_happened: bool = False) -> Unreachable:
        text, wait = f"{self.name} is offline{why}", max(self.closed_for, AGAIN)
        return Unreachable(text, cause="offline", may_have_happened=may_have_happened, retry_after=wait)

    async def _may_try(self) -> bool:
        """Whether this call tries: one of all engines does."""
        self.is_trying = True
        mine = False
        try:
            wait = await self.shared.may_try(self) if self.shared is not None else 0.0
            mine = wait == 0 and self.is_trying  # it may have been answered meanwhile
        finally:
            self.is_trying = mine
        if wait != 0:
            self.learn(wait)
        return mine

    # -- the probe -------------------------------------------------------------------------------------------------

    def _ask(self, trace: Trace) -> asyncio.Task[None]:
        self._probing = asyncio.create_task(self._decide(trace))
        return self._probing

    async def _decide(self, trace: Trace) -> None:
        """Online or offline. Neither, if we ourselves had no place for the probe while others were answered."""
        answers = self._answers
        try:
            await self._probe(trace)
            self.answered()
        except EngineError as failure:
            nobody = self._failure is not None and answers == self._answers
            if is_away(failure) or (is_busy(failure) and nobody):
                self._went_offline(self._failure or failure)
            elif not is_busy(failure):
                self.answered()
        finally:
            self._probing, self._failure, self.is_trying = None, None, False

    def _went_offline(self, error: EngineError) -> None:
        self._until = time.monotonic() + self.lasts
        self.why = str(error)
        why = f"{self.name} is offline for {self.lasts:g} s: {error}"
        log.warning("%s", why)
        self.told(Unreachable(why, cause="offline", may_have_happened=False))
        self._found()

    def _found(self) -> None:
        self.version += 1
        if self.shared is not None:
            self.shared.changed()

    # -- other engines ---------------------------------------------------------------------------------------------

    def learn(self, wait: float | None) -> None:
        """Take over what other engines found: seconds until one call tries, None: the system answers.

        A call that tries, or a probe that is asked, knows it better in a moment.
        """
        if self.is_trying or self._probing is not None:
            return
        if self.is_offline != (wait is not None):
            log.warning("%s %s, another engine found", self.name, "answers again" if wait is None else "is offline")
        self._until = 0.0 if wait is None else time.monotonic() + min(wait, self.lasts)

    async def aclose(self) -> None:
        """Ask no more."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.wait([self._probing])


def is_busy(error: BaseException | None) -> bool:
    """Whether we ourselves had no place for a call: that says nothing of the other side."""
    return isinstance(error, Unreachable) and error.cause == "busy"


def is_away(error: BaseException | None) -> bool:
    """Whether a failure may mean that the whole system is away: no answer, only that of a gateway before it, or that it can
    do nothing now."""
    if isinstance(error, Refused):
        return error.status in _GATEWAY or (error.temporary and error.status not in _OURS)
    return isinstance(error, Unreachable) and error.cause != "busy"


def _did_not_happen(error: EngineError) -> bool:
    return not error.may_have_happened if isinstance(error, Unreachable) else getattr(error, "status", None) == 503
