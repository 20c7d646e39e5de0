"""Deliveries of rows that were taken from a system: a row that comes again is the same delivery while that is open."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from engine.delivery.delivery import NewDelivery
from engine.delivery.promoting import promote
from engine.delivery.remembering import EventId, known, remember
from engine.delivery.tables import deliveries, of_flow, seen

D, S = deliveries.c, seen.c


def without_those_under_way(connection: Connection, rows: Sequence[NewDelivery], now: float) -> list[NewDelivery]:
    """The rows that are new deliveries; remembers them.

    One is none while its earlier delivery is under way: its lease ended, and it was taken again. A parked one gives way: the
    other side wants the row delivered anew. What was taken from nobody is new.
    """
    ids = {one.id: _id(one) for one in rows if one.row}
    before = known(connection, ids.values()) if ids else {}
    remember(connection, [(id, one, now) for one, id in ids.items() if id not in before])
    return [
        one
        for one in rows
        if one.id not in ids or ids[one.id] not in before or _gives_way(connection, one, before[ids[one.id]], now)
    ]


def _id(delivery: NewDelivery) -> EventId:
    return EventId(delivery.name.integration, f"row of {delivery.name.flow}", delivery.row)


def _gives_way(connection: Connection, delivery: NewDelivery, earlier: str, now: float) -> bool:
    """Whether the earlier delivery of a row is gone, or was parked and is gone now."""
    id, name = _id(delivery), delivery.name
    mine = (D.id == earlier, *of_flow(D, name))
    there = connection.execute(select(D.sequence, D.state, D.key).where(*mine)).first()
    under_way = there is not None and there.state != "parked"
    if there is not None and not under_way:
        connection.execute(delete(deliveries).where(D.sequence == there.sequence))
        if there.key:
            promote(connection, [(name, there.key)])
    this = (S.integration == id.integration, S.event == id.event, S.id == id.id)
    connection.execute(update(seen).where(*this).values(answer=earlier if under_way else delivery.id, at=now))
    return not under_way
