"""What an operator is told of the store: how much is open, and how far flows have read."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.delivery.operating import OpenCount
from engine.delivery.reading import Position
from engine.delivery.store import Store
from engine.errors import Unreachable
from engine.functions.time import zone_named
from engine.runtime.live.integration import LiveIntegration

FRESH = 5.0  # seconds for which what was found is told again, however many ask
SHARE = 20.0  # and for so many times as long as the looking took, so that it costs a twentieth at most
PATIENCE = 2.0  # seconds that the store gets to answer


@dataclass(frozen=True)
class Backlog:
    """The store at one moment.

    Attributes:
        open: deliveries by flow and state.
        positions: of flows that read.
    """

    open: Sequence[OpenCount]
    positions: Sequence[Position]


class BacklogReader:
    """Looks into the store, rarely."""

    def __init__(self, store: Store, integrations: Iterable[LiveIntegration]) -> None:
        self._store = store
        self._reading = [flow.name for live in integrations for flow in live.flows.values() if flow.reads]
        self._looking = asyncio.Lock()
        self._found: Backlog | Unreachable | None = None
        self._until = 0.0

    async def look(self) -> Backlog:
        """The store as it is, or was some seconds ago.

        Raises:
            Unreachable: it cannot be read.
        """
        async with self._looking:
            began = time.monotonic()
            if self._found is None or began >= self._until:
                self._found = await self._asked()
                took = time.monotonic() - began
                self._until = began + took + max(FRESH, SHARE * took)
        if isinstance(self._found, Unreachable):
            raise self._found
        return self._found

    async def _asked(self) -> Backlog | Unreachable:
        try:
            async with asyncio.timeout(PATIENCE):
                return Backlog(await self._store.counts(), [await self._store.position(name) for name in self._reading])
        except Unreachable as error:
            return error
        except TimeoutError:
            return Unreachable("the store does not answer", cause="store", may_have_happened=False)


def cursor_age(position: Position, now: float, zone: str) -> float | None:
    """Seconds since the latest time that a cursor holds; None if it holds none.

    Args:
        now: seconds since 1970.
        zone: of times without an offset.
    """
    values = position.cursor.values() if isinstance(position.cursor, dict) else ()
    times = [moment.timestamp() for value in values if (moment := _moment(value, zone)) is not None]
    return now - max(times) if times else None


def _moment(value: object, zone: str) -> datetime | None:
    """A text that is a date-time; anything else, a number too, says nothing of time."""
    if not isinstance(value, str) or len(value) < len("2025-01-31T10:00"):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone_named(zone))
