"""One line that tells how far a long work has come; on a terminal it is written over, elsewhere now and then a line."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

EVERY = 10.0
"""Seconds between two lines where they are not written over."""
WIDE = 20
"""Characters of the bar."""


class ProgressLine:
    """Tells of one phase after the other.

    Args:
        out: where to; whether it is a terminal decides how.
        even: seconds that go on evenly.
    """

    def __init__(self, out: TextIO, even: Callable[[], float] = time.monotonic) -> None:
        self._out = out
        self._even = even
        self._over = out.isatty()
        self._phase = ""
        self._began = self._told = 0.0
        self._first = 0
        self._behind = 0.0

    def tell(self, phase: str, done: int, total: int | None = None, stuck: int = 0, share: float | None = None) -> None:
        """How far it is now.

        Args:
            phase: such as "acme.items: delivering"; a new one begins a new rate.
            total, stuck: how many there are, and how many of them will not come to an end by themselves.
            share: how much is done, from 0 to 1, where nobody knows how many there are.
        """
        if share is None and total:
            share = done / total
        now = self._even()
        is_new = phase != self._phase
        if is_new:
            self.clear()
            self._phase, self._began, self._first, self._behind = phase, now, done, share or 0.0
        if not self._over and not is_new and now - self._told < EVERY:
            return
        self._told = now
        bar = f" {_bar(share)}" if self._over and share is not None else ""
        line = f"{phase}{bar} {_words(done - self._first, done, total, stuck, now - self._began)}"
        if share is not None and total is None and share > self._behind:
            line += f", {lasting((1 - share) / (share - self._behind) * (now - self._began))} left"
        self._out.write(f"\r{line}\x1b[K" if self._over else f"{line}\n")
        self._out.flush()

    def clear(self) -> None:
        """Make place for other lines."""
        if self._over and self._phase:
            self._out.write("\r\x1b[K")
            self._out.flush()
        self._phase = ""


def _bar(share: float) -> str:
    full = round(share * WIDE)
    return f"[{'#' * full}{' ' * (WIDE - full)}] {share:.0%}"


def _words(here: int, done: int, total: int | None, stuck: int, seconds: float) -> str:
    words = f"{done:,}" if total is None else f"{done:,} of {total:,}"
    if stuck:
        words += f", {stuck:,} stuck"
    rate = here / seconds if seconds > 0 else 0.0
    if rate:
        words += f", {rate:,.0f}/s" if rate >= 10 else f", {rate:.1f}/s"
    if rate and total is not None and total - done - stuck > 0:
        words += f", {lasting((total - done - stuck) / rate)} left"
    return words


def lasting(seconds: float) -> str:
    """A time for people: `45 s`, `12 min`, `3 h 05 min`."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"
