"""What is delivered, and the states it passes through.

    (accepted) ─▶ waiting ─▶ ready ─▶ running ─▶ (done: gone)
                              ▲  ▲       │
                              │  └─ held │ not yet: looked at again later
                              ├──────────┤ failed: tried again later
                              │          ├─▶ parked ─▶ ready (resend) or gone (discard)
                              │          └─▶ sent ─▶ (confirmed: gone), or parked (refused)
                              └──────────────┘ resend

Of each key only the oldest delivery is ready, held, running, sent or parked; the others wait behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["waiting", "ready", "held", "running", "sent", "parked", "fragment"]
"""`sent`: it waits for an answer; `fragment`: what a later event will be merged with; it came first."""

NEVER = 253_370_764_800.0
"""The beginning of the year 9999: when a delivery is due that nothing is to happen to by itself any more."""


@dataclass(frozen=True, slots=True)
class FlowName:
    """A flow of an integration."""

    integration: str
    flow: str

    def __str__(self) -> str:
        return f"{self.integration}.{self.flow}"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A record to be delivered.

    Attributes:
        id: of its exchange, the same over all attempts.
        key: deliveries of one flow and key go one at a time, in order; empty: of no order.
        exchange_key: the caller's Idempotency-Key, else the id.
        payload: the names the flow's expressions see: `{"event": …}` or `{"record": …}`.
        due: when it may first be tried, seconds since 1970.
        latest: whether it replaces one of its key that still waits.
        merge: `whole` waits for nothing but takes in a fragment that came before; `part` completes one that waits, or
            becomes a fragment; None: neither.
        flaw: why it cannot be delivered as it is: it is parked at once. Empty if nothing is wrong.
        row: which row of a system it is, if it was taken there; empty: it is none.
    """

    name: FlowName
    id: str
    key: str
    exchange_key: str
    payload: Mapping[str, Any] = field(repr=False)
    due: float
    latest: bool = False
    merge: Literal["whole", "part"] | None = None
    flaw: str = ""
    row: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as it is kept.

    Attributes:
        sequence: the order of acceptance.
        attempts: how often it was tried; the running attempt counts.
        results: of `once` calls that were accepted in an earlier attempt, by step.
        error: why the last attempt failed, redacted; empty if none did.
        created, due: seconds since 1970; one that is sent is due when its answer is.
        original: what was accepted, if an operator has changed the payload since.
        since: when its state or `due` was last set: of one that is sent, when that was.
        parked_from: where a resend leads back to, if not to an attempt like the last: `sent`: an answer said no;
            `fragment`: what it belongs to never came.
    """

    sequence: int
    name: FlowName
    id: str
    key: str
    exchange_key: str
    state: State
    payload: Mapping[str, Any] = field(repr=False)
    attempts: int
    results: Mapping[str, Any] = field(repr=False)
    error: str
    created: float
    due: float
    original: Mapping[str, Any] | None = field(default=None, repr=False)
    since: float = 0.0
    parked_from: Literal["", "sent", "fragment"] = ""
