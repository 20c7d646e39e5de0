"""The time of day as deliveries need it: it goes on evenly, whatever happens to the machine's clock."""

from __future__ import annotations

import time
from collections.abc import Callable

STEP = 5.0  # seconds by which the machine's clock may differ before it counts as set


class Clock:
    """Seconds since 1970, going on evenly from the start of the process.

    A clock set back by an hour would make everything that waits wait an hour longer. So time is measured from the start;
    `was_set` tells that the machine's clock says something else now, and from then on that is believed.
    """

    def __init__(self, wall: Callable[[], float] = time.time, even: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._even = even
        self._offset = wall() - even()

    def now(self) -> float:
        return self._even() + self._offset

    def was_set(self) -> float:
        """By how many seconds the machine's clock was set since the last time this was asked; 0.0 if it was not."""
        step = self._wall() - self.now()
        if abs(step) < STEP:
            return 0.0
        self._offset += step
        return step
