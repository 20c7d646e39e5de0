"""Taking deliveries for an attempt, each by one engine only, and keeping them while it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, func, or_, select, update

from engine.delivery import rows
from engine.delivery.delivery import Delivery, FlowName
from engine.delivery.prepared import Prepared, PreparedForList
from engine.delivery.tables import CLAIMABLE, RUNNING, SENT, deliveries, of_flow, word

D = deliveries.c


@dataclass(frozen=True, slots=True)
class Claim:
    """Ask for deliveries of one flow that are due.

    Attributes:
        owner: the engine that takes them.
        now, lease: seconds since 1970; after the lease another engine may take them, unless it is renewed.
    """

    name: FlowName
    owner: str
    limit: int
    now: float
    lease: float


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was taken; `next_due` is when to ask again, None if nothing waits for a time, or there may be more at once."""

    deliveries: Sequence[Delivery]
    next_due: float | None


def claim(connection: Connection, claims: list[Claim]) -> list[Claimed]:
    """Take deliveries, the longest due first; of a key never more than one, for only its oldest is ever claimable."""
    return [_claim(connection, one) for one in claims]


def _claim(connection: Connection, asked: Claim) -> Claimed:
    of = {"integration_": asked.name.integration, "flow_": asked.name.flow}
    values = {**of, "now_": asked.now, "limit_": asked.limit, "owner_": asked.owner, "lease_": asked.lease}
    found = sorted(map(rows.read, _CLAIM.execute(connection, values).all()), key=lambda one: one.sequence)
    return Claimed(found, _NEXT_DUE.execute(connection, of).scalar() if len(found) < asked.limit else None)


_OF_FLOW = (D.integration == bindparam("integration_"), D.flow == bindparam("flow_"), CLAIMABLE)
_CHOSEN = (
    select(D.sequence)
    .where(*_OF_FLOW, D.due <= bindparam("now_"))
    .order_by(D.due, D.sequence)
    .limit(bindparam("limit_"))
    .with_for_update(skip_locked=True)
)
_OWNED = {
    "state": word("running"),
    "owner": bindparam("owner_"),
    "lease": bindparam("lease_"),
    "set": bindparam("now_"),
}
_CLAIM = Prepared(
    update(deliveries).where(D.sequence.in_(_CHOSEN)).values(**_OWNED, attempts=D.attempts + 1).returning(*rows.COLUMNS)
)
_NEXT_DUE = Prepared(select(func.min(D.due)).where(*_OF_FLOW))


def is_due(connection: Connection, asked: list[tuple[FlowName, float]]) -> list[bool]:
    """Whether a flow has a delivery that is due, or runs. What runs anywhere is little, so all of it is looked through."""
    running = {FlowName(*row) for row in connection.execute(select(D.integration, D.flow).where(RUNNING))}
    return [name in running or _has_due(connection, name, now) for name, now in asked]


def _has_due(connection: Connection, name: FlowName, now: float) -> bool:
    due = (*of_flow(D, name), CLAIMABLE, D.due <= now)
    return connection.scalar(select(D.sequence).where(*due).limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Keep:
    """Renew leases of an engine.

    Attributes:
        sequences: what it works on. Anything else that bears its name was claimed by a call whose answer was lost, or
            could not be ended: its lease runs out.
        now, lease: seconds since 1970.
    """

    owner: str
    sequences: Sequence[int]
    now: float
    lease: float


def keep(connection: Connection, asked: list[Keep]) -> list[int]:
    """Renew leases; gives how many of them each engine still has."""
    return [
        len(list(_KEEP.execute(connection, one.sequences, {"by": one.owner, "now": one.now, "until": one.lease})))
        for one in asked
    ]


_KEEP = PreparedForList(
    D.sequence,
    lambda these: (
        update(deliveries)
        .where(these, D.owner == bindparam("by"), RUNNING)
        .values(lease=bindparam("until"), set=bindparam("now"))
        .returning(D.sequence)
    ),
)


def take_over(connection: Connection, times: list[float]) -> list[list[FlowName]]:
    """Make ready what engines had taken that are gone: their leases ended before a time. Gives the flows they are of.

    The attempt that was broken off counts.
    """
    return [_take_over(connection, now) for now in times]


def _take_over(connection: Connection, now: float) -> list[FlowName]:
    change = {"state": "ready", "owner": None, "lease": None, "due": now, "set": now}
    freed = connection.execute(
        update(deliveries).where(RUNNING, D.lease < now).values(**change).returning(D.integration, D.flow)
    ).all()
    return sorted({FlowName(*row) for row in freed}, key=str)


def rewind(connection: Connection, times: list[float]) -> list[int]:
    """Correct what was planned by a clock that has gone back since; gives how many deliveries.

    What waits is due at once, also what waits behind another; a lease, and the time that an answer may take, last as long
    as they were meant to from now on.
    """
    return [_rewind(connection, now) for now in times]


def _rewind(connection: Connection, now: float) -> int:
    waiting = or_(CLAIMABLE, D.state == "waiting")
    due = connection.execute(update(deliveries).where(waiting, D.set > now).values(due=now, set=now))
    connection.execute(update(deliveries).where(SENT, D.set > now).values(due=now + (D.due - D.set), set=now))
    leased = connection.execute(
        update(deliveries).where(RUNNING, D.set > now).values(lease=now + (D.lease - D.set), set=now)
    )
    return due.rowcount + leased.rowcount
