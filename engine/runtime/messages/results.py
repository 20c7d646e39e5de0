"""What `once` calls gave, kept with the delivery that made them."""

from __future__ import annotations

from typing import Any, Protocol


class Results(Protocol):
    """What `once` calls of a delivery gave: kept before anything else happens, and never asked for twice."""

    def known(self, call: str) -> bool:
        """Whether a call was accepted in an earlier attempt."""

    def get(self, call: str) -> Any:
        """What it gave."""

    async def keep(self, call: str, value: Any) -> None:
        """Keep what a call gave."""


class NothingKept:
    """Of a batch: it is made up anew at every attempt, so nothing is kept of one."""

    def known(self, call: str) -> bool:
        return False

    def get(self, call: str) -> Any:
        return None

    async def keep(self, call: str, value: Any) -> None:
        """Nothing is kept."""


NOTHING_KEPT = NothingKept()
