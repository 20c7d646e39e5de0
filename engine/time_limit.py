"""A time limit around awaiting: what `asyncio.timeout` promises, at a third of its cost on the way of every request."""

from __future__ import annotations

import asyncio
from types import TracebackType


class TimeLimit:
    """After so many seconds what is awaited inside is cancelled, and the block raises TimeoutError.

    with TimeLimit(10.0):
        await something()

    A cancellation from elsewhere stays one. Limits nest; each raises at its own end.
    """

    __slots__ = ("_before", "_expired", "_handle", "_seconds", "_task")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._expired = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._before = task.cancelling()
        self._handle = asyncio.get_running_loop().call_later(max(self._seconds, 0.0), self._expire)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._handle.cancel()
        if self._expired and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def _expire(self) -> None:
        self._expired = True
        self._task.cancel()
