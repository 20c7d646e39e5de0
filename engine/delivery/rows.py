"""Deliveries as rows, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.delivery.delivery import Delivery, FlowName, NewDelivery
from engine.delivery.tables import deliveries
from engine.formats.json import dumps, loads

COLUMNS = (
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
    sequence, integration, flow, id, key, exchange_key, state, payload, attempts, results, error, created, due = tuple(
        row
    )
    kept: Mapping[str, Any] = loads(results) if results != "{}" else {}
    return Delivery(
        sequence, FlowName(integration, flow), id, key, exchange_key, state, loads(payload), attempts, kept, error,
        created, due,
    )  # fmt: skip
