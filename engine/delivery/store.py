"""The store of deliveries: one code path over SQLAlchemy for SQLite, PostgreSQL, and memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import DBAPIError

from engine.delivery import (
    accepting,
    claiming,
    confirming,
    ending,
    merging,
    migrating,
    open_keys,
    operating,
    outages,
    reading,
    remembering,
    telling,
)
from engine.delivery.accepting import Accepted, Batch
from engine.delivery.claiming import Claim, Claimed, Keep
from engine.delivery.confirming import Answered, Late, OfRecord
from engine.delivery.delivery import Delivery, FlowName, NewDelivery
from engine.delivery.ending import Ending, Result
from engine.delivery.listening import Listener
from engine.delivery.merging import Abandoned
from engine.delivery.migrating import Reached, Step
from engine.delivery.operating import Discard, Filter, OpenCount, Resend
from engine.delivery.outages import Outage, Share, Try
from engine.delivery.reading import Begin, End, NextReading, Position, Renew
from engine.delivery.remembering import Forget
from engine.delivery.telling import Ask, Told, Untold
from engine.delivery.writer import Writer
from engine.store_database import StoreUnusable, durable

IN_MEMORY = "sqlite://"


class Store:
    """Keeps deliveries. Every change is durable when its method returns.

    All methods raise `Unreachable` (cause `store`) when the database is full, locked or away; then nothing was changed.
    """

    def __init__(self, writer: Writer, listener: Listener) -> None:
        self._writer = writer
        self._listener = listener

    @classmethod
    def open(cls, url: str = IN_MEMORY) -> Store:
        """Open a database, making its tables if there are none.

        Raises:
            StoreUnusable: it cannot be the store.
        """
        engine = durable(url)
        writer = Writer(engine)
        try:
            writer.prepare()
        except DBAPIError as error:
            engine.dispose()
            raise StoreUnusable(f"{engine.url!r} cannot be the store: {str(error.orig).strip()}") from None
        except StoreUnusable:
            engine.dispose()
            raise
        return cls(writer, Listener(engine))

    def close(self) -> None:
        """Write what was asked for, and close."""
        self._listener.close()
        self._writer.close()

    def watch(self, told: Callable[[FlowName | None], None]) -> None:
        """Be told of flows that may have something to do, by whatever engine; None: any of them."""
        self._listener.watch(told)

    def unwatch(self, told: Callable[[FlowName | None], None]) -> None:
        """Be told no more."""
        self._listener.unwatch(told)

    # -- taking in, taking out, ending -----------------------------------------------------------------------------

    async def accept(self, batch: Batch) -> Accepted:
        """Take deliveries in."""
        accepted = await self._writer.write(accepting.accept, batch)
        self._tell(batch.deliveries)
        return accepted

    async def accept_answering(self, batch: Batch) -> Sequence[Answered]:
        """Take deliveries in, and what their records answer; tells what came of the answers."""
        answered = await self._writer.write(accepting.accept_answering, batch)
        self._tell(batch.deliveries)
        self._go_on(answered)
        return answered

    async def accept_together(self, batches: Sequence[Batch]) -> Sequence[Accepted]:
        """Take several batches in, all or none."""
        accepted = await self._writer.write(accepting.accept_together, batches)
        self._tell([one for batch in batches for one in batch.deliveries])
        return accepted

    async def claim(self, claim: Claim) -> Claimed:
        """Take deliveries for an attempt."""
        return await self._writer.write(claiming.claim, claim)

    async def is_due(self, name: FlowName, now: float) -> bool:
        """Whether a flow has a delivery that is due, or runs."""
        return await self._writer.write(claiming.is_due, (name, now))

    async def keep(self, asked: Keep) -> int:
        """Renew the leases of what an engine works on; gives how much of it the engine still has."""
        return await self._writer.write(claiming.keep, asked)

    async def take_over(self, now: float) -> None:
        """Make ready what engines had taken that are gone."""
        for name in await self._writer.write(claiming.take_over, now):
            self._listener.tell(name)

    async def rewind(self, now: float) -> int:
        """Make due what was planned by a clock that has gone back since."""
        return await self._writer.write(claiming.rewind, now)

    async def end(self, endings: Sequence[Ending]) -> Sequence[bool]:
        """End attempts, all or none; False: the lease of one was lost, another engine has the delivery."""
        mine = await self._writer.write(ending.end, endings)
        for name in {one.name for one in endings if one.state == "gone" and one.key}:
            self._listener.tell(name)
        return mine

    async def keep_result(self, result: Result) -> None:
        """Keep what a `once` call gave."""
        await self._writer.write(ending.keep_result, result)

    async def delivered(self, name: FlowName, keys: Sequence[str]) -> Mapping[str, str]:
        """The digests of what was delivered last of keys, as far as something was."""
        return await self._writer.write(remembering.delivered, (name, keys))

    async def open_keys(self, name: FlowName, keys: Sequence[str]) -> frozenset[str]:
        """Those of some keys of a flow that have an open delivery."""
        return await self._writer.write(open_keys.open_keys, (name, keys))

    async def forget(self, asked: Forget) -> int:
        """Forget some of what is too old: ids of events, digests; gives how much, 0 if nothing is left."""
        return await self._writer.write(remembering.forget, asked)

    # -- answers to what was sent ----------------------------------------------------------------------------------

    async def answer(self, asked: OfRecord) -> Sequence[Answered]:
        """Give what the record of a delivery answers, once; tells what came of it."""
        answered = await self._writer.write(confirming.answer_once, asked)
        self._go_on(answered)
        return answered

    async def late(self, now: float) -> Sequence[Late]:
        """Some of the deliveries whose answers have not come in time, each given once."""
        return await self._writer.write(confirming.late, now)

    async def park_fragments(self, asked: Abandoned) -> int:
        """Park what has waited too long for the event it belongs to; gives how many."""
        return await self._writer.write(merging.park_fragments, asked)

    # -- flows that read -------------------------------------------------------------------------------------------

    async def begin(self, asked: Begin) -> Position | None:
        """Take a flow for reading; None: it is not due, or somebody reads it."""
        return await self._writer.write(reading.begin, asked)

    async def renew(self, asked: Renew) -> bool:
        """Keep a flow for longer; False: it was lost."""
        return await self._writer.write(reading.renew, asked)

    async def finish(self, asked: End) -> None:
        """Give a flow back."""
        await self._writer.write(reading.end, asked)

    async def plan(self, asked: NextReading) -> bool:
        """Plan a flow's next reading; False: another engine did."""
        return await self._writer.write(reading.plan, asked)

    async def position(self, name: FlowName) -> Position:
        """Where a flow stands."""
        return await self._writer.write(reading.positions, name)

    async def reset(self, name: FlowName, cursor: Any) -> None:
        """Set a flow's cursor by hand; None begins anew."""
        await self._writer.write(reading.reset, (name, cursor))

    # -- connections that are offline --------------------------------------------------------------------------------

    async def share(self, asked: Share) -> Sequence[Outage]:
        """Keep what an engine has found of its connections; gives all outages that are known."""
        known = await self._writer.write(outages.share, asked)
        if asked.found:
            self._listener.tell_of_outages()
        return known

    async def try_again(self, asked: Try) -> float | None:
        """Ask to be the one that tries; gives the seconds until it makes sense to ask again, None if nothing is offline."""
        return await self._writer.write(outages.try_again, asked)

    def watch_outages(self, told: Callable[[], None]) -> None:
        """Be told when a connection went offline or answers again, whatever engine found so."""
        self._listener.watch_outages(told)

    def unwatch_outages(self, told: Callable[[], None]) -> None:
        """Be told no more."""
        self._listener.unwatch_outages(told)

    # -- what people are told --------------------------------------------------------------------------------------

    async def untold(self, asked: Ask) -> Sequence[Untold]:
        """What happened that an entry of `notify` has not told."""
        return await self._writer.write(telling.untold, asked)

    async def tell(self, asked: Told) -> None:
        """Remember what was told."""
        await self._writer.write(telling.tell, asked)

    # -- the initial data migration --------------------------------------------------------------------------------

    async def reached(self, asked: Reached) -> None:
        """Remember that a flow of a migration has come so far."""
        await self._writer.write(migrating.reached, asked)

    async def migrated(self, integration: str) -> Mapping[str, Step]:
        """How far each flow of an integration's migration has come."""
        return await self._writer.write(migrating.migrated, integration)

    async def restart(self, names: list[FlowName]) -> None:
        """Begin a migration anew: cursors too."""
        await self._writer.write(migrating.restart, names)

    # -- the operator ----------------------------------------------------------------------------------------------

    async def found(self, filter: Filter) -> Sequence[Delivery]:
        """Deliveries in the order of acceptance."""
        return await self._writer.write(operating.found, filter)

    async def found_all(self, filter: Filter) -> AsyncIterator[Sequence[Delivery]]:
        """All of them, so many at a time as the filter says."""
        while True:
            some = await self.found(filter)
            if some:
                yield some
            if len(some) < filter.limit:
                return
            filter = replace(filter, after=some[-1].sequence)

    async def resend(self, asked: Resend) -> Sequence[Delivery]:
        """Try parked deliveries again."""
        chosen = await self._writer.write(operating.resend, asked)
        self._tell(chosen)
        return chosen

    async def discard(self, asked: Discard) -> Sequence[Delivery]:
        """Drop parked deliveries."""
        chosen = await self._writer.write(operating.discard, asked)
        self._tell(chosen)
        return chosen

    async def counts(self) -> Sequence[OpenCount]:
        """How much is open."""
        return await self._writer.look(operating.counts, None)

    def _go_on(self, answered: Iterable[Answered]) -> None:
        for name in {one.answer.name for one in answered if one.became == "done"}:
            self._listener.tell(name)

    def _tell(self, ones: Iterable[NewDelivery | Delivery]) -> None:
        for name in {one.name for one in ones}:
            self._listener.tell(name)
