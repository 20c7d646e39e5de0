"""What every store does when attempts end: in time, too late, or not at all, as the engine has died."""

from __future__ import annotations

from decimal import Decimal

from engine.delivery.claiming import Keep
from engine.delivery.ending import Ending, Result
from engine.delivery.reading import Begin
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, ORDERS, STOCK, US, accept, claim, done, new, states, values


async def test_what_a_dead_engine_had_is_taken_over_when_its_lease_ends(store: Store) -> None:
    await accept(store, new("A", 1))
    await claim(store, owner="engine 2")

    await store.take_over(NOW + 29)
    assert values(await claim(store, now=NOW + 29)) == []
    await store.take_over(NOW + 31)
    (taken,) = await claim(store, now=NOW + 31)
    assert (taken.payload["record"], taken.attempts) == (1, 2)


async def test_a_lease_that_is_renewed_is_not_taken_over(store: Store) -> None:
    await accept(store, new("A", 1), new("B", 2))
    sequences = [one.sequence for one in await claim(store, owner="engine 2")]

    assert await store.keep(Keep("engine 2", sequences, NOW + 20, NOW + 60)) == 2
    assert await store.keep(Keep("engine 3", sequences, NOW + 20, NOW + 60)) == 0
    await store.take_over(NOW + 31)

    assert values(await claim(store, now=NOW + 31)) == []


async def test_what_an_engine_has_but_does_not_work_on_is_taken_over(store: Store) -> None:
    await accept(store, new("A", 1), new("B", 2))
    works_on, _ = await claim(store)

    await store.keep(Keep(US, [works_on.sequence], NOW + 20, NOW + 60))
    await store.take_over(NOW + 31)

    assert values(await claim(store, now=NOW + 31)) == [2]


async def test_who_lost_its_lease_ends_nothing(store: Store) -> None:
    await accept(store, new("A", 1), new("A", 2))
    late = await claim(store, owner="engine 2")
    await store.take_over(NOW + 31)
    again = await claim(store, now=NOW + 31)

    assert await done(store, *late, owner="engine 2") == [False]
    assert await states(store) == [("A", 1, "running"), ("A", 2, "waiting")]
    assert await done(store, *again) == [True]


async def test_what_a_once_call_gave_is_there_at_the_next_attempt(store: Store) -> None:
    await accept(store, new("A", 1))
    (first,) = await claim(store)
    await store.keep_result(Result(first.sequence, US, "order", {"no": Decimal("7.50")}))
    await store.keep_result(Result(first.sequence, US, "label", None))

    await store.take_over(NOW + 31)

    (again,) = await claim(store, now=NOW + 31)
    assert again.results == {"order": {"no": Decimal("7.50")}, "label": None}


async def test_a_clock_that_goes_back_delays_nothing(store: Store) -> None:
    await accept(store, new("A", 1))
    (first,) = await claim(store)
    await store.end([Ending(first, US, "ready", NOW, due=NOW + 5)])

    assert await store.rewind(NOW - 3600) == 1

    assert values(await claim(store, now=NOW - 3600)) == [1]


async def test_a_clock_that_goes_back_delays_nothing_that_waits_behind_another(store: Store) -> None:
    await accept(store, new("A", 1), new("A", 2))
    running = await claim(store)

    await store.rewind(NOW - 3600)
    await done(store, *running)

    assert values(await claim(store, now=NOW - 3600)) == [2]


async def test_what_a_dead_engine_had_is_taken_over_in_time_though_the_clock_went_back(store: Store) -> None:
    await accept(store, new("A", 1))
    await claim(store, owner="engine 2")

    await store.rewind(NOW - 3600)
    await store.take_over(NOW - 3600 + 29)
    assert values(await claim(store, now=NOW - 3600 + 29)) == []
    await store.take_over(NOW - 3600 + 31)

    assert values(await claim(store, now=NOW - 3600 + 31)) == [1]


async def test_a_flow_whose_reader_died_is_read_in_time_though_the_clock_went_back(store: Store) -> None:
    await store.begin(Begin(STOCK, "run 1", NOW, NOW + 120, scheduled=False))

    back = NOW - 3600
    assert await store.begin(Begin(STOCK, "run 2", back, back + 120, scheduled=False)) is not None


async def test_attempts_that_end_together_end_each_as_it_would_alone(store: Store) -> None:
    await accept(store, *[new(key, key) for key in "ABCDE"], new("A", "A2"), new("B", "B2"))
    a, b, c, d, e = await claim(store)
    await store.take_over(NOW + 31)
    (again,) = await claim(store, limit=1, now=NOW + 31, owner="engine 2")
    b, c, d, e = await claim(store, now=NOW + 31)

    ended = [
        Ending(a, US, "gone", NOW),
        Ending(b, US, "gone", NOW, digest="b"),
        Ending(c, US, "parked", NOW, error="no"),
    ]
    ended += [Ending(d, US, "ready", NOW, error="away"), Ending(e, US, "sent", NOW, due=NOW + 60, digest="e")]
    assert await store.end(ended) == [False, True, True, True, True]

    assert again.sequence == a.sequence
    assert await store.delivered(ORDERS, ["A", "B", "E"]) == {"B": "b", "E": "e"}
    assert sorted(await states(store)) == [
        ("A", "A", "running"),
        ("A", "A2", "waiting"),
        ("B", "B2", "ready"),
        ("C", "C", "parked"),
        ("D", "D", "ready"),
        ("E", "E", "sent"),
    ]


async def test_more_deliveries_end_together_than_a_statement_names(store: Store) -> None:
    await accept(store, *[new(str(number), number) for number in range(700)])
    running = await claim(store, limit=700)

    assert await done(store, *running, digest="d") == [True] * 700
    assert (await states(store), len(await store.delivered(ORDERS, [one.key for one in running]))) == ([], 700)


async def test_the_digest_of_what_was_delivered_last_is_kept(store: Store) -> None:
    await accept(store, new("A", 1), new("B", 2))
    one, two = await claim(store)

    await done(store, one, digest="d1")
    await store.end([Ending(two, US, "parked", NOW, digest="never")])

    assert await store.delivered(ORDERS, ["A", "B"]) == {"A": "d1"}
    await accept(store, new("A", 3))
    await done(store, *await claim(store), digest="d2")
    assert await store.delivered(ORDERS, ["A"]) == {"A": "d2"}
