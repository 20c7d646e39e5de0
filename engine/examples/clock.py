"""An event loop that does not wait: when nothing is left to do now, its clock jumps to what comes next.

Everything canned answers at once, so pauses, time limits and repeats of an hour take no time and have the same order
on every machine.
"""

from __future__ import annotations

import asyncio
import selectors
from typing import Any


class JumpingLoop(asyncio.SelectorEventLoop):
    """Its `time()` begins at 0 and moves only when everybody waits."""

    def __init__(self) -> None:
        self._moved = 0.0
        super().__init__(_Jumping(self))
        self._clock_resolution = 1e-6  # wide enough that years in seconds, plus this, are more than years in seconds

    def time(self) -> float:
        return self._moved

    def jump(self, seconds: float) -> None:
        self._moved += seconds


class _Jumping(selectors.DefaultSelector):
    """Instead of sleeping until something is due, it moves the clock there."""

    def __init__(self, loop: JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout > 0:
            self._loop.jump(timeout)
            timeout = 0
        return super().select(timeout)
