"""Time limits of messages and steps: whichever ends first counts, and is named."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from engine.errors import Unreachable
from engine.time_limit import TimeLimit

T = TypeVar("T")


@dataclass(frozen=True)
class Deadline:
    """When work must have ended, in the loop's time, and whose limit that is."""

    at: float
    words: str

    @classmethod
    def of(cls, whose: str, seconds: float) -> Deadline:
        """So many seconds from now."""
        return cls(_now() + seconds, f"{whose} took longer than {seconds:g} s")

    def or_sooner(self, other: Deadline | None) -> Deadline:
        """This one, or another that ends before it."""
        return self if other is None or self.at <= other.at else other

    async def keep(self, label: str, work: Callable[[], Awaitable[T]], *, once: bool = False) -> T:
        """Await something, but not beyond the deadline; after it, nothing is begun.

        Args:
            label: of the step that does it.
            once: whether a second try would do it twice: then it gets as long again, as it may still be carried out.

        Raises:
            Unreachable: it took too long.
        """
        left = self.at - _now()
        if left <= 0:
            raise self._over(label, may_have_happened=False)
        try:
            with TimeLimit(left):
                return await work()
        except TimeoutError:
            raise self._over(label, may_have_happened=True, retry_after=left if once else None) from None

    def _over(self, label: str, *, may_have_happened: bool, retry_after: float | None = None) -> Unreachable:
        text = f"{self.words} (at {label})"
        return Unreachable(text, cause="timeout", may_have_happened=may_have_happened, retry_after=retry_after)


def _now() -> float:
    return asyncio.get_running_loop().time()
