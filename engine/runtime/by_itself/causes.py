"""Failures grouped by what they have in common: a thousand records fail for three reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

FIRST = 3
"""Keys that are told of each cause."""

_VARIES = re.compile(r"\"[^\"]*\"|'[^']*'|[\w.-]*\d[\w.-]*")


@dataclass(frozen=True)
class Cause:
    """Failures that read the same but for names and numbers.

    Attributes:
        text: of the first of them.
        keys: of the first few.
    """

    text: str
    count: int
    keys: tuple[str, ...]


class Causes:
    """Collects failures; keeps of each cause its first text, its number and a few keys, however many there are."""

    def __init__(self, failures: Iterable[tuple[str, str]] = (), first: int = FIRST) -> None:
        self._first = first
        self._found: dict[str, Cause] = {}
        for key, text in failures:
            self.add(key, text)

    def add(self, key: str, text: str) -> None:
        """One more failure."""
        known = self._found.setdefault(_common(key, text), Cause(text, 0, ()))
        keys = (*known.keys, key) if key and len(known.keys) < self._first else known.keys
        self._found[_common(key, text)] = replace(known, count=known.count + 1, keys=keys)

    @property
    def most_first(self) -> list[Cause]:
        return sorted(self._found.values(), key=lambda cause: -cause.count)


def _common(key: str, text: str) -> str:
    """The text without what differs from record to record: its key, what stands in quotes, words with digits."""
    place, mark, words = text.partition(": ") if re.match(r"\S+:\d+:\d+: ", text) else ("", "", text)
    if key:
        words = re.sub(rf"(?<!\w){re.escape(key)}(?!\w)", "…", words)
    return place + mark + _VARIES.sub("…", words)
