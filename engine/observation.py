"""What `engine check` sees of the world: one thing looked at, whether it is as it should be, and what to do if not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

State = Literal["ok", "warning", "failed"]


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


@runtime_checkable
class Observable(Protocol):
    """A session that can be looked at: it connects, logs in and reads, and never writes."""

    def observe(self) -> AsyncIterator[Observation]:
        """Look at everything between us and the system, the nearest first; what is behind a failure is left out."""
