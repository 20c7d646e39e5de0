"""What is known of the process beside its plans: what was counted, and what went wrong behind the scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.api.counts import Counts


class Losses(Protocol):
    """What the journal could not keep."""

    @property
    def lost(self) -> int: ...

    @property
    def stripped(self) -> int: ...


@dataclass
class Vitals:
    """How the process is doing.

    Attributes:
        trouble: why changed files were not taken over; empty if nothing is wrong with them.
        generation: how many sets of plans were taken over, the first included.
    """

    counts: Counts
    losses: Losses
    trouble: str = ""
    generation: int = 1
