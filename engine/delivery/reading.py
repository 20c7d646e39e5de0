"""Where flows stand that read: how far they have come, when they read next, and that no two read one flow at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, insert, or_, select, update

from engine.delivery import rows
from engine.delivery.delivery import FlowName
from engine.delivery.tables import flows, of_flow
from engine.formats.json import loads

F = flows.c


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a flow has read: kept in one transaction with the records it covers.

    Attributes:
        owner: the run; one that lost its lease moves nothing.
    """

    name: FlowName
    owner: str
    cursor: Any = field(repr=False)


class LeaseLost(Exception):
    """Another engine reads this flow now."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Ask to read a flow.

    Attributes:
        owner: of this run, unlike any other.
        now, lease: seconds since 1970; the lease ends then unless it is renewed.
        scheduled: whether only if it is due; a run by hand is not.
    """

    name: FlowName
    owner: str
    now: float
    lease: float
    scheduled: bool


@dataclass(frozen=True, slots=True)
class Position:
    """Where a flow stands.

    Attributes:
        cursor: how far it has read, None at the first time.
        due: when it reads next, None if never planned.
        owner: who reads it now, empty if nobody.
        error: why its last run failed, empty if it did not.
    """

    name: FlowName
    cursor: Any = field(repr=False)
    due: float | None
    owner: str
    started: float | None
    ended: float | None
    error: str


def begin(connection: Connection, asked: list[Begin]) -> list[Position | None]:
    """Take flows for reading; None: it is not due, or somebody reads it."""
    return [_begin(connection, one) for one in asked]


_AHEAD = 300.0
"""Seconds by which the clocks of engines may differ. A lease that ends later was given by a clock that has gone back."""


def _begin(connection: Connection, asked: Begin) -> Position | None:
    _known(connection, asked.name)
    free = or_(F.owner.is_(None), F.lease < asked.now, F.lease > asked.lease + _AHEAD)
    conditions = [*of_flow(F, asked.name), free]
    if asked.scheduled:
        conditions.append(F.due <= asked.now)
    done = connection.execute(
        update(flows).where(*conditions).values(owner=asked.owner, lease=asked.lease, started=asked.now)
    )
    return position(connection, asked.name) if done.rowcount else None


@dataclass(frozen=True, slots=True)
class Renew:
    """Keep a flow for longer."""

    name: FlowName
    owner: str
    lease: float


def renew(connection: Connection, asked: list[Renew]) -> list[bool]:
    """Renew leases; False: it was lost."""
    return [
        bool(
            connection.execute(
                update(flows).where(*of_flow(F, one.name), F.owner == one.owner).values(lease=one.lease)
            ).rowcount
        )
        for one in asked
    ]


@dataclass(frozen=True, slots=True)
class End:
    """A run has ended; `error` is empty if it went well, `due` is when the flow reads next (None: as planned)."""

    name: FlowName
    owner: str
    now: float
    error: str = ""
    due: float | None = None


def end(connection: Connection, asked: list[End]) -> list[None]:
    """Give flows back."""
    for one in asked:
        change: dict[str, Any] = {"owner": None, "lease": None, "ended": one.now, "error": one.error}
        if one.due is not None:
            change["due"] = one.due
        connection.execute(update(flows).where(*of_flow(F, one.name), F.owner == one.owner).values(**change))
    return [None] * len(asked)


@dataclass(frozen=True, slots=True)
class NextReading:
    """When a flow reads next; `before`: only if it was planned for then (or never), so that one of many engines plans."""

    name: FlowName
    due: float
    before: float | None


def plan(connection: Connection, asked: list[NextReading]) -> list[bool]:
    """Plan the next reading; False: another engine did."""
    return [_plan(connection, one) for one in asked]


def _plan(connection: Connection, asked: NextReading) -> bool:
    _known(connection, asked.name)
    planned = F.due.is_(None) if asked.before is None else F.due == asked.before
    return bool(
        connection.execute(update(flows).where(*of_flow(F, asked.name), planned).values(due=asked.due)).rowcount
    )


def move_cursor(connection: Connection, progress: Progress) -> None:
    """Keep how far a flow has read.

    Raises:
        LeaseLost: another run has begun; the transaction must not be committed.
    """
    moved = connection.execute(
        update(flows)
        .where(*of_flow(F, progress.name), F.owner == progress.owner)
        .values(cursor=rows.text(progress.cursor))
    )
    if not moved.rowcount:
        raise LeaseLost(str(progress.name))


def reset(connection: Connection, asked: list[tuple[FlowName, Any]]) -> list[None]:
    """Set cursors by hand; None begins anew."""
    for name, cursor in asked:
        _known(connection, name)
        connection.execute(
            update(flows).where(*of_flow(F, name)).values(cursor=None if cursor is None else rows.text(cursor))
        )
    return [None] * len(asked)


def position(connection: Connection, name: FlowName) -> Position:
    """Where a flow stands."""
    found = connection.execute(
        select(F.cursor, F.due, F.owner, F.started, F.ended, F.error).where(*of_flow(F, name))
    ).first()
    if found is None:
        return Position(name, None, None, "", None, None, "")
    cursor = None if found.cursor is None else loads(found.cursor)
    return Position(name, cursor, found.due, found.owner or "", found.started, found.ended, found.error)


def positions(connection: Connection, names: list[FlowName]) -> list[Position]:
    """The same for several flows."""
    return [position(connection, name) for name in names]


_FIND = select(F.flow).where(F.integration == bindparam("i"), F.flow == bindparam("f"))


def _known(connection: Connection, name: FlowName) -> None:
    """Make the flow's row if there is none; two engines may do so at once."""
    if connection.execute(_FIND, {"i": name.integration, "f": name.flow}).first() is not None:
        return
    statement = insert(flows)
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as pg_insert

        statement = pg_insert(flows).on_conflict_do_nothing()
    connection.execute(statement.values(integration=name.integration, flow=name.flow, error=""))
