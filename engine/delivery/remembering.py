"""What is remembered of what is gone: which events were accepted, and digests of what was delivered last."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, tuple_, update

from engine.delivery.delivery import FlowName
from engine.delivery.tables import digests, seen

S, G = seen.c, digests.c

MOST = 500
"""Rows that are forgotten in one transaction of each table: the write lock is short."""


@dataclass(frozen=True, slots=True)
class EventId:
    """How the sender calls an event, so that it is accepted once."""

    integration: str
    event: str
    id: str

    @property
    def name(self) -> FlowName:
        """As what is locked while it is accepted."""
        return FlowName(self.integration, f"event {self.event}")

    @property
    def key(self) -> str:
        return self.id


def known(connection: Connection, ids: Collection[EventId]) -> dict[EventId, str]:
    """Events that were accepted before, and what was answered."""
    found: dict[EventId, str] = {}
    wanted = [(one.integration, one.event, one.id) for one in ids]
    for start in range(0, len(wanted), MOST):
        query = select(seen).where(tuple_(S.integration, S.event, S.id).in_(wanted[start : start + MOST]))
        found |= {EventId(row.integration, row.event, row.id): row.answer for row in connection.execute(query)}
    return found


def remember(connection: Connection, answers: Sequence[tuple[EventId, str, float]]) -> None:
    """Keep what was answered to events, and when."""
    values = [
        {"integration": id.integration, "event": id.event, "id": id.id, "answer": answer, "at": at}
        for id, answer, at in answers
    ]
    if values:
        connection.execute(insert(seen), values)


# -- digests -------------------------------------------------------------------------------------------------------


def digest(connection: Connection, asked: list[tuple[FlowName, str]]) -> list[str | None]:
    """What was delivered last of a key; None if nothing."""
    return [connection.scalar(select(G.digest).where(*_of(name, key))) for name, key in asked]


def remember_digest(connection: Connection, name: FlowName, key: str, digest: str, now: float) -> None:
    """Keep the digest of what was delivered of a key."""
    if not connection.execute(update(digests).where(*_of(name, key)).values(digest=digest, at=now)).rowcount:
        values = {"integration": name.integration, "flow": name.flow, "key": key}
        connection.execute(insert(digests).values(**values, digest=digest, at=now))


def forget_digest(connection: Connection, name: FlowName, key: str) -> None:
    """Forget what was delivered last of a key: whatever comes next of it counts as changed."""
    connection.execute(delete(digests).where(*_of(name, key)))


def _of(name: FlowName, key: str) -> tuple[Any, ...]:
    return G.integration == name.integration, G.flow == name.flow, G.key == key


# -- after their time ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Forget:
    """Forget some of what is too old.

    Attributes:
        events: ids of events accepted before (seconds since 1970); such an event would be accepted anew.
        digests: of what was delivered before; the same would be sent once more.
    """

    events: float
    digests: float


def forget(connection: Connection, asked: list[Forget]) -> list[int]:
    """Forget some; gives how much. When that is nothing, all that is too old is gone."""
    return [_forget(connection, seen, one.events) + _forget(connection, digests, one.digests) for one in asked]


def _forget(connection: Connection, table: Table, before: float) -> int:
    keys = list(table.primary_key)
    aged = connection.execute(select(*keys).where(table.c.at < before).order_by(table.c.at).limit(MOST)).all()
    if aged:
        this = [column == bindparam(f"of_{column.name}") for column in keys]
        values = [{f"of_{column.name}": value for column, value in zip(keys, row, strict=True)} for row in aged]
        connection.execute(delete(table).where(*this), values)
    return len(aged)
