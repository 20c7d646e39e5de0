"""Taking deliveries in. Whoever is told "accepted" can forget them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, case, exists, insert, select, update

from engine.delivery import rows
from engine.delivery.claimed import without_those_under_way
from engine.delivery.confirming import Answer, Answered, answer
from engine.delivery.delivery import NewDelivery
from engine.delivery.keys import Keyed, lock
from engine.delivery.listening import announce
from engine.delivery.merging import complete, same_key, with_fragment
from engine.delivery.prepared import Prepared
from engine.delivery.reading import Progress, move_cursor
from engine.delivery.remembering import Delivered, EventId, known, remember, remember_digests
from engine.delivery.tables import deliveries, word

D = deliveries.c


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries that are accepted together or not at all.

    Attributes:
        event: the event they come from; one that was accepted before brings no new delivery.
        answer: what the sender is told, the exchange's id; the same again if the event comes again.
        progress: how far a flow has read with these.
        answers: what the records that were read say of other flows' deliveries.
        delivered: what was delivered without having been kept before.
    """

    deliveries: Sequence[NewDelivery] = field(repr=False)
    now: float
    event: EventId | None = None
    answer: str = ""
    progress: Progress | None = None
    answers: Sequence[Answer] = ()
    delivered: Sequence[Delivered] = ()


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
    events = {batch.event for batch in batches if batch.event is not None}
    keyed: list[Keyed] = [*events]
    for batch in batches:
        keyed += batch.deliveries
        keyed += batch.answers
    lock(connection, (one for one in keyed if one.key))
    before = known(connection, events)
    fresh: list[tuple[EventId, str, float]] = []
    accepted: list[Accepted] = []
    taken: list[Batch] = []
    for batch in batches:
        told = before.get(batch.event) if batch.event is not None else None
        accepted.append(Accepted(batch.answer if told is None else told, told is not None))
        if told is not None:
            continue
        taken.append(batch)
        if batch.event is not None:
            before[batch.event] = batch.answer
            fresh.append((batch.event, batch.answer, batch.now))
    remember(connection, fresh)
    _take(connection, taken)
    announce(connection, (one.name for batch in taken for one in batch.deliveries))
    return accepted


def accept_together(connection: Connection, lists: list[Sequence[Batch]]) -> list[Sequence[Accepted]]:
    """Take lists of batches in, each list whole or not at all."""
    accepted = iter(accept(connection, [batch for batches in lists for batch in batches]))
    return [list(islice(accepted, len(batches))) for batches in lists]


def accept_answering(connection: Connection, batches: list[Batch]) -> list[list[Answered]]:
    """Take batches in with the answers that their records give; tells what came of those."""
    accept(connection, batches)
    return [answer(connection, batch.answers) for batch in batches]


def _take(connection: Connection, batches: Sequence[Batch]) -> None:
    plain: list[dict[str, Any]] = []
    for batch in batches:
        for delivery in without_those_under_way(connection, batch.deliveries, batch.now):
            if delivery.merge is None and not delivery.latest:
                plain.append(rows.new(delivery, batch.now))
                continue
            _INSERT.execute_many(connection, plain)
            plain = []
            _special(connection, delivery, batch.now)
        remember_digests(connection, [(one, batch.now) for one in batch.delivered])
        if batch.progress is not None:
            move_cursor(connection, batch.progress)
    _INSERT.execute_many(connection, plain)


def _open_of_key() -> Any:
    other = deliveries.alias("other")
    return exists().where(
        other.c.integration == bindparam("integration"),
        other.c.flow == bindparam("flow"),
        other.c.key == bindparam("key"),
        other.c.state != word("fragment"),
    )


def _insertion() -> Insert:
    """A delivery of a key that has an open one waits behind it; of no key, it never does; a flawed one is parked."""
    later = ("sequence", "state", "owner", "lease", "original", "answer", "parked_from")
    names = tuple(column.name for column in deliveries.columns if column.name not in later)
    state = case(
        (bindparam("error") != word(""), word("parked")),
        (bindparam("key") == word(""), word("ready")),
        (_open_of_key(), word("waiting")),
        else_=word("ready"),
    )
    values = [bindparam(name, type_=deliveries.c[name].type) for name in names]
    return insert(deliveries).from_select([*names, "state"], select(*values, state))


_INSERT = Prepared(_insertion())


def _special(connection: Connection, delivery: NewDelivery, now: float) -> None:
    """One that replaces another, or is merged with it."""
    values = rows.new(delivery, now)
    if delivery.latest and _replaced(connection, values):
        return
    if delivery.merge == "part":
        complete(connection, values)
    elif delivery.merge == "whole":
        _INSERT.execute_many(connection, [with_fragment(connection, values)])
    else:
        _INSERT.execute_many(connection, [values])


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
