"""What people have not been told of yet: read off where deliveries, flows and connections stand, so nothing is missed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, exists, func, insert, literal, or_, select

from engine.delivery.delivery import NEVER
from engine.delivery.prepared import in_portions
from engine.delivery.tables import CLAIMABLE, PARKED, SENT, deliveries, flows, outages, told
from engine.notices.notice import Happening

D, F, A, T = deliveries.c, flows.c, outages.c, told.c

MOST = 1000
"""So many of one kind are told at a time."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask for what one entry of `notify` has not told.

    Attributes:
        entry: names it within its integration.
        flows: only of these; empty: of all.
        now: seconds since 1970.
        after: seconds after which waiting is told.
    """

    integration: str
    entry: str
    events: Sequence[Happening]
    flows: Collection[str]
    now: float
    after: float


@dataclass(frozen=True, slots=True)
class Untold:
    """One thing that happened.

    Attributes:
        flow: of `offline` and `online`, the connection.
        key: of the record, empty where it is about none.
        subject: what `Told` names it by: the id of the delivery, the flow, the connection.
        since: when it began, seconds since 1970.
    """

    event: Happening
    flow: str
    key: str
    subject: str
    error: str
    since: float


def untold(connection: Connection, asked: list[Ask]) -> list[list[Untold]]:
    """What happened and was not told, the oldest first of each kind. What is over counts as never told."""
    for one in asked:
        _forget_what_is_over(connection, one)
    return [
        [Untold(event, *row) for event in one.events for row in connection.execute(_QUERIES[event](one).limit(MOST))]
        for one in asked
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """These were told by an entry."""

    integration: str
    entry: str
    now: float
    subjects: Sequence[tuple[Happening, str]]


def tell(connection: Connection, asked: list[Told]) -> list[None]:
    """Remember what was told, until it is over."""
    for one in asked:
        _remember(connection, one)
    return [None] * len(asked)


def _remember(connection: Connection, one: Told) -> None:
    of_entry = (T.integration == one.integration, T.entry == one.entry)
    for event in {event for event, _ in one.subjects}:
        subjects = [subject for of, subject in one.subjects if of == event]
        known = "offline" if event == "online" else event
        for part in in_portions(subjects):
            connection.execute(delete(told).where(*of_entry, T.event == known, T.subject.in_(part)))
    rows = [
        {"integration": one.integration, "entry": one.entry, "event": event, "subject": subject, "at": one.now}
        for event, subject in one.subjects
        if event != "online"
    ]
    if rows:
        connection.execute(insert(told), rows)


# -- what is to be told --------------------------------------------------------------------------------------------


def _told(one: Ask, event: Happening, subject: ColumnElement[Any], *more: ColumnElement[bool]) -> ColumnElement[bool]:
    of = (T.integration == one.integration, T.entry == one.entry, T.event == event, T.subject == subject)
    return exists().where(*of, *more)


def _of_deliveries(one: Ask, event: Happening, since: ColumnElement[float], *where: Any) -> Select[Any]:
    chosen = select(D.flow, D.key, D.id, D.error, since).where(D.integration == one.integration, *where)
    if one.flows:
        chosen = chosen.where(D.flow.in_(one.flows))
    return chosen.order_by(D.sequence)


def _parked(one: Ask) -> Select[Any]:
    again = T.at >= D.set  # what was resent and is parked anew is told anew
    return _of_deliveries(one, "parked", D.set, PARKED, ~_told(one, "parked", D.id, again))


def _waiting(one: Ask) -> Select[Any]:
    long = D.created <= one.now - one.after
    return _of_deliveries(one, "waiting", D.created, CLAIMABLE, long, ~_told(one, "waiting", D.id))


def _late(one: Ask) -> Select[Any]:
    return _of_deliveries(one, "confirm_late", D.set, SENT, D.due == NEVER, ~_told(one, "confirm_late", D.id))


def _failed(one: Ask) -> Select[Any]:
    """Readings; not those that met an outage, where that is told by itself."""
    chosen = select(F.flow, literal(""), F.flow, F.error, F.ended).where(
        F.integration == one.integration, F.error != "", F.ended.is_not(None), ~_told(one, "flow_failed", F.flow)
    )
    if "offline" in one.events:
        mine = F.error.startswith(f"{one.integration}.", autoescape=True)
        begins = func.substr(F.error, 1, func.length(A.connection) + 1) == A.connection + " "  # a name is no pattern
        was_the_first_to_meet_it = exists().where(begins)
        chosen = chosen.where(~and_(mine, or_(F.error.contains(" is offline"), was_the_first_to_meet_it)))
    return chosen.where(F.flow.in_(one.flows)) if one.flows else chosen


def _offline(one: Ask) -> Select[Any]:
    mine = A.connection.startswith(f"{one.integration}.", autoescape=True)
    chosen = select(A.connection, literal(""), A.connection, literal(""), literal(one.now))
    return chosen.where(mine, ~_told(one, "offline", A.connection))


def _online(one: Ask) -> Select[Any]:
    back = ~exists().where(A.connection == T.subject)
    of_entry = (T.integration == one.integration, T.entry == one.entry, T.event == "offline")
    return select(T.subject, literal(""), T.subject.label("of"), literal(""), T.at).where(*of_entry, back)


_QUERIES: Mapping[Happening, Callable[[Ask], Select[Any]]] = {
    "parked": _parked,
    "waiting": _waiting,
    "confirm_late": _late,
    "flow_failed": _failed,
    "offline": _offline,
    "online": _online,
}


# -- what is over --------------------------------------------------------------------------------------------------


def _forget_what_is_over(connection: Connection, one: Ask) -> None:
    """Forget that it was told of what is over, so that it is told when it happens again."""
    of_entry = and_(T.integration == one.integration, T.entry == one.entry)
    for over in _over():
        if connection.execute(select(T.subject).where(of_entry, over).limit(1)).first() is not None:
            connection.execute(delete(told).where(of_entry, over))


def _over() -> Iterator[ColumnElement[bool]]:
    open_ = exists().where(D.id == T.subject)
    yield and_(T.event.in_(("parked", "waiting", "confirm_late")), ~open_)
    failing = exists().where(F.integration == T.integration, F.flow == T.subject, F.error != "")
    yield and_(T.event == "flow_failed", ~failing)
