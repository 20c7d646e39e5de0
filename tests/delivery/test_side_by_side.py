"""Several engines on one store, at the same moment."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from sqlalchemy import Connection

from engine.delivery.accepting import Accepted, Batch
from engine.delivery.keys import lock
from engine.delivery.remembering import EventId
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, new, states
from tests.postgres import Postgres


async def test_events_posted_to_two_engines_at_once_get_one_answer(shared: str) -> None:
    stores = [Store.open(shared), Store.open(shared)]

    async def posted(engine: int, turn: int) -> Sequence[Accepted]:
        events = [f"hook {turn}", f"another {turn}"]
        return await stores[engine].accept_together(
            [
                Batch([new(value=turn)], NOW, EventId("acme", "placed", id), f"{engine} {id}")
                for id in (events if engine else reversed(events))
            ]
        )

    for turn in range(30):
        one, other = await asyncio.gather(posted(0, turn), posted(1, turn))
        assert [told.answer for told in one] == [told.answer for told in reversed(other)]
        assert sorted(told.known for told in (*one, *other)) == [False, False, True, True]
    assert len(await states(stores[0])) == 60
    for store in stores:
        store.close()


async def test_engines_that_wait_for_each_other_step_back(postgres: Postgres) -> None:
    url = postgres.fresh()
    stores, meeting, turns = [Store.open(url), Store.open(url)], threading.Barrier(2), []

    def crossing(connection: Connection, orders: list[str]) -> list[str]:
        """Take two locks, the other engine has the second one already."""
        for order in orders:
            turns.append(order)
            lock(connection, [new(order[0])])
            if len(turns) <= 2:
                meeting.wait(30)
            lock(connection, [new(order[1])])
        return orders

    both = await asyncio.gather(
        *[store._writer.write(crossing, order) for store, order in zip(stores, ("AB", "BA"), strict=True)]
    )

    assert both == ["AB", "BA"]
    assert len(turns) == 3
    for store in stores:
        store.close()
