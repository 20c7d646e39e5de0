"""One reading of a flow: page by page, each page safe together with the cursor that covers it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import takewhile
from typing import Any

from engine.delivery.accepting import Batch
from engine.delivery.clock import Clock
from engine.delivery.delivery import NewDelivery
from engine.delivery.reading import Begin, End, LeaseLost, Progress, Renew
from engine.delivery.store import Store
from engine.errors import EngineError, MappingError, Refused, Unreachable
from engine.exchange import LOGGED, Trace, timestamp
from engine.expression.operations import truth
from engine.functions.time import ZONE
from engine.runtime.delivering.confirming import answers, tell
from engine.runtime.delivering.straight import Sent, Straight
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine
from engine.runtime.records.pages import Range, after, begin_with, names_of, pages_of, scope_of
from engine.runtime.records.reader import Page
from engine.runtime.records.rows import Rows, told

LEASE = 30.0
TOLD = 10.0
"""Seconds between two lines of the log that say how far a reading is."""

log = logging.getLogger("engine.reading")


@dataclass
class Tally:
    """What a reading came to so far.

    Attributes:
        share: how much of what is being read is behind it, from 0 to 1; None: nobody knows.
        told: when that was last said in the log.
        aside: what people are told of what could not be read as records, and was set aside.
    """

    read: int = 0
    skipped: int = 0
    accepted: int = 0
    share: float | None = None
    told: float = field(default=0.0, compare=False)
    aside: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """Reads the records of one flow.

    Attributes:
        scheduled: whether it begins only if the flow is due.
        range: what to read by hand; None goes on from the flow's cursor.
        count: filled while it reads, for those who watch.
        lease: seconds after which another run may take the flow, if this one dies.
        straight: sends records that need not be kept before; None: all are kept, others send them.
    """

    engine: Engine
    store: Store
    clock: Clock
    live: LiveIntegration
    flow: LiveFlow
    scheduled: bool = False
    range: Range | None = None
    count: Tally = field(default_factory=Tally)
    lease: float = LEASE
    straight: Straight | None = None

    @cached_property
    def _rows(self) -> Rows | None:
        return Rows.of(self.live, self.flow)

    async def run(self, due: float | None = None) -> bool:
        """Read everything there is; False: it is not due, or somebody reads this flow now.

        What was set aside counts as a failure of the flow where people are told, and stops nothing.

        Args:
            due: when the flow reads next, if this goes well or not.

        Raises:
            EngineError: it could not be read to its end; what was read is safe.
        """
        owner, began = self.engine.new_id(), self.clock.now()
        position = await self.store.begin(Begin(self.flow.name, owner, began, began + self.lease, self.scheduled))
        if position is None:
            return False
        ZONE.set(self.live.zone)
        LOGGED.set((owner, self.flow.name.integration, self.flow.name.flow))
        about = {"id": owner, "key": owner, "number": 0, "at": timestamp(began), "attempt": 1}
        trace = self.engine.trace(self.live)
        self.count.told = began
        error: EngineError | None = None
        trace.mark(100)
        try:
            if self._rows is not None:
                await self._rows.renew(self.store, trace)
            cursor = begin_with(self.live, self.flow, position.cursor, self.range)
            async with self._holding(owner):
                await self._read(owner, cursor, about, trace)
        except EngineError as found:
            error = found
            raise
        except LeaseLost:
            error = Refused("another engine reads this flow now", code="lease", temporary=True)
            return False
        finally:
            self.engine.record_work(self.live, about, self.flow.name.flow, trace, error)
            text = self.live.redactor.text("; ".join([*self.count.aside, *([str(error)] if error else [])]))
            await self.store.finish(End(self.flow.name, owner, self.clock.now(), text, self._due(due, error)))
        return True

    def _due(self, planned: float | None, error: EngineError | None) -> float | None:
        """When the flow reads next: after an outage as soon as that may be over, though it may be planned for next night."""
        if planned is None or not isinstance(error, Unreachable) or error.cause != "offline":
            return planned
        return min(planned, self.clock.now() + (error.retry_after or self.lease))

    async def _read(self, owner: str, cursor: Any, about: Mapping[str, Any], trace: Trace) -> None:
        """Page after page, until there is no more, or what was asked for is at its end."""
        async with aclosing(pages_of(self.engine, self.live, self.flow, cursor, about, trace)) as pages:
            async for page in pages:
                sent = await self._sent(owner, page, about)
                if not await self._take(owner, sent, page.reached, about, trace):
                    return
                self._tell(page.share)
                if page.aside:
                    self.count.aside.append(page.aside)

    async def _sent(self, owner: str, page: Page, about: Mapping[str, Any]) -> Sent:
        """What of a page has gone straight to its target, and what is left."""
        if self.straight is None or page.reached is None or self.range is not None:
            return Sent(page.records)
        sent = await self.straight.send(page.records, about)
        gone = len(page.records) - len(sent.left)
        self.count.read += gone
        self.count.skipped += sent.skipped
        self.count.accepted += gone - sent.skipped
        return sent

    @asynccontextmanager
    async def _holding(self, owner: str) -> AsyncIterator[None]:
        """Keep the flow for as long as it takes; who loses it all the same is told when it keeps a page."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(self.lease / 3)
                with suppress(Unreachable):  # the store is away, which keeping a page finds too
                    await self.store.renew(Renew(self.flow.name, owner, self.clock.now() + self.lease))

        task = asyncio.create_task(renew())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def _tell(self, share: float | None) -> None:
        """Say now and then how far it is, where that is known."""
        self.count.share = share
        now = self.clock.now()
        if share is not None and now - self.count.told >= TOLD:
            self.count.told = now
            log.info("%s: %.0f %% of the file is read, %d records so far", self.flow.name, 100 * share, self.count.read)

    async def _take(self, owner: str, sent: Sent, cursor: Any, about: Mapping[str, Any], trace: Trace) -> bool:
        """Keep the records of a page that are left, and how far it reaches; False: the range that was asked for is at its
        end.
        """
        now, records = self.clock.now(), sent.left
        wanted = list(takewhile(lambda record: not self._is_beyond(record, about["at"]), records))
        scopes = [scope_of(self.live, record, about) for record in wanted]
        judged = [(scope, self._judged(scope)) for scope in scopes]
        taken = [new for _, new in judged if new is not None]
        self.count.read += len(wanted)
        self.count.skipped += len(wanted) - len(taken)
        moves = cursor is not None and self.range is None
        given = [one for scope in scopes for one in answers(self.live, self.flow, scope, now)]
        if taken or moves or given:
            progress = Progress(self.flow.name, owner, cursor) if moves else None
            await self._accept(Batch(taken, now, progress=progress, answers=given, delivered=sent.delivered))
        await self._written_back(judged, trace)
        if not await self.store.renew(Renew(self.flow.name, owner, now + self.lease)):
            raise LeaseLost(str(self.flow.name))
        self.count.accepted += len(taken)
        return len(wanted) == len(records)

    async def _written_back(self, judged: Sequence[tuple[Mapping[str, Any], NewDelivery | None]], trace: Trace) -> None:
        """Say in their rows what became of records that are skipped, or parked as they are."""
        if self._rows is not None:
            skipped = [scope for scope, new in judged if new is None]
            flawed = [(scope, new.flaw) for scope, new in judged if new is not None and new.flaw]
            await self._rows.done([{**scope, "reply": None} for scope in skipped], trace)
            await self._rows.failed([{**scope, "error": told(None, flaw)} for scope, flaw in flawed], trace)

    async def _accept(self, batch: Batch) -> None:
        if batch.answers:
            answered = await self.store.accept_answering(batch)
            tell(self.engine, self.live, self.flow.name.flow, answered)
        else:
            await self.store.accept(batch)

    def _is_beyond(self, record: Any, started: str) -> bool:
        until = self.range.until if self.range is not None else None
        reached = after(self.live, self.flow, record, started) if until is not None else None
        if until is None or reached is None:
            return False
        return any(_is_behind(reached.get(name), limit) for name, limit in until.items())

    def delivery(self, record: Any, about: Mapping[str, Any]) -> NewDelivery | None:
        """A record as a delivery; None if the flow skips it. One that cannot be judged is kept, and parked."""
        return self._judged(scope_of(self.live, record, about))

    def _judged(self, scope: Mapping[str, Any]) -> NewDelivery | None:
        """As `delivery`, of a record as the flow's expressions see it."""
        plan, record, id = self.flow.plan, scope["record"], self.engine.new_id()
        key, flaw = "", getattr(record, "flaw", "")
        try:
            if not flaw and plan.when is not None and not truth(plan.when(scope)):
                return None
            key = self.flow.key(scope) if not flaw else ""
        except MappingError as error:
            flaw = self.live.redactor.text(str(error))
        return NewDelivery(
            name=self.flow.name,
            id=id,
            key=key,
            exchange_key=id,
            payload=names_of(record),
            due=self.clock.now(),
            latest=self.flow.flow.delivery.keep == "latest" and not flaw,
            flaw=flaw,
            row=self._rows.name(record) if self._rows is not None else "",
        )


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
