"""One flow at work: what is taken, what runs, and for how much more there is room."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from engine.delivery.delivery import Delivery
from engine.runtime.connections.availability import Availability
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration


@dataclass
class Lane:
    """One flow at work.

    Attributes:
        needs: what it cannot do without.
        taken: what waits for a place, as it goes together.
        sure: until when nobody else can have that.
        running: attempts, and what they work on.
        sending: those that still have a place; the others only keep how they ended.
        again: when the soonest comes due of those that were put back since the last look.
        held: whether it was offline at the last look.
    """

    live: LiveIntegration
    flow: LiveFlow
    needs: Sequence[Availability]
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    freed: asyncio.Event = field(default_factory=asyncio.Event)
    taken: deque[Sequence[Delivery]] = field(default_factory=deque)
    sure: float = 0.0
    running: dict[asyncio.Task[None], Sequence[Delivery]] = field(default_factory=dict)
    sending: set[asyncio.Task[None]] = field(default_factory=set)
    again: float = math.inf
    held: bool = False

    @property
    def is_offline(self) -> bool:
        """Whether it can do nothing now, but try."""
        return any(one.is_offline for one in self.needs)

    @property
    def may_try(self) -> bool:
        """Whether it is time to try."""
        return not self.running and not any(one.closed_for for one in self.needs)

    def room(self, places: int) -> int:
        """For how many deliveries there is room: for what may begin now, and for some more, so that a place that gets free
        need not wait for the store. None while that has not begun, or much has not been kept."""
        if self.taken or len(self.running) >= 4 * places:
            return 0
        return (places - len(self.sending) + places // self.flow.batch) * self.flow.batch


def batches(deliveries: Sequence[Delivery], size: int) -> Iterator[Sequence[Delivery]]:
    """Deliveries as they go together; one that failed before goes alone."""
    together = [one for one in deliveries if one.attempts == 1 and size > 1]
    for start in range(0, len(together), size):
        yield together[start : start + size]
    for one in deliveries:
        if one.attempts > 1 or size == 1:
            yield [one]
