"""Replies that are kept: answered without asking while young, and while the system is away."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import msgspec

from engine.formats.json import dumps

MAX_BYTES = 64_000_000

_KEYS = msgspec.json.Encoder(decimal_format="number", order="sorted")


@dataclass(frozen=True, slots=True)
class Kept:
    """A reply and when it was given (monotonic seconds)."""

    reply: Any
    at: float
    size: int


class ReplyCache:
    """The kept replies of one message; the longest unused go first when it grows beyond its bound."""

    def __init__(self, keep: float, offline: float) -> None:
        self._keep = keep
        self._offline = max(offline, keep)
        self._kept: OrderedDict[bytes, Kept] = OrderedDict()
        self._bytes = 0

    @staticmethod
    def key(value: Any) -> bytes:
        """What tells requests apart, whatever the order of their fields."""
        return _KEYS.encode(value)

    def young(self, key: bytes) -> Kept | None:
        """A reply that may be given without asking."""
        return self._within(key, self._keep)

    def offline(self, key: bytes) -> Kept | None:
        """A reply that may be given while the system is away."""
        return self._within(key, self._offline)

    def put(self, key: bytes, reply: Any) -> None:
        self._drop(key)
        size = len(key) + len(dumps(reply))
        self._kept[key] = Kept(reply, time.monotonic(), size)
        self._bytes += size
        while self._bytes > MAX_BYTES:
            self._drop(next(iter(self._kept)))

    def _within(self, key: bytes, seconds: float) -> Kept | None:
        kept = self._kept.get(key)
        if kept is None:
            return None
        age = time.monotonic() - kept.at
        if age >= self._offline:
            self._drop(key)
        else:
            self._kept.move_to_end(key)
        return kept if age < seconds else None

    def _drop(self, key: bytes) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._bytes -= gone.size
