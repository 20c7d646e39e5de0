"""Whether and when a failed call is made again."""

from __future__ import annotations

import pytest

from engine.errors import EngineError, MappingError, Refused, Unreachable
from engine.http.retry import Policy, decide
from engine.parts.scalars import Range

POLICY = Policy(4, Range(1.0, 5.0), frozenset({"connect", "timeout", "429", "503"}))


def lost(cause: str, *, happened: bool = False, after: float | None = None) -> Unreachable:
    return Unreachable("no answer", cause=cause, may_have_happened=happened, retry_after=after)


def refused(status: int | None, after: float | None = None) -> Refused:
    return Refused("no", status=status, retry_after=after)


@pytest.mark.parametrize(
    ("error", "attempts", "once", "wait"),
    [
        # it waits longer each time, up to the longest
        (lost("connect"), 1, False, 1.0),
        (lost("connect"), 2, False, 2.0),
        (lost("connect"), 3, False, 4.0),
        (lost("connect"), 4, False, None),
        # only what the policy names; a name that cannot be resolved is a failed connect
        (lost("dns"), 1, False, 1.0),
        (lost("tls"), 1, False, None),
        (lost("reset", happened=True), 1, False, None),
        (lost("garbage", happened=True), 1, False, None),
        (lost("busy"), 1, False, None),
        (refused(503), 1, False, 1.0),
        (refused(500), 1, False, None),
        (refused(None), 1, False, None),
        (MappingError("no"), 1, False, None),
        # a call that must not happen twice is repeated only if it surely did not happen
        (lost("connect"), 1, True, 1.0),
        (lost("timeout", happened=True), 1, False, 1.0),
        (lost("timeout", happened=True), 1, True, None),
        (refused(503), 1, True, None),
        # the other side says when, but we do not wait for ever
        (refused(429, 7.0), 1, False, 8.0),
        (refused(429, 0.0), 1, False, 1.0),
        (refused(429, 60.0), 1, False, 61.0),
        (refused(429, 61.0), 1, False, None),
        (lost("connect", after=3.0), 3, False, 4.0),
    ],
)
def test_it_is_made_again(error: EngineError, attempts: int, once: bool, wait: float | None) -> None:
    assert decide(POLICY, error, attempts, once=once, chance=1.0) == wait


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 1.0), (0.5, 1.5), (1.0, 2.0)])
def test_callers_do_not_come_back_together(chance: float, wait: float) -> None:
    assert decide(POLICY, lost("connect"), 2, once=False, chance=chance) == wait


def test_very_many_attempts_wait_the_longest_time() -> None:
    policy = Policy(10_000, Range(0.1, 5.0), frozenset({"connect"}))

    assert decide(policy, lost("connect"), 9_999, once=False, chance=1.0) == 5.0
