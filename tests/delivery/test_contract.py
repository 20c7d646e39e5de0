"""What every store does: in memory, in a file, in PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from engine.delivery.accepting import Batch
from engine.delivery.claiming import Claim, Keep
from engine.delivery.delivery import Delivery
from engine.delivery.ending import Ending, Result
from engine.delivery.merging import Abandoned
from engine.delivery.migrating import Reached
from engine.delivery.operating import Count, Discard, Filter, Resend
from engine.delivery.reading import Begin, End, LeaseLost, Plan, Position, Progress, Renew
from engine.delivery.remembering import EventId, Forget
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, ORDERS, STOCK, US, accept, claim, done, new, parked, states, values

# -- taking in and out ---------------------------------------------------------------------------------------------


async def test_a_delivery_is_kept_whole(store: Store) -> None:
    record = {"no": "00123", "total": Decimal("412.50000000"), "name": "Ünïcødé 😀", "nothing": None}
    one = new("K", record, exchange_key="WEB-1")

    await accept(store, one)

    (kept,) = await claim(store)
    assert kept == Delivery(
        1, ORDERS, one.id, "K", "WEB-1", "running", {"record": record}, 1, {}, "", NOW, NOW, since=NOW
    )  # fmt: skip
    assert str(kept.payload["record"]["total"]) == "412.50000000"


async def test_what_is_claimed_is_not_claimed_again(store: Store) -> None:
    await accept(store, new(value=1), new(value=2), new(value=3))

    assert values(await claim(store, 2)) == [1, 2]
    assert values(await claim(store, 2, owner="engine 2")) == [3]
    assert values(await claim(store)) == []


async def test_each_flow_is_claimed_for_itself(store: Store) -> None:
    await accept(store, new(value="order"), new(value="level", name=STOCK))

    assert values(await claim(store, name=STOCK)) == ["level"]
    assert values(await claim(store)) == ["order"]


async def test_what_is_not_due_waits_and_says_when_to_ask_again(store: Store) -> None:
    await accept(store, new(value="later", due=NOW + 60))

    claimed = await store.claim(Claim(ORDERS, US, 10, NOW, NOW + 30))

    assert (list(claimed.deliveries), claimed.next_due) == ([], NOW + 60)
    assert values(await claim(store, now=NOW + 60)) == ["later"]


async def test_what_is_done_is_gone(store: Store) -> None:
    await accept(store, new("K"), new())

    assert await done(store, *await claim(store)) == [True, True]
    assert await states(store) == []


# -- order per key -------------------------------------------------------------------------------------------------


async def test_of_a_key_one_goes_at_a_time_in_the_order_of_acceptance(store: Store) -> None:
    await accept(store, new("A", 1), new("A", 2), new("B", 3), new("A", 4))

    first = await claim(store)
    assert values(first) == [1, 3]
    assert values(await claim(store)) == []
    await done(store, *first)
    second = await claim(store)
    assert values(second) == [2]
    await done(store, *second)
    assert values(await claim(store)) == [4]


async def test_one_that_is_tried_again_later_keeps_its_place(store: Store) -> None:
    await accept(store, new("A", 1), new("A", 2))
    (first,) = await claim(store)

    await store.end([Ending(first, US, "ready", NOW, due=NOW + 5, error="away")])

    assert values(await claim(store)) == []
    (again,) = await claim(store, now=NOW + 5)
    assert (again.payload["record"], again.attempts, again.error) == (1, 2, "away")


async def test_an_attempt_that_does_not_count_is_not_counted(store: Store) -> None:
    await accept(store, new("A", 1))
    (first,) = await claim(store)

    await store.end([Ending(first, US, "ready", NOW, spent=False)])

    (again,) = await claim(store)
    assert again.attempts == 1


async def test_a_parked_one_holds_back_its_own_key_only(store: Store) -> None:
    await accept(store, new("A", 1), new("A", 2), new("B", 3))
    one, _ = await claim(store)

    await parked(store, one, error="no such customer")

    assert values(await claim(store)) == []
    assert await states(store) == [("A", 1, "parked"), ("A", 2, "waiting"), ("B", 3, "running")]


async def test_an_empty_key_is_no_order(store: Store) -> None:
    await accept(store, new("", 1), new("", 2))

    assert values(await claim(store)) == [1, 2]


# -- accepted once -------------------------------------------------------------------------------------------------


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


# -- replacing and merging -----------------------------------------------------------------------------------------


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


# -- engines that die ----------------------------------------------------------------------------------------------


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


# -- the operator --------------------------------------------------------------------------------------------------


async def test_a_parked_one_is_sent_again_from_the_first_attempt(store: Store) -> None:
    await accept(store, new("A", 1))
    await parked(store, *await claim(store), error="no such customer")

    (resent,) = await store.resend(Resend(Filter(text="customer"), NOW))

    assert (resent.state, resent.error) == ("parked", "no such customer")
    (again,) = await claim(store)
    assert (again.payload["record"], again.attempts) == (1, 1)


async def test_it_can_be_sent_with_another_payload(store: Store) -> None:
    await accept(store, new("A", {"qty": "ten"}))
    await parked(store, *await claim(store))

    (before,) = await store.resend(Resend(Filter(key="A"), NOW, {"record": {"qty": 10}}))

    assert before.payload == {"record": {"qty": "ten"}}
    assert values(await claim(store)) == [{"qty": 10}]


async def test_only_what_is_parked_is_sent_again(store: Store) -> None:
    await accept(store, new("A", 1), new("B", 2))
    await claim(store, 1)

    assert await store.resend(Resend(Filter(), NOW)) == []
    assert await states(store) == [("A", 1, "running"), ("B", 2, "ready")]


async def test_after_a_discarded_one_the_next_of_its_key_goes_on(store: Store) -> None:
    await accept(store, new("A", 1), new("A", 2))
    await parked(store, *await claim(store))

    (gone,) = await store.discard(Discard(Filter(key="A"), NOW, "a test"))

    assert gone.payload == {"record": 1}
    assert await states(store) == [("A", 2, "ready")]


async def test_the_filter_restricts(store: Store) -> None:
    await accept(store, new("A", 1), new("B", 2), new("C", 3, name=STOCK))
    one, two = await claim(store)
    await parked(store, one, error="100% wrong")
    await parked(store, two, error="wrong_customer")

    async def keys(**filter: object) -> list[str]:
        return [found.key for found in await store.found(Filter(**filter))]  # type: ignore[arg-type]

    assert await keys() == ["A", "B", "C"]
    assert await keys(flow="stock") == ["C"]
    assert await keys(state="parked") == ["A", "B"]
    assert await keys(text="100%") == ["A"]
    assert await keys(text="g_c") == ["B"]
    assert await keys(text="WRONG") == ["A", "B"]
    assert await keys(ids=(one.id,)) == ["A"]
    assert await keys(after=one.sequence, limit=1) == ["B"]
    assert await keys(integration="other") == []


async def test_what_is_open_is_counted(store: Store) -> None:
    await accept(store, new("A", 1), new("A", 2), new("A", 3), new("B", 4, name=STOCK), now=NOW - 9)
    await claim(store)

    assert await store.counts() == [
        Count(ORDERS, "running", 1, NOW - 9),
        Count(ORDERS, "waiting", 2, NOW - 9),
        Count(STOCK, "ready", 1, NOW - 9),
    ]


# -- flows that read -----------------------------------------------------------------------------------------------


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
    assert await store.plan(Plan(STOCK, NOW + 60, None))
    assert not await store.plan(Plan(STOCK, NOW + 61, None))

    assert await store.begin(Begin(STOCK, "run 1", NOW + 59, NOW + 90, scheduled=True)) is None
    assert await store.begin(Begin(STOCK, "run 1", NOW + 60, NOW + 90, scheduled=True)) is not None
    assert await store.plan(Plan(STOCK, NOW + 120, NOW + 60))
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
