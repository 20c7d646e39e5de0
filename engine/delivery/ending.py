"""What becomes of a delivery after an attempt, in one transaction with what follows for its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, delete, func, select, update

from engine.delivery import rows
from engine.delivery.confirming import Answer, answer
from engine.delivery.delivery import Delivery, FlowName
from engine.delivery.keys import lock
from engine.delivery.merging import with_fragment
from engine.delivery.prepared import Prepared, PreparedForList
from engine.delivery.promoting import promote
from engine.delivery.remembering import Delivered, remember_digests
from engine.delivery.tables import RUNNING, deliveries
from engine.errors import EngineError
from engine.exchange import Outcome
from engine.formats.json import loads

D = deliveries.c

Stage = Literal["read", "when", "hold", "changed", "send"]


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ended.

    Attributes:
        owner: who made it; one that lost its lease ends nothing.
        state: `gone` (done, skipped or discarded), `sent` (its answer is wanted by `due`), `ready` or `held` (again at
            `due`), `parked`.
        at: the key of the flow that decided so: how far the record came.
        due: seconds since 1970.
        spent: whether the attempt counts.
        error: why it failed, redacted.
        digest: of what was delivered, for `changed`; None keeps none.
        reply: of the message, if it was sent.
        cause: the failure that parked or discarded it.
    """

    delivery: Delivery
    owner: str
    state: Literal["gone", "sent", "ready", "held", "parked"]
    now: float
    due: float = 0.0
    spent: bool = True
    error: str = ""
    digest: str | None = None
    at: Stage = "send"
    reply: Any = field(default=None, repr=False)
    cause: EngineError | None = field(default=None, repr=False)

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


def end(connection: Connection, groups: list[Sequence[Ending]]) -> list[list[bool]]:
    """End attempts, each group whole or not at all; False: the lease was lost, and another engine has the delivery."""
    endings = [one for group in groups for one in group]
    lock(connection, (one for one in endings if one.key))
    mine = _mine(connection, endings)
    kept = [one for one in endings if one.delivery.sequence in mine]
    _put_back(connection, [one for one in kept if one.state != "gone"])
    promote(connection, {(one.name, one.key) for one in kept if one.state == "gone" and one.key})
    done = [one for one in kept if one.state in ("gone", "sent")]
    remember_digests(
        connection, [(Delivered(one.name, one.key, one.digest), one.now) for one in done if one.digest is not None]
    )
    answer(connection, [early for one in kept if (early := _early(one, mine[one.delivery.sequence])) is not None])
    return [[one.delivery.sequence in mine for one in group] for group in groups]


def _mine(connection: Connection, endings: Sequence[Ending]) -> dict[int, str | None]:
    """The sequences whose leases their owners still have, with the answers that came while they ran; those that are gone
    are deleted."""
    found: dict[int, str | None] = {}
    for owner in {one.owner for one in endings}:
        for gone, statement in ((True, _DELETE), (False, _KEPT)):
            these = [one.delivery.sequence for one in endings if one.owner == owner and (one.state == "gone") is gone]
            found.update((row[0], row[1]) for row in statement.execute(connection, these, {"by": owner}))
    return found


def _early(ending: Ending, answer: str | None) -> Answer | None:
    """The answer that was there before this was recorded as sent."""
    if ending.state != "sent" or answer is None:
        return None
    return Answer(ending.name, ending.key, ending.now, answer)


_MINE = (D.owner == bindparam("by"), RUNNING)
_DELETE = PreparedForList(
    D.sequence, lambda these: delete(deliveries).where(these, *_MINE).returning(D.sequence, D.answer)
)
_KEPT = PreparedForList(D.sequence, lambda these: select(D.sequence, D.answer).where(these, *_MINE))
_PUT_BACK = Prepared(
    update(deliveries)
    .where(D.sequence == bindparam("of"))
    .values(
        state=bindparam("to"),
        due=bindparam("at"),
        set=bindparam("now"),
        error=bindparam("why"),
        attempts=D.attempts - bindparam("unspent"),
        payload=func.coalesce(bindparam("merged", type_=deliveries.c.payload.type), D.payload),
        owner=None,
        lease=None,
    )
)


def _put_back(connection: Connection, endings: Sequence[Ending]) -> None:
    values = [_values(one) if one.state != "held" else _held(connection, one) for one in endings]
    _PUT_BACK.execute_many(connection, values)


def _values(ending: Ending) -> dict[str, Any]:
    return {
        "of": ending.delivery.sequence,
        "to": ending.state,
        "at": ending.due or ending.now,
        "now": ending.now,
        "why": ending.error,
        "unspent": 0 if ending.spent else 1,
        "merged": None,
    }


def _held(connection: Connection, ending: Ending) -> dict[str, Any]:
    """As `_values`, with what came for it while it ran; then it is due at once."""
    payload = rows.text(ending.delivery.payload)
    name = ending.name
    before = {"integration": name.integration, "flow": name.flow, "key": ending.key, "payload": payload}
    after = with_fragment(connection, before)["payload"]
    return {**_values(ending), "merged": after} | ({} if after == payload else {"at": ending.now})


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
