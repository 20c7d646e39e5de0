"""Tokens that are handed out, run out and can be called back."""

import time
from collections.abc import Callable
from uuid import uuid4


class Tokens:
    """`lifetime` in seconds; `clock` may be the test's own."""

    def __init__(self, lifetime: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.lifetime = lifetime
        self.issued = 0
        self._clock = clock
        self._ends: dict[str, float] = {}

    def issue(self) -> str:
        token = uuid4().hex
        self.issued += 1
        self._ends[token] = self._clock() + self.lifetime
        return token

    def known(self, token: str) -> bool:
        return token in self._ends

    def valid(self, token: str) -> bool:
        return self._ends.get(token, float("-inf")) > self._clock()

    def drop(self, token: str) -> None:
        self._ends.pop(token, None)

    def expire_all(self) -> None:
        for token in self._ends:
            self._ends[token] = float("-inf")
