"""Two events that make one delivery, such as an order and the word that it is paid, whichever comes first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from engine.delivery import rows
from engine.delivery.delivery import FlowName
from engine.delivery.tables import deliveries, of_flow
from engine.formats.json import loads
from engine.mapping.compile import merged

D = deliveries.c

_FRAGMENT = or_(D.state == "fragment", and_(D.state == "parked", D.parked_from == "fragment"))


def complete(connection: Connection, values: Mapping[str, Any]) -> None:
    """Merge a later event into the delivery that waits for it; if there is none yet, keep it as a fragment."""
    waiting = connection.execute(
        select(D.sequence, D.payload)
        .where(*same_key(values), or_(D.state.in_(("held", "ready", "waiting")), _FRAGMENT))
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
    fragment = connection.execute(select(D.sequence, D.payload).where(*same_key(values), _FRAGMENT).limit(1)).first()
    if fragment is None:
        return {**values}
    connection.execute(delete(deliveries).where(D.sequence == fragment.sequence))
    return {**values, "payload": _merged(values["payload"], fragment.payload)}


def same_key(values: Mapping[str, Any]) -> tuple[Any, ...]:
    """The condition that a delivery is of the same flow and key."""
    return D.integration == values["integration"], D.flow == values["flow"], D.key == values["key"]


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Fragments that came before a time (seconds since 1970), and what they have not met since.

    Attributes:
        why: what people are told.
    """

    name: FlowName
    before: float
    now: float
    why: str


def park_fragments(connection: Connection, asked: list[Abandoned]) -> list[int]:
    """Park fragments, so that they are seen; the event they belong to still takes them in when it comes."""
    return [_park(connection, one) for one in asked]


def _park(connection: Connection, asked: Abandoned) -> int:
    change = {"state": "parked", "parked_from": "fragment", "error": asked.why, "set": asked.now}
    return connection.execute(
        update(deliveries).where(*of_flow(D, asked.name), D.state == "fragment", D.set < asked.before).values(**change)
    ).rowcount


def _merged(first: str, second: str) -> str:
    return rows.text(merged(loads(first), loads(second)))
