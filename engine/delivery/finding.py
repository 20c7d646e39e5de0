"""Finding what became of something by a name of it: only looked at, beside engines that work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, inspect, or_, select

from engine.delivery import rows
from engine.delivery.delivery import Delivery
from engine.delivery.remembering import EventId
from engine.delivery.tables import VERSION, deliveries, outages, seen, versions

MOST = 20
"""Of each kind that are told; more would be a list, for which there is `engine parked`."""


@dataclass(frozen=True, slots=True)
class AcceptedEvent:
    """An event that is remembered: it would not be accepted again.

    Attributes:
        exchange: of its first delivery.
        at: seconds since 1970.
    """

    event: EventId
    exchange: str
    at: float


@dataclass(frozen=True, slots=True)
class Found:
    """What the store knows by a name: events that were called so, and deliveries that are still open."""

    events: Sequence[AcceptedEvent] = ()
    open: Sequence[Delivery] = ()


def sought(connection: Connection, name: str) -> Found:
    """What is known by the id of an event or a delivery, or by a flow's key; nothing in a store of another version."""
    if not _is_ours(connection):
        return Found()
    of = deliveries.c
    called = or_(of.id == name, of.key == name, of.exchange_key == name)
    open = connection.execute(select(*rows.COLUMNS).where(called).order_by(of.sequence).limit(MOST))
    events = connection.execute(select(seen).where(or_(seen.c.id == name, seen.c.answer == name)).limit(MOST))
    return Found(
        [AcceptedEvent(EventId(row.integration, row.event, row.id), row.answer, row.at) for row in events],
        [rows.read(row) for row in open],
    )


def offline(connection: Connection) -> Mapping[str, float]:
    """Connections that an engine has found offline, and when one tries again (seconds since 1970)."""
    if not _is_ours(connection):
        return {}
    return {row.connection: row.until for row in connection.execute(select(outages.c.connection, outages.c.until))}


def _is_ours(connection: Connection) -> bool:
    known = inspect(connection).has_table(versions.name)
    return known and connection.scalar(select(versions.c.version)) == VERSION
