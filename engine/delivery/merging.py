"""Two events that make one delivery, such as an order and the word that it is paid, whichever comes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from engine.delivery import rows
from engine.delivery.tables import deliveries
from engine.formats.json import loads
from engine.mapping.compile import merged

D = deliveries.c


def complete(connection: Connection, values: Mapping[str, Any]) -> None:
    """Merge a later event into the delivery that waits for it; if there is none yet, keep it as a fragment."""
    waiting = connection.execute(
        select(D.sequence, D.payload)
        .where(*same_key(values), D.state.in_(("held", "ready", "waiting", "fragment")))
        .order_by(D.sequence)
        .limit(1)
    ).first()
    if waiting is None:
        connection.execute(insert(deliveries).values(**values, state="fragment"))
        return
    change = {"payload": _merged(waiting.payload, values["payload"]), "due": values["due"], "set": values["set"]}
    connection.execute(update(deliveries).where(D.sequence == waiting.sequence).values(**change))


def with_fragment(connection: Connection, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row together with what came before it."""
    fragment = connection.execute(
        select(D.sequence, D.payload).where(*same_key(values), D.state == "fragment").limit(1)
    ).first()
    if fragment is None:
        return {**values}
    connection.execute(delete(deliveries).where(D.sequence == fragment.sequence))
    return {**values, "payload": _merged(values["payload"], fragment.payload)}


def same_key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The condition that a delivery is of the same flow and key."""
    return D.integration == values["integration"], D.flow == values["flow"], D.key == values["key"]


def _merged(first: str, second: str) -> str:
    return rows.text(merged(loads(first), loads(second)))
