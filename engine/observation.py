"""What `engine check` sees of the world: one thing looked at, whether it is as it should be, and what to do if not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

State = Literal["ok", "warning", "failed"]

_SHOWN = 5
"""Differences that are told."""


@dataclass(frozen=True)
class Observation:
    """One thing looked at.

    Attributes:
        what: `dns`, `tls erp.example.com:443`, `login`, …
        state: `warning` works now, but not for long or not as it should.
        told: what was seen, redacted.
        remedy: what to do, empty if nothing.
    """

    what: str
    state: State
    told: str
    remedy: str = ""


def compared(what: str, differences: Iterable[str], file: str) -> Observation:
    """What a system says of itself, against a vendored file: the first differences, and how many more there are."""
    found = list(differences)
    if not found:
        return Observation(what, "ok", "as vendored")
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    remedy = f"vendor it anew as {file}; `engine validate` tells what it changes"
    return Observation(what, "warning", "; ".join(found[:_SHOWN]) + more, remedy)


@runtime_checkable
class Observable(Protocol):
    """A session that can be looked at: it connects, logs in and reads, and never writes."""

    def observe(self) -> AsyncIterator[Observation]:
        """Look at everything between us and the system, the nearest first; what is behind a failure is left out."""
