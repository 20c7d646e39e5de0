"""What every store remembers of what is gone, and for how long: an event that comes again is accepted once."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from engine.delivery.accepting import Batch
from engine.delivery.remembering import EventId, Forget
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, ORDERS, accept, claim, done, new, states


async def test_an_event_that_comes_again_gets_the_same_answer_and_no_second_delivery(store: Store) -> None:
    first = await accept(store, new("A", 1), event="hook 1")

    again = await accept(store, new("A", 1), event="hook 1")

    assert (first.known, again.known) == (False, True)
    assert again.answer == first.answer
    assert await states(store) == [("A", 1, "ready")]


async def test_it_is_known_also_when_it_is_long_done(store: Store) -> None:
    first = await accept(store, new("A", 1), event="hook 1")
    await done(store, *await claim(store))

    again = await accept(store, new("A", 1), event="hook 1")

    assert (again.answer, again.known) == (first.answer, True)
    assert await states(store) == []


async def test_it_is_forgotten_after_its_time(store: Store) -> None:
    await accept(store, new("A", 1), event="hook 1")

    assert await store.forget(Forget(events=NOW, digests=0)) == 0
    assert await store.forget(Forget(events=NOW + 1, digests=0)) == 1
    assert not (await accept(store, new("A", 1), event="hook 1", now=NOW + 2)).known


async def test_much_is_forgotten_some_at_a_time(store: Store) -> None:
    one = EventId("acme", "placed", "")
    await store.accept_together([Batch([new()], NOW, replace(one, id=str(n)), "x") for n in range(1100)])

    assert [await store.forget(Forget(events=NOW + 1, digests=0)) for _ in range(4)] == [500, 500, 100, 0]


async def test_a_digest_is_forgotten_after_its_time(store: Store) -> None:
    await accept(store, new("A", 1), new("B", 2))
    await done(store, *await claim(store), digest="d")

    assert await store.forget(Forget(events=0, digests=NOW)) == 0
    assert await store.forget(Forget(events=0, digests=NOW + 1)) == 2
    assert await store.delivered(ORDERS, ["A"]) == {}


async def test_the_same_event_twice_at_once_is_accepted_once(store: Store) -> None:
    answers = await asyncio.gather(*[accept(store, new("A", n), event="hook 1") for n in range(20)])

    assert len({one.answer for one in answers}) == 1
    assert sorted(one.known for one in answers) == [False] + [True] * 19
    assert len(await states(store)) == 1
