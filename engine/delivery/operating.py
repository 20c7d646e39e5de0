"""What an operator sees and does: what is stuck, resend, discard."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from engine.delivery import rows
from engine.delivery.delivery import Delivery, FlowName, State
from engine.delivery.ending import promote
from engine.delivery.keys import lock
from engine.delivery.listening import announce
from engine.delivery.tables import acts, deliveries

D = deliveries.c


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries are meant; what is None does not restrict.

    Attributes:
        text: stands in the error or the key.
        ids: of exchanges, whole.
        after: accepted after this sequence.
    """

    integration: str | None = None
    flow: str | None = None
    state: State | None = None
    key: str | None = None
    text: str | None = None
    ids: tuple[str, ...] = ()
    after: int = 0
    limit: int = 1000


def found(connection: Connection, filters: list[Filter]) -> list[list[Delivery]]:
    """Deliveries in the order of acceptance."""
    return [
        [
            rows.read(row)
            for row in connection.execute(
                select(*rows.COLUMNS).where(*_where(one)).order_by(D.sequence).limit(one.limit)
            )
        ]
        for one in filters
    ]


def _where(filter: Filter) -> Iterator[Any]:
    given = ("integration", "flow", "state", "key")
    yield from (D[name] == getattr(filter, name) for name in given if getattr(filter, name) is not None)
    yield D.sequence > filter.after
    if filter.text:
        yield D.error.icontains(filter.text, autoescape=True) | D.key.icontains(filter.text, autoescape=True)
    if filter.ids:
        yield D.id.in_(filter.ids)


@dataclass(frozen=True, slots=True)
class Resend:
    """Try parked deliveries again, from the first attempt.

    Attributes:
        why: for those who read later what was done.
        payload: delivered in place of what was accepted; only for one delivery.
    """

    filter: Filter
    now: float
    payload: Mapping[str, Any] | None = field(default=None, repr=False)
    why: str = ""


def resend(connection: Connection, asked: list[Resend]) -> list[list[Delivery]]:
    """Make parked deliveries ready; gives them as they were."""
    return [_resend(connection, one) for one in asked]


def _resend(connection: Connection, asked: Resend) -> list[Delivery]:
    chosen = _parked(connection, asked.filter)
    change: dict[str, Any] = {"state": "ready", "attempts": 0, "due": asked.now, "set": asked.now}
    if asked.payload is not None:
        change |= {"payload": rows.text(asked.payload), "original": func.coalesce(D.original, D.payload)}
    for part in _sequences(chosen):
        connection.execute(update(deliveries).where(D.sequence.in_(part), D.state == "parked").values(**change))
    announce(connection, (one.name for one in chosen))
    _note(connection, "resend", chosen, asked.now, asked.why)
    return chosen


@dataclass(frozen=True, slots=True)
class Discard:
    """Drop parked deliveries for good, and say why."""

    filter: Filter
    now: float
    why: str


def discard(connection: Connection, asked: list[Discard]) -> list[list[Delivery]]:
    """Delete parked deliveries, so that the next of their keys go on; gives them."""
    return [_discard(connection, one) for one in asked]


def _discard(connection: Connection, asked: Discard) -> list[Delivery]:
    chosen = _parked(connection, asked.filter)
    lock(connection, (one for one in chosen if one.key))
    for part in _sequences(chosen):
        connection.execute(delete(deliveries).where(D.sequence.in_(part), D.state == "parked"))
    promote(connection, {(one.name, one.key) for one in chosen if one.key})
    _note(connection, "discard", chosen, asked.now, asked.why)
    return chosen


def _note(connection: Connection, act: str, chosen: Sequence[Delivery], now: float, why: str) -> None:
    values = [
        {
            "at": now,
            "act": act,
            "delivery": one.id,
            "integration": one.name.integration,
            "flow": one.name.flow,
            "key": one.key,
            "why": why,
        }
        for one in chosen
    ]
    if values:
        connection.execute(insert(acts), values)


def _parked(connection: Connection, filter: Filter) -> list[Delivery]:
    conditions = [*_where(filter), D.state == "parked"]
    query = select(*rows.COLUMNS).where(*conditions).order_by(D.sequence).limit(filter.limit)
    return [rows.read(row) for row in connection.execute(query)]


def _sequences(chosen: Sequence[Delivery]) -> Iterator[list[int]]:
    for start in range(0, len(chosen), 500):
        yield [one.sequence for one in chosen[start : start + 500]]


@dataclass(frozen=True, slots=True)
class Count:
    """How many deliveries of a flow are in a state, and since when (seconds since 1970) the oldest of them is there."""

    name: FlowName
    state: State
    count: int
    oldest: float


def counts(connection: Connection, asked: list[None]) -> list[list[Count]]:
    """How much is open, by flow and state."""
    query = (
        select(D.integration, D.flow, D.state, func.count(), func.min(D.created))
        .group_by(D.integration, D.flow, D.state)
        .order_by(D.integration, D.flow, D.state)
    )
    found = [
        Count(FlowName(integration, flow), state, count, oldest)
        for integration, flow, state, count, oldest in connection.execute(query)
    ]
    return [found for _ in asked]
