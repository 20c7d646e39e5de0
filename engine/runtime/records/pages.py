"""The records of a flow page by page, with the cursor that covers each page. Nothing is kept here."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import MappingError
from engine.exchange import Trace
from engine.functions.time import later
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine
from engine.runtime.records.reader import GoingOn, Page, asks_again, read_pages, with_details


@dataclass(frozen=True)
class Range:
    """What is read by hand, without touching the cursor: from one cursor up to another (None: to the end)."""

    since: Mapping[str, Any]
    until: Mapping[str, Any] | None = None


def begin_with(live: LiveIntegration, flow: LiveFlow, kept: Any, range: Range | None = None) -> Any:
    """Where to begin: the cursor, or what the flow's connection had said; None: from the start.

    Args:
        kept: how far the flow had read, None at the first time.
    """
    cursor = flow.flow.read.cursor if flow.flow.read else None
    if flow.plan.start is None or cursor is None:
        return kept  # what reads keeps account of it itself, or nothing does
    if range is not None:
        return dict(range.since)
    if kept is None:
        return flow.plan.start({"settings": live.public})
    if cursor.overlap is None:
        return kept
    return {name: _earlier(value, cursor.overlap) for name, value in kept.items()}


async def pages_of(
    engine: Engine,
    live: LiveIntegration,
    flow: LiveFlow,
    cursor: Any,
    about: Mapping[str, Any],
    trace: Trace,
    dry: bool = False,
) -> AsyncGenerator[Page, None]:
    """Page after page with its cursor; what a cursor pages itself is asked again with the new one.

    Args:
        about: `exchange` as the flow's expressions see it.
        dry: whether it is only looked at, and nothing is taken away.

    Raises:
        EngineError: a page cannot be had.
    """
    plan = flow.plan.read
    assert plan is not None
    while True:
        scope = {
            "settings": live.public,
            "exchange": about,
            "cursor": cursor,
            "started": about["at"],
        }
        last, before = 0, cursor
        async for page in read_pages(engine, live, plan, scope, trace, GoingOn(cursor, dry)):
            last = len(page.records)
            whole = await with_details(engine, live, flow.plan.details, page.records, scope, trace)
            moved = after(live, flow, whole[-1], about["at"]) if whole and page.reached is None else page.reached
            cursor = moved or cursor
            yield Page(whole, cursor, page.share, page.aside)
        if flow.plan.next is None or not asks_again(live, plan, last):
            return
        if cursor == before:
            words = "a full page came and the cursor did not move: its `next` must tell the records of a page apart"
            raise MappingError(f"{flow.name}: {words}")


def after(live: LiveIntegration, flow: LiveFlow, record: Any, started: str) -> Any:
    """The cursor behind a record; None for a flow that has none.

    Args:
        started: when the reading began.
    """
    if flow.plan.next is None:
        return None
    return flow.plan.next({"settings": live.public, "record": record, "started": started})


def names_of(record: Any) -> dict[str, Any]:
    """What a flow's expressions see of a record: also where it stood, if it is from a file."""
    file = getattr(record, "file", None)
    return {"record": record} if file is None else {"record": record, "file": file}


def scope_of(live: LiveIntegration, record: Any, about: Mapping[str, Any]) -> dict[str, Any]:
    """The names that a flow's expressions see while a record is judged or sent; `about` is `exchange`."""
    return {"settings": live.public, "exchange": about, **names_of(record)}


def _earlier(value: Any, seconds: float) -> Any:
    """A time so much earlier; what is no time stays."""
    if not isinstance(value, str):
        return value
    try:
        return later(value, f"-{round(seconds)}s")
    except Exception:
        return value
