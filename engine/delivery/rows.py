"""Deliveries as rows, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Row

from engine.delivery.delivery import Delivery, FlowName, NewDelivery
from engine.delivery.tables import deliveries
from engine.formats.json import dumps, loads

COLUMNS: tuple[Column[Any], ...] = (
    deliveries.c.sequence,
    deliveries.c.integration,
    deliveries.c.flow,
    deliveries.c.id,
    deliveries.c.key,
    deliveries.c.exchange_key,
    deliveries.c.state,
    deliveries.c.payload,
    deliveries.c.attempts,
    deliveries.c.results,
    deliveries.c.error,
    deliveries.c.created,
    deliveries.c.due,
    deliveries.c.original,
    deliveries.c.set,
    deliveries.c.parked_from,
)


def text(value: Any) -> str:
    return dumps(value).decode()


def new(delivery: NewDelivery, now: float) -> dict[str, Any]:
    """The values of a row, except its state."""
    return {
        "id": delivery.id,
        "integration": delivery.name.integration,
        "flow": delivery.name.flow,
        "key": delivery.key,
        "exchange_key": delivery.exchange_key,
        "payload": text(delivery.payload),
        "attempts": 0,
        "results": "{}",
        "error": delivery.flaw,
        "created": now,
        "due": delivery.due,
        "set": now,
    }


def read(row: Row[Any]) -> Delivery:
    """A delivery from a row of `COLUMNS`."""
    return Delivery(
        sequence=row.sequence,
        name=FlowName(row.integration, row.flow),
        id=row.id,
        key=row.key,
        exchange_key=row.exchange_key,
        state=row.state,
        payload=loads(row.payload),
        attempts=row.attempts,
        results=loads(row.results),
        error=row.error,
        created=row.created,
        due=row.due,
        original=None if row.original is None else loads(row.original),
        since=row.set,
        parked_from=row.parked_from or "",
    )
