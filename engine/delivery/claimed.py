"""Deliveries of rows that were taken from a system: a row that comes again is the same delivery while that is open."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from engine.delivery.delivery import FlowName, NewDelivery
from engine.delivery.promoting import promote
from engine.delivery.remembering import EventId, known, remember
from engine.delivery.tables import deliveries, seen

D, S = deliveries.c, seen.c


def is_new(connection: Connection, delivery: NewDelivery, now: float) -> bool:
    """Whether a row is a new delivery; remembers it.

    It is none while its earlier delivery is under way: its lease ended, and it was taken again. A parked one gives way:
    the other side wants the row delivered anew.
    """
    id = EventId(delivery.name.integration, f"row of {delivery.name.flow}", delivery.row)
    before = known(connection, [id]).get(id)
    if before is None:
        remember(connection, [(id, delivery.id, now)])
        return True
    mine = (D.id == before, D.integration == delivery.name.integration, D.flow == delivery.name.flow)
    there = connection.execute(select(D.sequence, D.state, D.key).where(*mine)).first()
    open_ = there is not None and there.state != "parked"
    if there is not None and not open_:
        connection.execute(delete(deliveries).where(D.sequence == there.sequence))
        if there.key:
            promote(connection, [(FlowName(id.integration, delivery.name.flow), there.key)])
    answer = before if open_ else delivery.id
    this = (S.integration == id.integration, S.event == id.event, S.id == id.id)
    connection.execute(update(seen).where(*this).values(answer=answer, at=now))
    return not open_
