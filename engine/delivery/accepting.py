"""Taking deliveries in. Whoever is told "accepted" can forget them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, case, exists, insert, literal, select, update

from engine.delivery import rows
from engine.delivery.delivery import NewDelivery
from engine.delivery.keys import lock
from engine.delivery.listening import announce
from engine.delivery.merging import complete, same_key, with_fragment
from engine.delivery.reading import Progress, move_cursor
from engine.delivery.tables import deliveries, seen

D = deliveries.c


@dataclass(frozen=True, slots=True)
class EventId:
    """How the sender calls an event, so that it is accepted once."""

    integration: str
    event: str
    id: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries that are accepted together or not at all.

    Attributes:
        event: the event they come from; one that was accepted before brings no new delivery.
        answer: what the sender is told, the exchange's id; the same again if the event comes again.
        progress: how far a flow has read with these.
    """

    deliveries: Sequence[NewDelivery] = field(repr=False)
    now: float
    event: EventId | None = None
    answer: str = ""
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a batch.

    Attributes:
        answer: of the first time the event was accepted.
        known: whether that was before.
    """

    answer: str
    known: bool


def accept(connection: Connection, batches: list[Batch]) -> list[Accepted]:
    """Take batches in."""
    lock(connection, (one for batch in batches for one in batch.deliveries if one.key))
    known = _known(connection, batches)
    answers: list[Accepted] = []
    plain: list[dict[str, Any]] = []
    for batch in batches:
        before = known.get(batch.event) if batch.event else None
        answers.append(Accepted(before if before is not None else batch.answer, before is not None))
        if before is not None:
            continue
        if batch.event is not None:
            known[batch.event] = batch.answer
            connection.execute(insert(seen), {**_columns(batch.event), "answer": batch.answer, "at": batch.now})
        for delivery in batch.deliveries:
            if delivery.merge is None and not delivery.latest:
                plain.append(rows.new(delivery, batch.now))
                continue
            _insert(connection, plain)
            plain = []
            _special(connection, delivery, batch.now)
        if batch.progress is not None:
            move_cursor(connection, batch.progress)
    _insert(connection, plain)
    announce(connection, (one.name for batch in batches for one in batch.deliveries))
    return answers


def accept_together(connection: Connection, lists: list[Sequence[Batch]]) -> list[list[Accepted]]:
    """Take lists of batches in, each list whole or not at all."""
    return [accept(connection, list(batches)) for batches in lists]


def _known(connection: Connection, batches: Iterable[Batch]) -> dict[EventId, str]:
    """Events of these batches that were accepted before, and what was answered."""
    found: dict[EventId, str] = {}
    for batch in batches:
        if batch.event is not None:
            answer = connection.scalar(_ANSWER, _columns(batch.event))
            if answer is not None:
                found[batch.event] = answer
    return found


_ANSWER = select(seen.c.answer).where(
    seen.c.integration == bindparam("integration"), seen.c.event == bindparam("event"), seen.c.id == bindparam("id")
)


def _columns(event: EventId) -> dict[str, str]:
    return {"integration": event.integration, "event": event.event, "id": event.id}


def _open_of_key() -> Any:
    other = deliveries.alias("other")
    return exists().where(
        other.c.integration == bindparam("integration"),
        other.c.flow == bindparam("flow"),
        other.c.key == bindparam("key"),
        other.c.state != "fragment",
    )


def _insertion() -> Insert:
    """A delivery of a key that has an open one waits behind it; of no key, it never does; a flawed one is parked."""
    names = tuple(
        c.name for c in deliveries.columns if c.name not in ("sequence", "state", "owner", "lease", "original")
    )
    state = case(
        (bindparam("error") != literal(""), "parked"),
        (bindparam("key") == literal(""), "ready"),
        (_open_of_key(), "waiting"),
        else_="ready",
    )
    values = [bindparam(name, type_=deliveries.c[name].type) for name in names]
    return insert(deliveries).from_select([*names, "state"], select(*values, state))


_INSERT = _insertion()


def _insert(connection: Connection, values: list[dict[str, Any]]) -> None:
    if values:
        connection.execute(_INSERT, values)


def _special(connection: Connection, delivery: NewDelivery, now: float) -> None:
    """One that replaces another, or is merged with it."""
    values = rows.new(delivery, now)
    if delivery.latest and _replaced(connection, values):
        return
    if delivery.merge == "part":
        complete(connection, values)
    elif delivery.merge == "whole":
        _insert(connection, [with_fragment(connection, values)])
    else:
        _insert(connection, [values])


def _replaced(connection: Connection, values: Mapping[str, Any]) -> bool:
    """Put a newer record in the place of the last one that waits; not of one that is half delivered."""
    newest = (
        select(D.sequence)
        .where(*same_key(values), D.state.in_(("waiting", "ready", "held")), D.results == "{}")
        .order_by(D.sequence.desc())
        .limit(1)
    )
    change = {name: values[name] for name in ("payload", "id", "exchange_key", "due", "set")}
    done = connection.execute(
        update(deliveries).where(D.sequence == newest.scalar_subquery()).values(**change, attempts=0, error="")
    )
    return bool(done.rowcount)


def forget(connection: Connection, limits: list[float]) -> list[int]:
    """Delete what is remembered of events accepted before a time (seconds since 1970); gives how many."""
    return [connection.execute(seen.delete().where(seen.c.at < before)).rowcount for before in limits]
