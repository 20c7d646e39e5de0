"""What follows an attempt."""

from __future__ import annotations

import pytest

from engine.delivery.decision import Decision, Discard, Park, Policy, Retry, decide
from engine.errors import EngineError, InvalidInput, MappingError, Refused, Stopped, Unreachable
from engine.parts.scalars import Range

NOW = 1000.0
POLICY = Policy(attempts=3, backoff=Range(4.0, 60.0))


def away(cause: str = "timeout", retry_after: float | None = None, *, surely_not: bool = False) -> Unreachable:
    return Unreachable("away", cause=cause, may_have_happened=not surely_not, retry_after=retry_after)


@pytest.mark.parametrize(
    ("error", "attempts", "decision"),
    [
        (away(), 1, Retry(NOW + 4)),
        (away(), 2, Retry(NOW + 8)),
        (away(), 3, Park()),
        (Refused("the window is open", temporary=True), 1, Retry(NOW + 4)),
        (Refused("no such customer"), 1, Park()),
        (MappingError("no number"), 1, Park()),
        (InvalidInput([]), 1, Park()),
        (Refused("slow down", temporary=True, retry_after=30), 1, Retry(NOW + 30)),
        (Refused("slow down", temporary=True, retry_after=1), 1, Retry(NOW + 4)),
        (Refused("come back in a month", temporary=True, retry_after=9e9), 1, Retry(NOW + 86_400)),
        (away("offline", 20, surely_not=True), 1, Retry(NOW + 20.5, spent=False)),
        (away("offline", 20, surely_not=True), 99, Retry(NOW + 20.5, spent=False)),
        (away("offline", 20), 1, Retry(NOW + 20)),  # what may have brought the system down is not sent for ever
        (away("offline", 20), 3, Park()),
        (away("busy", surely_not=True), 99, Retry(NOW + 1.5, spent=False)),
        (Stopped("the engine stopped"), 99, Retry(NOW, spent=False)),
    ],
)
def test_the_failure_decides(error: EngineError, attempts: int, decision: Decision) -> None:
    assert decide(POLICY, error, attempts, NOW, chance=0.5) == decision


def test_a_flow_may_say_that_what_fails_is_dropped() -> None:
    policy = Policy(attempts=1, backoff=Range(4.0, 60.0), then="discard")

    assert decide(policy, away(), 1, NOW, 0.5) == Discard()
    assert decide(policy, Refused("no"), 1, NOW, 0.5) == Park()


def test_waits_grow_to_the_longest_and_no_further() -> None:
    policy = Policy(attempts=1000, backoff=Range(4.0, 60.0))

    waits = [decide(policy, away(), attempts, 0.0, 0.5) for attempts in (1, 2, 3, 4, 5, 6, 900)]

    assert waits == [Retry(4), Retry(8), Retry(16), Retry(32), Retry(60), Retry(60), Retry(60)]


def test_chance_spreads_the_waits_by_a_quarter() -> None:
    assert decide(POLICY, away(), 1, NOW, 0.0) == Retry(NOW + 3)
    assert decide(POLICY, away(), 1, NOW, 1.0) == Retry(NOW + 5)
