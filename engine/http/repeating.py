"""Making a call again, as its policy decides."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from engine.errors import Refused, Unreachable
from engine.http import retry

T = TypeVar("T")


class NotReady(Exception):
    """A call was not sent: no login, or no address. Getting those was repeated by itself, so the call is not."""

    def __init__(self, error: Refused | Unreachable) -> None:
        self.error = error


async def repeated(policy: retry.Policy | None, attempt: Callable[[], Awaitable[T]], *, once: bool = False) -> T:
    """Make attempts until one succeeds, or the policy gives up.

    Args:
        policy: None makes one attempt.
        once: whether a second sending would do the thing twice.

    Raises:
        Refused, Unreachable: the last one failed.
    """
    attempts = 0
    while True:
        attempts += 1
        try:
            return await attempt()
        except NotReady as failure:
            raise failure.error from failure.error.__cause__
        except (Refused, Unreachable) as error:
            chance = random.random()
            pause = retry.decide(policy, error, attempts, once=once, chance=chance) if policy is not None else None
            if pause is None:
                raise
        await asyncio.sleep(pause)
