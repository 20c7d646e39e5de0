"""What every store knows of flows that read, and of the initial data migration: who reads, up to where, how far."""

from __future__ import annotations

import pytest

from engine.delivery.accepting import Batch
from engine.delivery.migrating import Reached
from engine.delivery.reading import Begin, End, LeaseLost, NextReading, Position, Progress, Renew
from engine.delivery.remembering import EventId
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, ORDERS, STOCK, claim, new, states, values


async def test_a_flow_is_read_by_one_engine_at_a_time(store: Store) -> None:
    begun = await store.begin(Begin(STOCK, "run 1", NOW, NOW + 30, scheduled=False))

    assert begun == Position(STOCK, None, None, "run 1", NOW, None, "")
    assert await store.begin(Begin(STOCK, "run 2", NOW + 29, NOW + 60, scheduled=False)) is None
    await store.finish(End(STOCK, "run 1", NOW + 5, "the ERP is away"))
    assert await store.position(STOCK) == Position(STOCK, None, None, "", NOW, NOW + 5, "the ERP is away")
    assert await store.begin(Begin(STOCK, "run 2", NOW + 29, NOW + 60, scheduled=False)) is not None


async def test_a_run_whose_engine_died_is_begun_anew_by_another(store: Store) -> None:
    await store.begin(Begin(STOCK, "run 1", NOW, NOW + 30, scheduled=False))

    assert await store.renew(Renew(STOCK, "run 1", NOW + 40))
    assert await store.begin(Begin(STOCK, "run 2", NOW + 31, NOW + 60, scheduled=False)) is None
    assert await store.begin(Begin(STOCK, "run 2", NOW + 41, NOW + 70, scheduled=False)) is not None
    assert not await store.renew(Renew(STOCK, "run 1", NOW + 80))


async def test_the_cursor_moves_with_the_records_it_covers(store: Store) -> None:
    await store.begin(Begin(STOCK, "run 1", NOW, NOW + 30, scheduled=False))
    cursor = {"changed": "2026-01-01", "uid": 7}

    await store.accept(Batch([new("A", 1, name=STOCK)], NOW, progress=Progress(STOCK, "run 1", cursor)))

    assert (await store.position(STOCK)).cursor == cursor
    assert values(await claim(store, name=STOCK)) == [1]


async def test_a_run_that_lost_its_flow_brings_nothing_in(store: Store) -> None:
    await store.begin(Begin(STOCK, "run 1", NOW, NOW + 30, scheduled=False))
    await store.begin(Begin(STOCK, "run 2", NOW + 31, NOW + 60, scheduled=False))

    with pytest.raises(LeaseLost):
        await store.accept(Batch([new("A", 1, name=STOCK)], NOW, progress=Progress(STOCK, "run 1", {"n": 1})))

    assert (await store.position(STOCK)).cursor is None
    assert await states(store) == []


async def test_a_flow_is_planned_by_one_engine_and_read_when_due(store: Store) -> None:
    assert await store.plan(NextReading(STOCK, NOW + 60, None))
    assert not await store.plan(NextReading(STOCK, NOW + 61, None))

    assert await store.begin(Begin(STOCK, "run 1", NOW + 59, NOW + 90, scheduled=True)) is None
    assert await store.begin(Begin(STOCK, "run 1", NOW + 60, NOW + 90, scheduled=True)) is not None
    assert await store.plan(NextReading(STOCK, NOW + 120, NOW + 60))
    assert (await store.position(STOCK)).due == NOW + 120


async def test_a_cursor_can_be_set_by_hand(store: Store) -> None:
    await store.reset(STOCK, {"changed": "2026-01-01"})
    assert (await store.position(STOCK)).cursor == {"changed": "2026-01-01"}
    await store.reset(STOCK, None)
    assert (await store.position(STOCK)).cursor is None


async def test_events_of_one_batch_are_accepted_together_or_not_at_all(store: Store) -> None:
    await store.begin(Begin(STOCK, "run 1", NOW, NOW + 30, scheduled=False))
    lost = Progress(STOCK, "another run", {})

    with pytest.raises(LeaseLost):
        await store.accept(Batch([new("A", 1)], NOW, EventId("acme", "e", "1"), "x", lost))

    assert await states(store) == []
    assert not (await store.accept(Batch([new("A", 1)], NOW, EventId("acme", "e", "1"), "x"))).known


# -- the initial data migration ------------------------------------------------------------------------------------


async def test_how_far_a_migration_has_come_is_remembered_until_it_begins_anew(store: Store) -> None:
    await store.reset(STOCK, {"n": 7})
    await store.reached(Reached(ORDERS, "read", NOW))
    await store.reached(Reached(STOCK, "read", NOW))
    await store.reached(Reached(STOCK, "ended", NOW + 5))
    assert await store.migrated("acme") == {"orders": "read", "stock": "ended"}
    assert await store.migrated("other") == {}

    await store.restart([STOCK])

    assert await store.migrated("acme") == {"orders": "read"}
    assert (await store.position(STOCK)).cursor is None
