"""What an operator sees and does: what is stuck, resend, discard."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, case, delete, func, insert, or_, select, update

from engine.delivery import rows
from engine.delivery.delivery import NEVER, Delivery, FlowName, State
from engine.delivery.keys import lock
from engine.delivery.listening import announce
from engine.delivery.prepared import in_portions
from engine.delivery.promoting import promote
from engine.delivery.remembering import forget_digest
from engine.delivery.tables import PARKED, SENT, acts, deliveries

D = deliveries.c


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deliveries are meant; what is None does not restrict.

    Attributes:
        key: of the flow, or the id of the event.
        text: stands in the error or one of these keys.
        ids: of exchanges, whole.
        after: accepted after this sequence.
    """

    integration: str | None = None
    flow: str | None = None
    state: State | None = None
    key: str | None = None
    text: str | None = None
    ids: tuple[str, ...] = ()
    after: int = 0
    limit: int = 1000


def found(connection: Connection, filters: list[Filter]) -> list[list[Delivery]]:
    """Deliveries in the order of acceptance."""
    return [_found(connection, one, _where(one)) for one in filters]


def _found(connection: Connection, filter: Filter, where: Iterable[Any]) -> list[Delivery]:
    query = select(*rows.COLUMNS).where(*where).order_by(D.sequence).limit(filter.limit)
    return [rows.read(row) for row in connection.execute(query)]


def _where(filter: Filter) -> Iterator[Any]:
    given = ("integration", "flow", "state")
    yield from (D[name] == getattr(filter, name) for name in given if getattr(filter, name) is not None)
    yield D.sequence > filter.after
    if filter.key is not None:
        yield or_(D.key == filter.key, D.exchange_key == filter.key)
    if filter.text:
        yield or_(*[column.icontains(filter.text, autoescape=True) for column in (D.error, D.key, D.exchange_key)])
    if filter.ids:
        yield D.id.in_(filter.ids)


@dataclass(frozen=True, slots=True)
class Resend:
    """Try deliveries again, from the first attempt: parked ones; sent ones only where the filter says so.

    Attributes:
        filter: means parked ones, unless it names ids or the state `sent`.
        why: for those who read later what was done.
        payload: delivered in place of what was accepted; only for one delivery.
    """

    filter: Filter
    now: float
    payload: Mapping[str, Any] | None = field(default=None, repr=False)
    why: str = ""


def resend(connection: Connection, asked: list[Resend]) -> list[list[Delivery]]:
    """Make deliveries ready; gives them as they were."""
    return [_resend(connection, one) for one in asked]


RESENT = "sent again before an answer came"


def _resend(connection: Connection, asked: Resend) -> list[Delivery]:
    """What was sent is made anew: its `once` calls too, and though unchanged. What waited for its event waits again."""
    chosen = _stuck(connection, asked.filter)
    change: dict[str, Any] = {"attempts": 0, "due": asked.now, "set": asked.now, "parked_from": None}
    if asked.payload is not None:
        change |= {"payload": rows.text(asked.payload), "original": func.coalesce(D.original, D.payload)}
    anew = {"state": "ready", "results": "{}", "answer": None}
    more: Mapping[str, dict[str, Any]] = {
        "parked": {"state": "ready", "answer": case((D.answer == "", ""))},  # a yes counts still, a no does not
        "sent": {**anew, "error": RESENT},
        "parked from sent": {**anew, "error": ""},
        "parked from fragment": {"state": "fragment" if asked.payload is None else "ready", "error": ""},
    }
    for state, part in _by_state(chosen):
        connection.execute(update(deliveries).where(D.sequence.in_(part)).values(**change, **more[state]))
    _forget_digests(connection, chosen)
    announce(connection, (one.name for one in chosen))
    _note(connection, "resend", chosen, asked.now, asked.why)
    return chosen


def _by_state(chosen: Sequence[Delivery]) -> Iterator[tuple[str, Sequence[int]]]:
    """Sequences by state, and the state they were parked from."""
    found: dict[str, list[Delivery]] = defaultdict(list)
    for one in chosen:
        found[f"{one.state} from {one.parked_from}" if one.parked_from else one.state].append(one)
    for state, ones in found.items():
        yield from ((state, part) for part in _sequences(ones))


def _forget_digests(connection: Connection, chosen: Sequence[Delivery]) -> None:
    """What was sent may not have been taken: the same is sent once more when it comes again."""
    for one in chosen:
        if "sent" in (one.state, one.parked_from):
            forget_digest(connection, one.name, one.key)


@dataclass(frozen=True, slots=True)
class Discard:
    """Drop deliveries for good, and say why; which are meant is said as in `Resend`."""

    filter: Filter
    now: float
    why: str


def discard(connection: Connection, asked: list[Discard]) -> list[list[Delivery]]:
    """Delete deliveries, so that the next of their keys go on; gives them."""
    return [_discard(connection, one) for one in asked]


def _discard(connection: Connection, asked: Discard) -> list[Delivery]:
    chosen = _stuck(connection, asked.filter)
    for part in _sequences(chosen):
        connection.execute(delete(deliveries).where(D.sequence.in_(part)))
    promote(connection, {(one.name, one.key) for one in chosen if one.key})
    _forget_digests(connection, chosen)
    _note(connection, "discard", chosen, asked.now, asked.why)
    return chosen


def _stuck(connection: Connection, filter: Filter) -> list[Delivery]:
    """What a filter means, its keys held until the transaction ends: an answer may come at the same moment."""
    named = bool(filter.ids) and filter.state is None
    where = [*_where(filter), or_(PARKED, SENT) if named else SENT if filter.state == "sent" else PARKED]
    keys = select(D.integration, D.flow, D.key).where(*where).order_by(D.sequence).limit(filter.limit)
    lock(connection, [_Key(FlowName(*name), key) for *name, key in connection.execute(keys) if key])
    return _found(connection, filter, where)


class _Key(NamedTuple):
    name: FlowName
    key: str


def _note(connection: Connection, act: str, chosen: Sequence[Delivery], now: float, why: str) -> None:
    values = [
        {
            "at": now,
            "act": act,
            "delivery": one.id,
            "integration": one.name.integration,
            "flow": one.name.flow,
            "key": one.key,
            "why": why,
        }
        for one in chosen
    ]
    if values:
        connection.execute(insert(acts), values)


def _sequences(chosen: Sequence[Delivery]) -> Iterator[Sequence[int]]:
    return in_portions([one.sequence for one in chosen])


@dataclass(frozen=True, slots=True)
class OpenCount:
    """How many deliveries of a flow are in a state, and since when (seconds since 1970) the oldest of them is there.

    Attributes:
        late: of those that are sent, how many have waited too long for an answer.
    """

    name: FlowName
    state: State
    count: int
    oldest: float
    late: int = 0


def counts(connection: Connection, asked: list[None]) -> list[list[OpenCount]]:
    """How much is open, by flow and state."""
    late = func.count(case((and_(D.state == "sent", D.due >= NEVER), 1)))
    query = (
        select(D.integration, D.flow, D.state, func.count(), func.min(D.created), late)
        .group_by(D.integration, D.flow, D.state)
        .order_by(D.integration, D.flow, D.state)
    )
    found = [OpenCount(FlowName(integration, flow), *rest) for integration, flow, *rest in connection.execute(query)]
    return [found for _ in asked]
