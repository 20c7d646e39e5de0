"""Work over the cores: forked workers know all that is imported and built, so one begins at once.

Where there is no fork, one core or one item, all is done in this process.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """How many processes can work at a time."""
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def spread(work: Callable[[T], R], items: Sequence[T], weight: Callable[[T], float], count: int) -> list[R]:
    """The results of some work, in the order of the items. Only for a process without threads.

    Args:
        work: gives the same in any process; what it remembers is of its process only.
        weight: how long an item takes beside the others.
        count: so many processes share the items, this one among them.
    """
    shares = _shares(items, weight, count)
    workers = [_fork(work, [items[number] for number in share]) for share in shares[1:]]
    found = dict(zip(shares[0], map(work, (items[number] for number in shares[0])), strict=True))
    for share, worker in zip(shares[1:], workers, strict=True):
        results = _results(*worker) or [work(items[number]) for number in share]
        found |= zip(share, results, strict=True)
    return [found[number] for number in range(len(items))]


def _shares(items: Sequence[T], weight: Callable[[T], float], count: int) -> list[list[int]]:
    """The numbers of the items, in so many shares of like weight; none is empty, but the only one."""
    shares: list[tuple[float, list[int]]] = [(0.0, []) for _ in range(max(1, min(count, len(items))))]
    for number in sorted(range(len(items)), key=lambda number: -weight(items[number])):
        at = min(range(len(shares)), key=lambda share: shares[share][0])
        sum_, share = shares[at]
        shares[at] = sum_ + weight(items[number]), [*share, number]
    return [sorted(share) for _, share in shares]  # neighbours together: they often read the same


def _fork(work: Callable[[T], R], items: Sequence[T]) -> tuple[int, int]:
    """A worker: its process, and the pipe that its results come through."""
    receiving, sending = os.pipe()
    process = os.fork()
    if process:
        os.close(sending)
        return process, receiving
    try:
        with open(sending, "wb") as pipe:
            pickle.dump([work(item) for item in items], pipe)
    finally:
        os._exit(0)  # nothing of the other process is to be ended here: no buffers, no handlers


def _results(process: int, receiving: int) -> list[R] | None:
    """What a worker found out; None if it failed, then this process does its work, and fails as it does."""
    with open(receiving, "rb") as pipe:
        raw = pipe.read()
    os.waitpid(process, 0)
    try:
        found: list[R] = pickle.loads(raw)  # noqa: S301 (by our own process)
    except (EOFError, pickle.UnpicklingError):
        return None
    return found
