"""Records of a file go straight to their target, in batches, without being kept before: the file itself keeps them.

How far the file is read is kept when they are delivered. What cannot go so is kept, and delivered as everything else is: what
failed, what comes behind an open delivery of its key, and all the rest once the other side is away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.delivery.remembering import Delivered
from engine.delivery.store import Store
from engine.errors import MappingError, Unreachable
from engine.exchange import LOGGED
from engine.expression.operations import truth
from engine.runtime.connections.availability import Availability
from engine.runtime.delivering.needed import needed
from engine.runtime.delivering.sending import Attempted, deliver, digest_of
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine
from engine.runtime.messages.results import NOTHING_KEPT
from engine.runtime.records.pages import scope_of

SIDE_BY_SIDE = 16
"""Batches that are sent at a time."""

log = logging.getLogger("engine.reading")


@dataclass(frozen=True)
class Sent:
    """What became of the records of a page.

    Attributes:
        left: those that are still to be delivered.
        skipped: how many the flow does not want; what has not changed is done.
        delivered: what `changed` compares the next ones with.
    """

    left: list[Any] = field(default_factory=list)
    skipped: int = 0
    delivered: list[Delivered] = field(default_factory=list)


class _Record(NamedTuple):
    """A record that may go; `digest` is of what `changed` watches, empty where nothing is."""

    key: str
    itself: Any
    digest: str


@dataclass
class Straight:
    """Sends the records of one reading.

    Attributes:
        needs: what it cannot do without.
        works: the other side is not away.
    """

    engine: Engine
    store: Store
    live: LiveIntegration
    flow: LiveFlow
    needs: Sequence[Availability]
    works: bool = True

    @classmethod
    def of(cls, engine: Engine, store: Store, live: LiveIntegration, flow: LiveFlow) -> Straight | None:
        """None: its records must be kept before they are sent.

        They need not where nothing is kept of a delivery but that it is to be done: batches neither keep results nor wait
        for their time, and what waits for no answer is done when it is sent.
        """
        plan = flow.plan
        answered = flow.flow.confirm is not None or plan.name in live.plan.asking
        if flow.flow.batch is None or answered or plan.claim is not None or plan.next is not None:
            return None
        return cls(engine, store, live, flow, needed(engine, live, flow))

    async def send(self, records: Sequence[Any], about: Mapping[str, Any]) -> Sent:
        """Send what may go of a page.

        Args:
            about: `exchange` of the reading.

        Raises:
            Unreachable: the store is away.
        """
        if not self.works or any(one.is_offline for one in self.needs):
            return Sent(list(records))
        sent = Sent()
        judged, skipped = self._judged(records, about, sent.left)
        ready = await self._due(judged, sent.left)
        size, places = self.flow.batch, asyncio.Semaphore(SIDE_BY_SIDE)
        batches = [ready[start : start + size] for start in range(0, len(ready), size)]
        outcomes = await asyncio.gather(*(self._send(one, places) for one in batches))
        for batch, failed in zip(batches, outcomes, strict=True):
            if failed:
                sent.left.extend(one.itself for index, one in enumerate(batch) if index in failed)
            if self.flow.plan.changed is not None:
                done = (one for index, one in enumerate(batch) if index not in failed)
                sent.delivered.extend(Delivered(self.flow.name, one.key, one.digest) for one in done)
        return Sent(sent.left, skipped, sent.delivered)

    def _judged(self, records: Sequence[Any], about: Mapping[str, Any], left: list[Any]) -> tuple[list[_Record], int]:
        """The records that are wanted, one of each key, and how many are not; what cannot be judged is left."""
        wanted, skipped = self._wanted(records, about, left)
        if self.flow.plan.key is None:
            return wanted, skipped
        ready: list[_Record] = []
        keys: set[str] = set()
        for one in wanted:
            if one.key in keys:
                left.append(one.itself)
            else:
                keys.add(one.key)
                ready.append(one)
        return ready, skipped

    def _wanted(self, records: Sequence[Any], about: Mapping[str, Any], left: list[Any]) -> tuple[list[_Record], int]:
        """The records that are wanted, and how many are not: of a page at once, and each alone where one of them fails."""
        if self.flow.plan.wanted is not None:
            scope = {"settings": self.live.public, "exchange": about, "records": records}
            with suppress(MappingError):
                found = [self._record(*one) for one in self.flow.plan.wanted(scope)]
                return found, len(records) - len(found)
        wanted: list[_Record] = []
        skipped = 0
        for record in records:
            try:
                one = self._wanted_alone(record, scope_of(self.live, record, about))
            except MappingError:
                left.append(record)
                continue
            if one is None:
                skipped += 1
            else:
                wanted.append(one)
        return wanted, skipped

    def _wanted_alone(self, record: Any, scope: Mapping[str, Any]) -> _Record | None:
        plan = self.flow.plan
        if plan.when is not None and not truth(plan.when(scope)):
            return None
        key, watched = plan.key and plan.key(scope), plan.changed and plan.changed(scope)
        return self._record(record, key, watched)

    def _record(self, record: Any, key: Any, watched: Any) -> _Record:
        plan = self.flow.plan
        return _Record(
            "" if plan.key is None else self.flow.as_key(key),
            record,
            "" if plan.changed is None else digest_of(watched),
        )

    async def _due(self, ready: list[_Record], left: list[Any]) -> list[_Record]:
        """Without those that come behind an open delivery of their key, and those that have not changed."""
        plan = self.flow.plan
        if plan.key is None and plan.changed is None:
            return ready
        name, keys = self.flow.name, [one.key for one in ready]
        behind = await self.store.open_keys(name, keys)
        before = await self.store.delivered(name, keys) if plan.changed is not None else {}
        if not behind and not before:
            return ready
        left.extend(one.itself for one in ready if one.key in behind)
        return [one for one in ready if one.key not in behind and (not one.digest or one.digest != before.get(one.key))]

    async def _send(self, batch: Sequence[_Record], places: asyncio.Semaphore) -> frozenset[int]:
        """Send one message with these records; gives which of them failed."""
        everything = frozenset(range(len(batch)))
        async with places:
            if not self.works:
                return everything
            try:
                sent = await self._attempted(batch)
            except Exception:  # the worker tries again, and parks what it cannot do
                log.exception("%s: a defect in an attempt", self.flow.name)
                return everything
            return frozenset() if sent.why is None else frozenset(i for i in everything if sent.of(i) is not None)

    async def _attempted(self, batch: Sequence[_Record]) -> Attempted:
        exchange = self.engine.identity("")
        LOGGED.set((exchange["id"], self.flow.name.integration, self.flow.name.flow))
        records = [one.itself for one in batch]
        scope = {**scope_of(self.live, records[0], exchange), "records": records}
        trace = self.engine.trace(self.live)
        sent = await deliver(self.engine, self.flow, scope, trace, NOTHING_KEPT)
        if isinstance(sent.error, Unreachable) or getattr(sent.error, "temporary", False):
            self.works = False
        self.engine.record_work(self.live, exchange, self.flow.name.flow, trace, sent.why)
        return sent
