"""Reading records: one after an event, or many in pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, NamedTuple

from engine.calls import ABSENT, Call, Reply
from engine.errors import MappingError, Refused
from engine.exchange import Trace
from engine.plan import DetailsPlan, StepPlan
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine

Scope = Mapping[str, Any]


class GoingOn(NamedTuple):
    """How a reading goes on; see `Call`."""

    position: Any = None
    dry: bool = False


START = GoingOn()


class Page(NamedTuple):
    """Records that were read together.

    Attributes:
        reached: how far the flow has read with them; None: nothing keeps account of that.
        share: how much of what is being read is behind them, from 0 to 1; None: nobody knows.
        aside: what people are told of what could not be read as records; empty if nothing was.
    """

    records: list[Any]
    reached: Any
    share: float | None
    aside: str = ""


async def read_one(engine: Engine, live: LiveIntegration, plan: StepPlan, scope: Scope, trace: Trace) -> Any:
    """The record that a flow fetches after an event.

    Raises:
        EngineError: it cannot be had; there is none.
    """
    records: list[Any] = []
    last: Reply | None = None
    async for reply in _replies(engine, live, plan, scope, trace):
        records.extend(reply.records or [])
        last = reply
    assert last is not None
    whole = Reply(last.status, last.headers, last.body, last.records if last.records is None else records)
    found = _value(plan, scope, whole)
    if isinstance(found, list):
        found = found[0] if found else None
    if found is None:
        raise Refused(f"{plan.label} has no such record", code="no-record")
    return found


async def read_pages(
    engine: Engine, live: LiveIntegration, plan: StepPlan, scope: Scope, trace: Trace, on: GoingOn = START
) -> AsyncIterator[Page]:
    """Records page by page, with one cursor.

    Raises:
        EngineError: a page cannot be had, or holds no list.
    """
    async for reply in _replies(engine, live, plan, scope, trace, on):
        found = _value(plan, scope, reply)
        if found is None:
            found = []
        if not isinstance(found, list):
            raise MappingError(f"{plan.label}: the records that are read must be a list")
        yield Page(found, reply.reached, reply.share, reply.aside)


def asks_again(live: LiveIntegration, plan: StepPlan, count: int) -> bool:
    """Whether the same call, with the cursor behind the last record, gives more."""
    return plan.kind == "call" and live.sessions[plan.target[0]].by_cursor(plan.target[1], count)


async def with_details(
    engine: Engine,
    live: LiveIntegration,
    details: Mapping[str, DetailsPlan],
    records: Sequence[Any],
    scope: Scope,
    trace: Trace,
) -> list[Any]:
    """Records with what belongs to each of them, under its name: read once for the whole page.

    Raises:
        EngineError: it cannot be had; a record is no object.
    """
    found = list(records)
    for name, one in details.items():
        if not found:
            break
        if not all(isinstance(record, dict) for record in found):
            raise MappingError(f"{one.step.label}: details belong to objects, and a record is none")
        belonging: dict[str, list[Any]] = {}
        async for page in read_pages(engine, live, one.step, {**scope, "records": records}, trace):
            for line in page.records:
                belonging.setdefault(_matched(line, one.match), []).append(line)
        found = [{**record, name: belonging.get(_matched(record, one.match), [])} for record in found]
    return found


def _matched(record: Any, name: str) -> str:
    value = record.get(name) if isinstance(record, dict) else None
    return "" if value is None else str(value)


async def _replies(
    engine: Engine, live: LiveIntegration, plan: StepPlan, scope: Scope, trace: Trace, on: GoingOn = START
) -> AsyncIterator[Reply]:
    """What a call gives: of an endpoint its pages, of a message its reply."""
    path, query, headers, body = plan.request(scope)
    before, trace.call = trace.call, plan.label
    try:
        if plan.kind == "message":
            outcome = await engine.message(plan.target, body, scope["exchange"], trace, None)
            yield Reply(200, {}, outcome.reply, None)
            return
        trace.mark(150, body if plan.has_body else query)
        sent = body if plan.has_body else ABSENT
        call = Call(plan.target[1], path, query, headers, sent, position=on.position, dry=on.dry)
        async for reply in live.sessions[plan.target[0]].pages(call, trace):
            yield reply
    finally:
        trace.call = before


def _value(plan: StepPlan, scope: Scope, reply: Reply) -> Any:
    if plan.value is None:
        return reply.records if reply.records is not None else reply.body
    answered = {"reply": reply.body, "records": reply.records, "status": reply.status, "headers": reply.headers}
    return plan.value({**scope, **answered})
