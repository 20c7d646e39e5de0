"""What is remembered of what is gone: which events were accepted, and digests of what was delivered last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, Table, bindparam, delete, insert, select

from engine.delivery.delivery import FlowName
from engine.delivery.prepared import Prepared, PreparedForList
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
    of_event: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in ids:
        of_event[one.integration, one.event].append(one.id)
    found: dict[EventId, str] = {}
    for (integration, event), wanted in of_event.items():
        of = {"integration": integration, "event": event}
        found |= {EventId(integration, event, id): told for id, told in _KNOWN.execute(connection, wanted, of)}
    return found


_OF_EVENT = (S.integration == bindparam("integration"), S.event == bindparam("event"))
_KNOWN = PreparedForList(S.id, lambda these: select(S.id, S.answer).where(*_OF_EVENT, these))


def remember(connection: Connection, answers: Sequence[tuple[EventId, str, float]]) -> None:
    """Keep what was answered to events, and when."""
    values = [
        {"integration": id.integration, "event": id.event, "id": id.id, "answer": answer, "at": at}
        for id, answer, at in answers
    ]
    _REMEMBER.execute_many(connection, values)


_REMEMBER = Prepared(insert(seen).inline())


# -- digests -------------------------------------------------------------------------------------------------------


class Delivered(NamedTuple):
    """The digest of what was delivered of a key, with which `changed` compares what comes next."""

    name: FlowName
    key: str
    digest: str


def delivered(connection: Connection, asked: list[tuple[FlowName, Sequence[str]]]) -> list[Mapping[str, str]]:
    """The digests of what was delivered last of keys of a flow, as far as something was."""
    return [
        {key: digest for key, digest in _DELIVERED.execute(connection, keys, _of(name))}  # noqa: C416
        for name, keys in asked
    ]


def remember_digests(connection: Connection, delivered: Sequence[tuple[Delivered, float]]) -> None:
    """Keep the digests of what was delivered of keys, and when."""
    rows = {
        (one.name, one.key): {**_of(one.name), "key": one.key, "digest": one.digest, "at": at} for one, at in delivered
    }
    _FORGET.execute_many(connection, [*rows.values()])
    _DIGEST.execute_many(connection, [*rows.values()])


def forget_digest(connection: Connection, name: FlowName, key: str) -> None:
    """Forget what was delivered last of a key: whatever comes next of it counts as changed."""
    _FORGET.execute(connection, {**_of(name), "key": key})


def _of(name: FlowName) -> dict[str, str]:
    return {"integration": name.integration, "flow": name.flow}


_OF_FLOW = (G.integration == bindparam("integration"), G.flow == bindparam("flow"))
_DELIVERED = PreparedForList(G.key, lambda these: select(G.key, G.digest).where(*_OF_FLOW, these))
_FORGET = Prepared(delete(digests).where(*_OF_FLOW, G.key == bindparam("key")))
_DIGEST = Prepared(insert(digests).inline())


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
