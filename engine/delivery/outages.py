"""Outages: connections that are offline, known to all engines on one store, and which engine tries them again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from engine.delivery.listening import announce_outages
from engine.delivery.tables import outages

O = outages.c  # noqa: E741


@dataclass(frozen=True, slots=True)
class Outage:
    """A connection that is offline.

    Attributes:
        until: when one call tries again, seconds since 1970.
        tried_by: the engine that does so now, empty if none does.
    """

    connection: str
    until: float
    tried_by: str


@dataclass(frozen=True, slots=True)
class Share:
    """What an engine has found since it shared the last time.

    Attributes:
        found: by connection, until when it is offline (seconds since 1970); None: it answers.
        trying: connections that this engine tries, and wants to go on trying.
        now, lease: seconds since 1970; after the lease another engine may try in its place.
    """

    owner: str
    found: Mapping[str, float | None]
    trying: Collection[str]
    now: float
    lease: float


def share(connection: Connection, asked: list[Share]) -> list[list[Outage]]:
    """Keep what engines have found; gives all outages that are known."""
    for one in asked:
        for name, until in sorted(one.found.items()):
            _keep(connection, name, until)
        for name in sorted(one.trying):
            mine = (O.connection == name, O.tried_by == one.owner)
            connection.execute(update(outages).where(*mine).values(lease=one.lease))
    if any(one.found for one in asked):
        announce_outages(connection)
    rows = connection.execute(select(O.connection, O.until, O.tried_by, O.lease)).all()
    return [
        [Outage(name, until, by if by and lease > one.now else "") for name, until, by, lease in rows] for one in asked
    ]


def _keep(connection: Connection, name: str, until: float | None) -> None:
    if until is None:
        connection.execute(delete(outages).where(O.connection == name))
        return
    values = {"until": until, "tried_by": None, "lease": None}
    is_postgres = connection.dialect.name == "postgresql"
    row: postgresql.Insert | sqlite.Insert = postgresql.insert(outages) if is_postgres else sqlite.insert(outages)
    row = row.values(connection=name, **values)
    connection.execute(row.on_conflict_do_update(index_elements=[O.connection], set_=values))


@dataclass(frozen=True, slots=True)
class Try:
    """Ask to be the one that tries a connection which is offline.

    Attributes:
        lasts: seconds of an outage; one that ends later was written by a clock that was set back since.
        now, lease: seconds since 1970.
    """

    connection: str
    owner: str
    lasts: float
    now: float
    lease: float


AGAIN = 1.0
"""Seconds after which it is asked again what became of another engine's try."""


def try_again(connection: Connection, asked: list[Try]) -> list[float | None]:
    """Seconds until it makes sense to ask again; 0: the one that asks is the one that tries; None: nothing is offline."""
    return [_try(connection, one) for one in asked]


def _try(connection: Connection, asked: Try) -> float | None:
    over = or_(O.until <= asked.now, O.until > asked.now + asked.lasts)
    free = or_(O.tried_by.is_(None), O.tried_by == asked.owner, O.lease <= asked.now)
    mine = update(outages).where(O.connection == asked.connection, over, free)
    if connection.execute(mine.values(tried_by=asked.owner, lease=asked.lease)).rowcount:
        return 0.0
    until = connection.scalar(select(O.until).where(O.connection == asked.connection))
    return None if until is None else max(until - asked.now, AGAIN)
