"""Time that passes only while everything waits: waits of hours take no time, and a slow machine changes nothing."""

from __future__ import annotations

import asyncio
import selectors
import time
from typing import Any


class Clock:
    """Seconds that only `pass_` moves on."""

    def __init__(self) -> None:
        self._now = time.monotonic()

    def now(self) -> float:
        return self._now

    def pass_(self, seconds: float) -> None:
        self._now += seconds


CLOCK = Clock()


class _Selector(selectors.DefaultSelector):
    """Where the loop would sleep until its next timer, the clock is moved there."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> Any:
        found = super().select(None if timeout is None else 0)
        if not found and timeout:
            self._clock.pass_(timeout)
        return found


class ClockLoop(asyncio.SelectorEventLoop):
    """An event loop by the clock."""

    def __init__(self) -> None:
        super().__init__(_Selector(CLOCK))

    def time(self) -> float:
        return CLOCK.now()
