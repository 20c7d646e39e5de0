"""Deliveries as rows, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column

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


def read(row: Sequence[Any]) -> Delivery:
    """A delivery from a row of `COLUMNS`."""
    sequence, integration, flow, id, key, exchange_key, state, payload, attempts, results, error, *rest = row
    created, due, original, since, parked_from = rest
    return Delivery(
        sequence=sequence,
        name=FlowName(integration, flow),
        id=id,
        key=key,
        exchange_key=exchange_key,
        state=state,
        payload=loads(payload),
        attempts=attempts,
        results={} if results == "{}" else loads(results),
        error=error,
        created=created,
        due=due,
        original=None if original is None else loads(original),
        since=since,
        parked_from=parked_from or "",
    )
