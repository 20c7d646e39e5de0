"""One reading of a flow: page by page, each page safe together with the cursor that covers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine.delivery.accepting import Batch
from engine.delivery.delivery import NewDelivery
from engine.delivery.reading import Begin, End, LeaseLost, Progress, Renew
from engine.delivery.store import Store
from engine.errors import EngineError, MappingError, Refused
from engine.exchange import Trace
from engine.expression.operations import truth
from engine.functions.time import ZONE, later
from engine.runtime.clock import Clock
from engine.runtime.engine import Engine
from engine.runtime.flow import LiveFlow, timestamp
from engine.runtime.live import LiveIntegration
from engine.runtime.reader import asks_again, read_pages, with_details

LEASE = 120.0
"""Seconds that a page may take to be read and kept."""


@dataclass
class Count:
    """What a reading came to so far."""

    read: int = 0
    skipped: int = 0
    accepted: int = 0


@dataclass(frozen=True)
class Range:
    """What is read by hand, without touching the cursor: from one cursor up to another (None: to the end)."""

    since: Mapping[str, Any]
    until: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Reading:
    """Reads the records of one flow.

    Attributes:
        scheduled: whether it begins only if the flow is due.
        range: what to read by hand; None goes on from the flow's cursor.
        count: filled while it reads, for those who watch.
    """

    engine: Engine
    store: Store
    clock: Clock
    live: LiveIntegration
    flow: LiveFlow
    scheduled: bool = False
    range: Range | None = None
    count: Count = field(default_factory=Count)

    async def run(self, due: float | None = None) -> bool:
        """Read everything there is; False: it is not due, or somebody reads this flow now.

        Args:
            due: when the flow reads next, if this goes well or not.

        Raises:
            EngineError: it could not be read to its end; what was read is safe.
        """
        owner, began = self.engine.new_id(), self.clock.now()
        position = await self.store.begin(Begin(self.flow.name, owner, began, began + LEASE, self.scheduled))
        if position is None:
            return False
        ZONE.set(self.live.zone)
        about = {"id": owner, "key": owner, "number": 0, "at": timestamp(began), "attempt": 1}
        trace, error = self.engine.trace(self.live), None
        trace.mark(100)
        try:
            await self._read(owner, self._begin(position.cursor), about, trace)
        except EngineError as found:
            error = found
            raise
        except LeaseLost:
            error = Refused("another engine reads this flow now", code="lease", temporary=True)
        finally:
            self.engine.record_attempt(self.live, about, self.flow.name.flow, "", trace, error)
            text = self.live.redactor.text(str(error)) if error else ""
            await self.store.finish(End(self.flow.name, owner, self.clock.now(), text, due))
        return True

    def _begin(self, kept: Any) -> Any:
        """The cursor to begin with; None for a flow that has none."""
        plan, cursor = self.flow.plan, self.flow.flow.read.cursor if self.flow.flow.read else None
        if plan.start is None or cursor is None:
            return None
        if self.range is not None:
            return dict(self.range.since)
        if kept is None:
            return plan.start({"settings": self.live.public})
        if cursor.overlap is None:
            return kept
        return {name: _earlier(value, cursor.overlap) for name, value in kept.items()}

    async def _read(self, owner: str, cursor: Any, about: Mapping[str, Any], trace: Trace) -> None:
        """Page after page; what a cursor pages itself is asked again with the new one."""
        plan = self.flow.plan.read
        assert plan is not None
        while True:
            scope = {"settings": self.live.public, "exchange": about, "cursor": cursor, "started": about["at"]}
            last, before = 0, cursor
            async for records in read_pages(self.engine, self.live, plan, scope, trace):
                last = len(records)
                whole = await with_details(self.engine, self.live, self.flow.plan.details, records, scope, trace)
                cursor = await self._take(owner, whole, cursor, about)
                if cursor is _AT_END:
                    return
            if self.flow.plan.next is None or not asks_again(self.live, plan, last):
                return
            if cursor == before:
                words = "a full page came and the cursor did not move: its `next` must tell the records of a page apart"
                raise MappingError(f"{self.flow.name}: {words}")

    async def _take(self, owner: str, records: list[Any], cursor: Any, about: Mapping[str, Any]) -> Any:
        """Keep a page's records and how far they reach; gives the new cursor."""
        taken: list[NewDelivery] = []
        for record in records:
            moved = self._next(record)
            if self._is_beyond(moved):
                cursor = _AT_END
                break
            self.count.read += 1
            cursor = cursor if moved is None else moved
            new = self.delivery(record, about)
            if new is None:
                self.count.skipped += 1
            else:
                taken.append(new)
        by_hand = self.range is not None
        moves = cursor is not None and cursor is not _AT_END and not by_hand
        now = self.clock.now()
        if taken or moves:
            progress = Progress(self.flow.name, owner, cursor) if moves else None
            await self.store.accept(Batch(taken, now, progress=progress))
        if not await self.store.renew(Renew(self.flow.name, owner, now + LEASE)):
            raise LeaseLost(str(self.flow.name))
        self.count.accepted += len(taken)
        return cursor

    def _next(self, record: Any) -> Any:
        plan = self.flow.plan
        return None if plan.next is None else plan.next({"settings": self.live.public, "record": record})

    def _is_beyond(self, cursor: Any) -> bool:
        until = self.range.until if self.range is not None else None
        if until is None or cursor is None:
            return False
        return any(_is_behind(cursor.get(name), limit) for name, limit in until.items())

    def delivery(self, record: Any, about: Mapping[str, Any]) -> NewDelivery | None:
        """A record as a delivery; None if the flow skips it. One that cannot be judged is kept, and parked."""
        plan, id = self.flow.plan, self.engine.new_id()
        scope = {"settings": self.live.public, "exchange": about, "record": record}
        key, flaw = "", ""
        try:
            if plan.when is not None and not truth(plan.when(scope)):
                return None
            key = self.flow.key(scope)
        except MappingError as error:
            flaw = self.live.redactor.text(str(error))
        return NewDelivery(
            name=self.flow.name,
            id=id,
            key=key,
            exchange_key=id,
            payload={"record": record},
            due=self.clock.now(),
            latest=self.flow.flow.delivery.keep == "latest" and not flaw,
            flaw=flaw,
        )


_AT_END = object()


def _earlier(value: Any, seconds: float) -> Any:
    """A time so much earlier; what is no time stays."""
    if not isinstance(value, str):
        return value
    try:
        return later(value, f"-{round(seconds)}s")
    except Exception:
        return value


def _is_behind(value: Any, limit: Any) -> bool:
    """Whether a cursor's value comes after a limit: numbers by value, times and other text by their letters."""
    if value is None or limit is None:
        return False
    if isinstance(value, (int, Decimal)):
        try:
            return Decimal(value) > Decimal(str(limit))
        except ArithmeticError:
            raise MappingError(f"the cursor counts in numbers; {limit} is none") from None
    return str(value) > str(limit)
