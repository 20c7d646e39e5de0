"""A sequence diagram: who talks to whom, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Arrow:
    """A message from one participant to another, or to itself; an `answer` is drawn dashed."""

    source: str
    target: str
    text: str
    answer: bool = False


@dataclass(frozen=True)
class Note:
    """What a participant does by itself."""

    over: str
    text: str


@dataclass(frozen=True)
class Frame:
    """What happens several times (`loop`), or only under a condition (`opt`)."""

    kind: Literal["loop", "opt"]
    text: str
    events: Sequence[Event]


Event = Arrow | Note | Frame


@dataclass(frozen=True)
class Diagram:
    """Participants by their keys, from left to right, and what happens, from top to bottom."""

    title: str
    participants: dict[str, str]
    events: Sequence[Event]
