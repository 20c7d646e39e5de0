"""Answers: what another flow's records say of deliveries that were sent, and whose sender waits to hear of them.

An answer may overtake the word that its delivery was sent: the other side answered, and the engine that sent it still
runs, died, or never heard back. Such an answer is kept with the delivery, and counts when that is sent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, and_, bindparam, delete, or_, select, update

from engine.delivery import rows
from engine.delivery.delivery import NEVER, FlowName
from engine.delivery.keys import lock
from engine.delivery.prepared import in_portions
from engine.delivery.promoting import promote
from engine.delivery.remembering import forget_digest
from engine.delivery.tables import SENT, deliveries, of_flow
from engine.formats.json import loads

D = deliveries.c


@dataclass(frozen=True, slots=True)
class Answer:
    """What a record says of the delivery of another flow that has the same key.

    Attributes:
        name: the flow whose delivery waits.
        refused: why it is a no, redacted; empty if it is a yes.
    """

    name: FlowName
    key: str
    now: float
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of an answer.

    Attributes:
        became: `done`; `parked`; `kept` until the delivery is recorded as sent; `unasked`: nothing waited for it.
        id: of the delivery's exchange; empty if there is none.
    """

    answer: Answer
    became: Literal["done", "parked", "kept", "unasked"]
    id: str = ""


def answer(connection: Connection, answers: Sequence[Answer]) -> list[Answered]:
    """Give answers to what waits for them; whoever calls holds the locks of their keys."""
    heads = _heads(connection, answers)
    return [_answered(connection, one, heads) for one in answers]


@dataclass(frozen=True, slots=True)
class OfRecord:
    """What the record of a delivery answers: given once, at whichever attempt it is.

    Attributes:
        sequence, owner: of the delivery whose record answers, and of the engine that has it.
    """

    sequence: int
    owner: str
    answers: Sequence[Answer] = field(repr=False)


GIVEN = "answered"
"""Stands among the results of a delivery whose record has answered. Steps are numbers, so none has this name."""


def answer_once(connection: Connection, asked: list[OfRecord]) -> list[list[Answered]]:
    """Give the answers of records; none, if the lease was lost or they were given before."""
    lock(connection, (answer for one in asked for answer in one.answers))
    return [_of_record(connection, one) for one in asked]


def _of_record(connection: Connection, asked: OfRecord) -> list[Answered]:
    mine = (D.sequence == asked.sequence, D.owner == asked.owner)
    found = connection.scalar(select(D.results).where(*mine))
    results = loads(found) if found is not None else {GIVEN: True}
    if GIVEN in results:
        return []
    connection.execute(update(deliveries).where(*mine).values(results=rows.text({**results, GIVEN: True})))
    return answer(connection, asked.answers)


# -- one answer ----------------------------------------------------------------------------------------------------

_Heads = dict[tuple[FlowName, str], Any]

_MAY_HAVE_BEEN_SENT = or_(
    D.state.in_(("running", "sent")),
    and_(
        D.state.in_(("ready", "held", "parked")),
        D.parked_from.is_distinct_from("fragment"),
        or_(D.attempts > 0, D.error != "", D.answer.is_not(None)),
    ),
)


def _heads(connection: Connection, answers: Sequence[Answer]) -> _Heads:
    """The deliveries that the answers may be meant for, by flow and key: of each key only its oldest can be sent."""
    keys: dict[FlowName, list[str]] = defaultdict(list)
    for one in answers:
        keys[one.name].append(one.key)
    columns = (D.sequence, D.id, D.key, D.state, D.parked_from)
    return {
        (name, row.key): row
        for name, asked in keys.items()
        for part in in_portions(asked)
        for row in connection.execute(
            select(*columns).where(*of_flow(D, name), D.key.in_(part), _MAY_HAVE_BEEN_SENT).order_by(D.sequence.desc())
        )
    }


def _answered(connection: Connection, given: Answer, heads: _Heads) -> Answered:
    head = heads.get((given.name, given.key))
    if head is None:
        return Answered(given, "unasked")
    if head.state != "sent" and head.parked_from != "sent":
        connection.execute(_KEEP, {"of": head.sequence, "text": given.refused})
        return Answered(given, "kept", head.id)
    if given.refused:
        refuse(connection, head.sequence, given)
        return Answered(given, "parked", head.id)
    del heads[given.name, given.key]
    connection.execute(delete(deliveries).where(D.sequence == head.sequence))
    promote(connection, [(given.name, given.key)])
    return Answered(given, "done", head.id)


_KEEP = update(deliveries).where(D.sequence == bindparam("of")).values(answer=bindparam("text"))


def refuse(connection: Connection, sequence: int, given: Answer) -> None:
    """Park a delivery that was sent and refused. What it brought was not taken, so its digest is forgotten."""
    change = {"state": "parked", "parked_from": "sent", "error": given.refused, "due": given.now, "set": given.now}
    connection.execute(update(deliveries).where(D.sequence == sequence).values(**change, answer=None))
    forget_digest(connection, given.name, given.key)


# -- answers that do not come --------------------------------------------------------------------------------------

TOO_LATE = "no answer came in time"


@dataclass(frozen=True, slots=True)
class Late:
    """A delivery whose answer has not come in time; told once."""

    name: FlowName
    id: str
    key: str
    sent: float


def late(connection: Connection, times: list[float]) -> list[list[Late]]:
    """Deliveries whose time for an answer has passed, some at a time. They still wait for it, and are given once."""
    return [_late(connection, now) for now in times]


def _late(connection: Connection, now: float) -> list[Late]:
    columns = (D.sequence, D.integration, D.flow, D.id, D.key, D.set)
    chosen = select(*columns).where(SENT, D.due <= now).order_by(D.due).limit(500).with_for_update(skip_locked=True)
    found = connection.execute(chosen).all()
    if found:
        change = update(deliveries).where(D.sequence.in_([row.sequence for row in found]))
        connection.execute(change.values(due=NEVER, error=TOO_LATE))
    return [Late(FlowName(row.integration, row.flow), row.id, row.key, row.set) for row in found]
