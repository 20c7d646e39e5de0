"""What follows an attempt: a pure function of policy, failure, attempts, time and chance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from engine.errors import EngineError, Refused, Stopped, Unreachable
from engine.parts.scalars import Range

LONGEST_ASKED = 86_400.0
"""Seconds we wait at most because the other side asked us to."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a delivery is tried.

    Attributes:
        attempts: at most so many.
        backoff: seconds between two: the first wait and the longest; it doubles in between.
        then: what becomes of it after the last.
    """

    attempts: int = 8
    backoff: Range = field(default=Range(5.0, 3600.0))
    then: Literal["park", "discard"] = "park"


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at a time (seconds since 1970).

    Attributes:
        spent: whether the attempt counts; it does not while the system is away as a whole, or when we stopped.
    """

    at: float
    spent: bool = True


@dataclass(frozen=True, slots=True)
class Park:
    """A person must look at it."""


@dataclass(frozen=True, slots=True)
class Discard:
    """Drop it: the flow says so."""


Decision = Retry | Park | Discard


def decide(policy: Policy, error: EngineError, attempts: int, now: float, chance: float) -> Decision:
    """What to do about a delivery whose attempt failed.

    Args:
        attempts: made so far, the failed one included.
        now: seconds since 1970.
        chance: from 0 to 1; spreads the waits so that what failed together does not come back together.
    """
    if isinstance(error, Stopped):
        return Retry(now, spent=False)
    if isinstance(error, Unreachable) and error.cause in ("offline", "busy") and not error.may_have_happened:
        return Retry(now + (error.retry_after or 1.0) + chance, spent=False)
    if not isinstance(error, (Unreachable, Refused)) or not error.may_help:
        return Park()
    if attempts >= policy.attempts:
        return Park() if policy.then == "park" else Discard()
    return Retry(now + max(_backoff(policy, attempts, chance), min(error.retry_after or 0.0, LONGEST_ASKED)))


def _backoff(policy: Policy, attempts: int, chance: float) -> float:
    """Twice as long after each attempt, within bounds, plus or minus a quarter."""
    doubled = policy.backoff.first * 2.0 ** min(attempts - 1, 40)
    return min(doubled, policy.backoff.last) * (0.75 + chance / 2)
