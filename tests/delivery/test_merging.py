"""What every store makes of two deliveries of one key: the latest, or one of both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.delivery.ending import Ending, Result
from engine.delivery.merging import Abandoned
from engine.delivery.operating import Filter, Resend
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, ORDERS, US, accept, claim, done, new, states, values


async def test_latest_replaces_one_that_still_waits(store: Store) -> None:
    await accept(store, new("EMT-05", 860, latest=True), new("EMT-06", 5, latest=True))

    await accept(store, new("EMT-05", 859, latest=True))

    assert await states(store) == [("EMT-05", 859, "ready"), ("EMT-06", 5, "ready")]


async def test_latest_does_not_touch_one_that_is_on_its_way(store: Store) -> None:
    await accept(store, new("EMT-05", 860, latest=True))
    running = await claim(store)

    await accept(store, new("EMT-05", 859, latest=True))
    await accept(store, new("EMT-05", 858, latest=True))

    assert await states(store) == [("EMT-05", 860, "running"), ("EMT-05", 858, "waiting")]
    await done(store, *running)
    assert values(await claim(store)) == [858]


async def test_latest_does_not_touch_one_that_is_half_delivered(store: Store) -> None:
    await accept(store, new("K", 1, latest=True))
    (first,) = await claim(store)
    await store.keep_result(Result(first.sequence, US, "order", {"no": 7}))
    await store.end([Ending(first, US, "ready", NOW, due=NOW + 5)])

    await accept(store, new("K", 2, latest=True))

    assert await states(store) == [("K", 1, "ready"), ("K", 2, "waiting")]


@pytest.mark.parametrize("first", ["order", "payment"])
async def test_two_events_are_merged_whichever_comes_first(store: Store, first: str) -> None:
    order = new("W-1", {"no": "W-1", "paid": {"by": "card"}}, merge="whole")
    payment = new("W-1", {"paid": {"at": "noon"}}, merge="part")

    for one in (order, payment) if first == "order" else (payment, order):
        await accept(store, one)

    assert values(await claim(store)) == [{"no": "W-1", "paid": {"by": "card", "at": "noon"}}]
    assert len(await states(store)) == 1


async def test_a_fragment_alone_is_not_delivered(store: Store) -> None:
    await accept(store, new("W-1", {"paid": True}, merge="part"))

    assert values(await claim(store)) == []
    assert await states(store) == [("W-1", {"paid": True}, "fragment")]


async def test_what_completes_a_held_one_makes_it_due(store: Store) -> None:
    await accept(store, new("W-1", {"no": "W-1"}, merge="whole"))
    (held,) = await claim(store)
    await store.end([Ending(held, US, "held", NOW, due=NOW + 3600)])

    await accept(store, new("W-1", {"paid": True}, merge="part"))

    assert values(await claim(store)) == [{"no": "W-1", "paid": True}]


async def test_what_came_while_the_other_ran_is_merged_when_that_is_held(store: Store) -> None:
    await accept(store, new("W-1", {"no": "W-1"}, merge="whole"))
    (running,) = await claim(store)
    await accept(store, new("W-1", {"paid": True}, merge="part"))

    await store.end([Ending(running, US, "held", NOW, due=NOW + 3600)])

    assert values(await claim(store)) == [{"no": "W-1", "paid": True}]


async def test_a_fragment_that_waits_too_long_is_parked_and_still_taken_in(store: Store) -> None:
    await accept(store, new("W-1", {"paid": True}, merge="part"), new("W-2", {"paid": True}, merge="part"))
    abandoned = Abandoned(ORDERS, NOW, NOW + 9, "no order came")
    assert await store.park_fragments(abandoned) == 0

    assert await store.park_fragments(replace(abandoned, before=NOW + 1)) == 2
    assert {(one.state, one.error, one.parked_from) for one in await store.found(Filter())} == {
        ("parked", "no order came", "fragment")
    }
    await store.resend(Resend(Filter(key="W-2"), NOW + 9))
    await accept(store, new("W-1", {"no": "W-1"}, merge="whole"), new("W-2", {"no": "W-2"}, merge="whole"))

    assert values(await claim(store)) == [{"no": "W-1", "paid": True}, {"no": "W-2", "paid": True}]
    assert len(await states(store)) == 2


async def test_a_later_event_completes_a_parked_fragment(store: Store) -> None:
    await accept(store, new("W-1", {"paid": True}, merge="part"))
    await store.park_fragments(Abandoned(ORDERS, NOW + 1, NOW, "no order came"))

    await accept(store, new("W-1", {"checked": True}, merge="part"))

    assert await states(store) == [("W-1", {"paid": True, "checked": True}, "parked")]
