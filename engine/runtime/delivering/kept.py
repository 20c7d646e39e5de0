"""What has happened must be kept: a store that is away for a while is asked again until it is there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from engine.errors import Unreachable

T = TypeVar("T")

log = logging.getLogger("engine.worker")


async def kept(change: Callable[[], Awaitable[T]], again: float) -> T:
    """Make a change of the store, however long the store is away.

    Giving up would send again what the other side has taken. Whoever stops the engine cancels this.

    Args:
        again: seconds between two tries.
    """
    while True:
        try:
            return await change()
        except Unreachable as error:
            log.warning("the outcome of an attempt waits for the store: %s", error)
            await asyncio.sleep(again)
