"""Whether and when a failed call is made again: a pure decision."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from engine.errors import EngineError, Refused, Unreachable
from engine.parts.scalars import Range

LONGEST_RETRY_AFTER = 60.0


@dataclass(frozen=True)
class Policy:
    """`causes` are words of `Unreachable.cause` and HTTP statuses as text."""

    attempts: int
    backoff: Range
    causes: Collection[str]


def settle(error: Refused | Unreachable, given: float) -> None:
    """Say of a call that must not happen twice, and had no answer in time, how long it may still take: the other side may
    be carrying it out. Asked at once whether it has it, it would say no, and get it again.

    Args:
        given: seconds that the call had; it gets as many once more.
    """
    if error.cause == "timeout" and error.may_have_happened if isinstance(error, Unreachable) else error.status == 504:
        error.retry_after = max(error.retry_after or 0.0, given)


def decide(policy: Policy, error: EngineError, attempts: int, *, once: bool, chance: float) -> float | None:
    """Seconds to wait before the next attempt, None to give up.

    Args:
        attempts: how many were made.
        once: whether a second sending would do the thing twice; then it is repeated only if it surely did not happen.
        chance: 0..1, spreads the waiting so that callers do not come back together.
    """
    if attempts >= policy.attempts:
        return None
    if isinstance(error, Unreachable):
        surely_not = not error.may_have_happened
        wanted = error.cause in policy.causes or (error.cause == "dns" and "connect" in policy.causes)
    elif isinstance(error, Refused):
        surely_not = False
        wanted = str(error.status) in policy.causes
    else:
        return None
    if not wanted or (once and not surely_not):
        return None
    if error.retry_after is not None:
        wait = error.retry_after + chance * policy.backoff.first
        return wait if error.retry_after <= LONGEST_RETRY_AFTER else None
    longest = min(policy.backoff.first * 2.0 ** min(attempts - 1, 64), policy.backoff.last)
    return float(longest * (0.5 + chance / 2))
