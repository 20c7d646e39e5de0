"""The worker: takes what is due, makes attempts side by side, keeps its leases, takes over from engines that died."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from engine.delivery.claiming import Claim, Keep
from engine.delivery.clock import Clock
from engine.delivery.delivery import Delivery, FlowName
from engine.delivery.ending import Ending
from engine.delivery.store import Store
from engine.errors import Unreachable
from engine.exchange import LOGGED, new_id
from engine.functions.time import ZONE
from engine.runtime.delivering.attempt import Attempt
from engine.runtime.delivering.contact import Contact
from engine.runtime.delivering.lane import Lane, batches
from engine.runtime.delivering.needed import needed
from engine.runtime.messages.engine import Engine

log = logging.getLogger("engine.worker")


@dataclass(frozen=True)
class Pace:
    """How a worker works.

    Attributes:
        side_by_side: attempts of one flow at a time; as many deliveries again are taken ahead.
        lease: seconds after which another engine takes what this one had, if it dies.
        look: seconds after which the store is looked at though nobody said there is something.
        again: seconds until it is tried again when the store is away.
    """

    side_by_side: int = 16
    lease: float = 30.0
    look: float = 1.0
    again: float = 1.0


class Worker:
    """Works on the deliveries of an engine's flows until it is stopped.

    Args:
        only: the flows to work on; None: all.
    """

    def __init__(
        self,
        engine: Engine,
        store: Store,
        clock: Clock,
        pace: Pace = Pace(),
        only: Collection[FlowName] | None = None,
    ) -> None:
        self._engine = engine
        self._store = store
        self._clock = clock
        self._pace = pace
        self._owner = new_id()
        self._stopping = asyncio.Event()
        self._lanes = {
            flow.name: Lane(live, flow, needed(engine, live, flow))
            for live in engine.integrations.values()
            for flow in live.flows.values()
            if only is None or flow.name in only
        }

    async def run(self) -> None:
        """Work until `stop`."""
        if not self._lanes:
            await self._stopping.wait()
            return
        self._store.watch(self._wake)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._tend())
                for lane in self._lanes.values():
                    group.create_task(self._work(lane))
        finally:
            self._store.unwatch(self._wake)

    async def stop(self, patience: float) -> None:
        """Take nothing more; give running attempts some seconds, then hand back what they have."""
        self._stopping.set()
        self._wake(None)
        for lane in self._lanes.values():
            await self._give_up(lane)
        running = {task for lane in self._lanes.values() for task in lane.running}
        if running:
            await asyncio.wait(running, timeout=patience)
        for lane in self._lanes.values():
            for task, deliveries in list(lane.running.items()):
                task.cancel()
                await asyncio.wait([task])
                await self._hand_back(deliveries, "the engine stopped before it ended")

    @property
    def idle(self) -> bool:
        """Whether no attempt runs, or is about to."""
        return not any(lane.running or lane.taken for lane in self._lanes.values())

    def _wake(self, name: FlowName | None) -> None:
        for lane in self._lanes.values() if name is None else [self._lanes[name]] if name in self._lanes else []:
            lane.woken.set()

    # -- one flow --------------------------------------------------------------------------------------------------

    async def _work(self, lane: Lane) -> None:
        ZONE.set(lane.live.zone)
        while not self._stopping.is_set():
            lane.freed.clear()
            lane.held = lane.is_offline
            if lane.held or self._clock.now() >= lane.sure:
                await self._give_up(lane)
            room = lane.room(self._pace.side_by_side)
            if room <= 0:
                await lane.freed.wait()
                continue
            lane.woken.clear()
            if not lane.held:
                pause = await self._begin_some(lane, room)
            elif lane.may_try:  # with one delivery; all others stay where they are
                pause = await self._begin_some(lane, 1)
            else:
                pause = self._pace.look
            if pause > 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(lane.woken.wait(), pause)

    async def _begin_some(self, lane: Lane, limit: int) -> float:
        """Begin attempts at what is due; gives the seconds to wait before the next look, 0 if there may be more."""
        now, lane.again = self._clock.now(), math.inf
        try:
            claimed = await self._store.claim(Claim(lane.flow.name, self._owner, limit, now, now + self._pace.lease))
        except Unreachable as error:
            log.warning("%s: %s", lane.flow.name, error)
            return self._pace.again
        if self._stopping.is_set():  # it was asked to stop while it claimed
            await self._hand_back(claimed.deliveries)
            return 0.0
        lane.sure = now + self._pace.lease
        lane.taken.extend(batches(claimed.deliveries, lane.flow.batch))
        self._begin(lane)
        if len(claimed.deliveries) == limit:
            return 0.0
        soonest = min(claimed.next_due or math.inf, lane.again)
        return min(max(soonest - self._clock.now(), 0.001), self._pace.look)

    def _begin(self, lane: Lane) -> None:
        """Begin attempts at what is taken, as far as there are places, and while nobody else can have it."""
        while lane.taken and len(lane.sending) < self._pace.side_by_side and self._clock.now() < lane.sure:
            deliveries = lane.taken.popleft()
            task = asyncio.create_task(self._attempt(lane, deliveries))
            lane.running[task] = deliveries
            lane.sending.add(task)
            task.add_done_callback(lambda done: self._ended(lane, done))

    def _leave(self, lane: Lane, task: asyncio.Task[None] | None) -> None:
        """Give a place to what is taken next."""
        lane.sending.discard(task)
        if not self._stopping.is_set() and not lane.is_offline:
            self._begin(lane)
        lane.freed.set()

    def _ended(self, lane: Lane, task: asyncio.Task[None]) -> None:
        lane.running.pop(task, None)
        self._leave(lane, task)
        if lane.held:
            lane.woken.set()

    async def _give_up(self, lane: Lane) -> None:
        """Hand back what has not begun."""
        waiting = [one for deliveries in lane.taken for one in deliveries]
        lane.taken.clear()
        if waiting:
            await self._hand_back(waiting)

    async def _attempt(self, lane: Lane, deliveries: Sequence[Delivery]) -> None:
        """One attempt; what goes wrong beyond it must not stop the others.

        Its place is free before its end is kept, so that what ends and what begins next go in one transaction.
        """
        LOGGED.set((deliveries[0].id, lane.flow.name.integration, lane.flow.name.flow))
        attempt = Attempt(self._engine, self._store, self._clock, self._owner, lane.live, lane.flow, self._pace.again)
        try:
            endings = await attempt.make(deliveries)
            self._leave(lane, asyncio.current_task())
            await attempt.end(endings)
            put_back = [one.due or one.now for one in endings if one.state in ("ready", "held")]
            if put_back and min(put_back) < lane.again:
                lane.again = min(put_back)
                lane.woken.set()
        except Exception as error:
            log.exception("%s: a defect in an attempt", lane.flow.name)
            why, now = f"a defect of the engine: {type(error).__name__}; its log says more", self._clock.now()
            await attempt.end([Ending(one, self._owner, "parked", now, error=why) for one in deliveries])

    async def _hand_back(self, deliveries: Sequence[Delivery], error: str = "") -> None:
        now = self._clock.now()
        with contextlib.suppress(Unreachable):
            await self._store.end(
                [Ending(one, self._owner, "ready", now, spent=False, error=error) for one in deliveries]
            )

    # -- leases ----------------------------------------------------------------------------------------------------

    async def _tend(self) -> None:
        """Renew leases, take over those that ended, and notice a clock that was set."""
        await self._looked_after(self._store.rewind)
        contact = Contact(self._pace.lease / 2)
        while not self._stopping.is_set():
            if self._clock.was_set():
                await self._looked_after(self._store.rewind)
            if not await self._looked_after(self._renewed):
                contact.lost()
            elif contact.made(self._clock.now()):
                await self._looked_after(self._store.take_over)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), self._pace.lease / 3)

    async def _renewed(self, now: float) -> None:
        groups = [group for lane in self._lanes.values() for group in (*lane.running.values(), *lane.taken)]
        sequences = [one.sequence for group in groups for one in group]
        until = now + self._pace.lease
        still = await self._store.keep(Keep(self._owner, sequences, now, until))
        for lane in self._lanes.values():
            lane.sure = until
            if still < len(sequences):  # some have ended since, or another engine has them
                await self._give_up(lane)

    async def _looked_after(self, work: Callable[[float], Awaitable[object]]) -> bool:
        """Do some work on the store; False: it is away."""
        try:
            await work(self._clock.now())
        except Unreachable as error:
            log.warning("deliveries: %s", error)
            return False
        return True
