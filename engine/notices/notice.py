"""What people are told: one thing that happened, to one record or to many."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

Happening = Literal["parked", "waiting", "offline", "online", "flow_failed", "confirm_late"]
HAPPENINGS: tuple[Happening, ...] = get_args(Happening)


@dataclass(frozen=True)
class Notice:
    """One thing that happened, in words a person can act on.

    Attributes:
        event: what happened.
        flow: the flow it happened in, of `offline` and `online` the connection.
        key: the business key of the record, the first of many; empty where it is about no record.
        title: one line.
        text: what happened, to which records, and what to do.
        error: the other side's own words, empty if there are none.
        place: `file:line:column` in the YAML, empty if there is none.
        link: where it can be seen, a URL or a command.
        count: how many records.
    """

    event: Happening
    integration: str
    flow: str
    key: str
    title: str
    text: str
    error: str
    place: str
    link: str
    count: int

    def as_scope(self) -> dict[str, Any]:
        """As `notice` of the language."""
        return asdict(self)
