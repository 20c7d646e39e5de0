"""What becomes of a delivery after an attempt, in one transaction with what follows for its key."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from engine.delivery import rows
from engine.delivery.delivery import Delivery, FlowName
from engine.delivery.keys import lock
from engine.delivery.listening import announce
from engine.delivery.merging import with_fragment
from engine.delivery.tables import deliveries, digests
from engine.exchange import Outcome
from engine.formats.json import loads

D = deliveries.c

Stage = Literal["read", "when", "hold", "changed", "send"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended.

    Attributes:
        owner: who made it; one that lost its lease ends nothing.
        state: `gone` (done, skipped or discarded), `ready` or `held` (again at `due`), `parked`.
        at: the key of the flow that decided so: how far the record came.
        due: seconds since 1970.
        spent: whether the attempt counts.
        error: why it failed, redacted.
        digest: of what was delivered, for `changed`; None keeps none.
        payload: what is delivered from now on, if it changed (`hold.refresh`).
    """

    delivery: Delivery
    owner: str
    state: Literal["gone", "ready", "held", "parked"]
    now: float
    due: float = 0.0
    spent: bool = True
    error: str = ""
    digest: str | None = None
    payload: Mapping[str, Any] | None = field(default=None, repr=False)
    at: Stage = "send"

    @property
    def outcome(self) -> Outcome:
        """What became of the record, in a word."""
        if self.state != "gone":
            return "again" if self.state == "ready" else self.state
        if self.error:
            return "discarded"
        return "skipped" if self.at == "when" else "unchanged" if self.at == "changed" else "done"

    @property
    def name(self) -> FlowName:
        return self.delivery.name

    @property
    def key(self) -> str:
        return self.delivery.key


def end(connection: Connection, endings: list[Ending]) -> list[bool]:
    """End attempts; False: the lease was lost, and another engine has the delivery."""
    lock(connection, (one for one in endings if one.key))
    mine = _mine(connection, endings)
    kept = [one for one in endings if one.delivery.sequence in mine]
    gone = [one for one in kept if one.state == "gone"]
    _delete(connection, gone)
    _put_back(connection, [one for one in kept if one.state != "gone"])
    promote(connection, {(one.name, one.key) for one in gone if one.key})
    _remember(connection, gone)
    return [one.delivery.sequence in mine for one in endings]


def _mine(connection: Connection, endings: Sequence[Ending]) -> set[int]:
    """The sequences whose leases their owners still have."""
    owners = {one.delivery.sequence: one.owner for one in endings}
    found: set[int] = set()
    for part in _portions(list(owners)):
        found.update(
            sequence
            for sequence, owner in connection.execute(
                select(D.sequence, D.owner).where(D.sequence.in_(part), D.state == "running")
            )
            if owners[sequence] == owner
        )
    return found


def _delete(connection: Connection, gone: Sequence[Ending]) -> None:
    for part in _portions([one.delivery.sequence for one in gone]):
        connection.execute(delete(deliveries).where(D.sequence.in_(part)))


_PUT_BACK = (
    update(deliveries)
    .where(D.sequence == bindparam("of"))
    .values(
        state=bindparam("to"),
        due=bindparam("at"),
        set=bindparam("now"),
        error=bindparam("why"),
        attempts=D.attempts - bindparam("unspent"),
        payload=func.coalesce(bindparam("changed", type_=deliveries.c.payload.type), D.payload),
        owner=None,
        lease=None,
    )
)


def _put_back(connection: Connection, endings: Sequence[Ending]) -> None:
    values = [_values(one) if one.state != "held" else _held(connection, one) for one in endings]
    if values:
        connection.execute(_PUT_BACK, values)


def _values(ending: Ending) -> dict[str, Any]:
    return {
        "of": ending.delivery.sequence,
        "to": ending.state,
        "at": ending.due or ending.now,
        "now": ending.now,
        "why": ending.error,
        "unspent": 0 if ending.spent else 1,
        "changed": None if ending.payload is None else rows.text(ending.payload),
    }


def _held(connection: Connection, ending: Ending) -> dict[str, Any]:
    """As `_values`, with what came for it while it ran; then it is due at once."""
    payload = rows.text(ending.delivery.payload if ending.payload is None else ending.payload)
    name = ending.name
    before = {"integration": name.integration, "flow": name.flow, "key": ending.key, "payload": payload}
    after = with_fragment(connection, before)["payload"]
    return {**_values(ending), "changed": after} | ({} if after == payload else {"at": ending.now})


def _next() -> Any:
    other = deliveries.alias("other")
    return (
        select(func.min(other.c.sequence))
        .where(
            other.c.integration == bindparam("i"),
            other.c.flow == bindparam("f"),
            other.c.key == bindparam("k"),
            other.c.state != "fragment",
        )
        .scalar_subquery()
    )


_PROMOTE = update(deliveries).where(D.sequence == _next(), D.state == "waiting").values(state="ready")


def promote(connection: Connection, keys: Collection[tuple[FlowName, str]]) -> None:
    """Make the next delivery of each key ready."""
    values = [{"i": name.integration, "f": name.flow, "k": key} for name, key in keys]
    if values:
        connection.execute(_PROMOTE, values)
        announce(connection, (name for name, _ in keys))


def _remember(connection: Connection, gone: Sequence[Ending]) -> None:
    """Keep the digests of what was delivered."""
    for one in gone:
        if one.digest is not None:
            where = (
                digests.c.integration == one.name.integration,
                digests.c.flow == one.name.flow,
                digests.c.key == one.key,
            )
            if not connection.execute(update(digests).where(*where).values(digest=one.digest)).rowcount:
                values = {"integration": one.name.integration, "flow": one.name.flow, "key": one.key}
                connection.execute(insert(digests).values(**values, digest=one.digest))


def digest(connection: Connection, asked: list[tuple[FlowName, str]]) -> list[str | None]:
    """What was delivered last of a key; None if nothing."""
    c = digests.c
    return [
        connection.scalar(select(c.digest).where(c.integration == name.integration, c.flow == name.flow, c.key == key))
        for name, key in asked
    ]


@dataclass(frozen=True, slots=True)
class Result:
    """What a `once` call gave: kept at once, so that no later attempt makes the call again."""

    sequence: int
    owner: str
    step: str
    value: Any = field(repr=False)


def keep_result(connection: Connection, results: list[Result]) -> list[None]:
    """Keep results."""
    for one in results:
        where = (D.sequence == one.sequence, D.owner == one.owner)
        before = connection.scalar(select(D.results).where(*where))
        if before is not None:
            changed = {**loads(before), one.step: one.value}
            connection.execute(update(deliveries).where(*where).values(results=rows.text(changed)))
    return [None] * len(results)


def _portions(sequences: list[int]) -> list[list[int]]:
    """At most so many at a time as every database takes parameters."""
    return [sequences[start : start + 500] for start in range(0, len(sequences), 500)]
