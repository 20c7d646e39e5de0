"""Sent is not done: what every store does with deliveries that wait for an answer."""

from __future__ import annotations

import pytest

from engine.delivery.accepting import Batch
from engine.delivery.claiming import Claim
from engine.delivery.confirming import Answer, Answered, Late, OfRecord
from engine.delivery.delivery import NEVER, Delivery
from engine.delivery.ending import Ending, Result
from engine.delivery.operating import Discard, Filter, OpenCount, Resend
from engine.delivery.reading import Begin, LeaseLost, Progress
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, ORDERS, STOCK, US, accept, claim, done, new, parked, states, values

HOUR = 3600.0


async def send(store: Store, *deliveries: Delivery, **more: object) -> None:
    for one in deliveries:
        await store.end([Ending(one, US, "sent", NOW, due=NOW + HOUR, **more)])  # type: ignore[arg-type]


async def sent(store: Store, key: str = "W-1", value: object = 1, **more: object) -> Delivery:
    """A delivery that waits for its answer."""
    await accept(store, new(key, value))
    (one,) = await claim(store)
    await send(store, one, **more)
    return one


async def answer(store: Store, *answers: tuple[str, str]) -> list[str]:
    """Key and refusal of each; gives what came of them."""
    given = [Answer(ORDERS, key, NOW + 5, refused) for key, refused in answers]
    return [one.became for one in await store.accept_answering(Batch([], NOW, answers=given))]


async def test_what_is_sent_waits_is_not_claimed_and_holds_back_its_own_key(store: Store) -> None:
    one = await sent(store)
    await accept(store, new("W-1", 2), new("W-2", 3))

    assert values(await claim(store)) == [3]
    assert await states(store) == [("W-1", 1, "sent"), ("W-1", 2, "waiting"), ("W-2", 3, "running")]
    (kept,) = await store.found(Filter(state="sent"))
    assert (kept.id, kept.due, kept.since, kept.attempts) == (one.id, NOW + HOUR, NOW, 1)
    claimed = await store.claim(Claim(ORDERS, US, 10, NOW, NOW + 30))
    assert claimed.next_due is None


async def test_it_waits_also_when_engines_die(store: Store) -> None:
    await sent(store)

    await store.take_over(NOW + 10 * HOUR)

    assert await states(store) == [("W-1", 1, "sent")]


async def test_a_yes_ends_it_and_the_next_of_its_key_goes(store: Store) -> None:
    one = await sent(store)
    await accept(store, new("W-1", 2))

    given = Answer(ORDERS, "W-1", NOW + 5)
    (answered,) = await store.accept_answering(Batch([], NOW, answers=[given]))

    assert answered == Answered(given, "done", one.id)
    assert values(await claim(store)) == [2]


async def test_a_no_parks_it_with_the_words_of_the_other_side(store: Store) -> None:
    await sent(store)
    await accept(store, new("W-1", 2))

    assert await answer(store, ("W-1", "no such customer")) == ["parked"]

    (kept,) = await store.found(Filter(state="parked"))
    assert (kept.error, kept.parked_from, kept.attempts) == ("no such customer", "sent", 1)
    assert values(await claim(store)) == []


async def test_a_yes_after_a_no_ends_it(store: Store) -> None:
    await sent(store)

    assert await answer(store, ("W-1", "no such customer"), ("W-1", "")) == ["parked", "done"]
    assert await states(store) == []


async def test_an_answer_to_nothing_changes_nothing(store: Store) -> None:
    await accept(store, new("A", 1), new("A", 2), new("B", 3, name=STOCK))

    assert await answer(store, ("A", "no"), ("B", ""), ("C", "")) == ["unasked"] * 3
    assert await states(store) == [("A", 1, "ready"), ("A", 2, "waiting"), ("B", 3, "ready")]


@pytest.mark.parametrize(("refused", "left"), [("", []), ("no", [("W-1", 1, "parked")])])
async def test_an_answer_that_comes_before_it_is_recorded_as_sent_counts(
    store: Store, refused: str, left: list[object]
) -> None:
    await accept(store, new("W-1", 1))
    (running,) = await claim(store)

    assert await answer(store, ("W-1", refused)) == ["kept"]
    assert await states(store) == [("W-1", 1, "running")]
    await send(store, running)

    assert await states(store) == left


async def test_an_early_answer_survives_an_engine_that_died_after_sending(store: Store) -> None:
    await accept(store, new("W-1", 1))
    await claim(store, owner="engine 2")
    await store.take_over(NOW + 31)

    assert await answer(store, ("W-1", "")) == ["kept"]
    await send(store, *await claim(store, now=NOW + 31))

    assert await states(store) == []


@pytest.mark.parametrize("state", ["ready", "parked"])
async def test_an_answer_to_one_that_may_have_arrived_is_kept(store: Store, state: str) -> None:
    await accept(store, new("W-1", 1))
    (first,) = await claim(store)
    await store.end([Ending(first, US, state, NOW, error="timeout")])  # type: ignore[arg-type]

    assert await answer(store, ("W-1", "")) == ["kept"]
    await store.resend(Resend(Filter(), NOW))
    await send(store, *await claim(store))

    assert await states(store) == []


async def test_a_no_that_was_kept_does_not_count_when_it_is_sent_again(store: Store) -> None:
    await accept(store, new("W-1", 1))
    await parked(store, *await claim(store), error="timeout")

    assert await answer(store, ("W-1", "no")) == ["kept"]
    await store.resend(Resend(Filter(), NOW))
    await send(store, *await claim(store))

    assert await states(store) == [("W-1", 1, "sent")]


async def test_an_answer_that_is_late_is_told_once_and_still_waited_for(store: Store) -> None:
    one = await sent(store)

    assert await store.late(NOW + HOUR - 1) == []
    assert await store.late(NOW + HOUR) == [Late(ORDERS, one.id, "W-1", NOW)]
    assert await store.late(NOW + 2 * HOUR) == []

    (kept,) = await store.found(Filter())
    assert (kept.state, kept.error, kept.due) == ("sent", "no answer came in time", NEVER)
    assert await store.counts() == [OpenCount(ORDERS, "sent", 1, NOW, late=1)]
    assert await answer(store, ("W-1", "")) == ["done"]


async def test_a_clock_that_goes_back_gives_an_answer_the_time_it_had(store: Store) -> None:
    await sent(store)

    await store.rewind(NOW - 10 * HOUR)

    assert await store.late(NOW - 9 * HOUR - 1) == []
    assert len(await store.late(NOW - 9 * HOUR)) == 1


async def test_what_was_refused_is_made_anew_when_it_is_sent_again(store: Store) -> None:
    await accept(store, new("W-1", 1))
    (one,) = await claim(store)
    await store.keep_result(Result(one.sequence, US, "2", {"no": 7}))
    await send(store, one, digest="d")
    assert await store.delivered(ORDERS, ["W-1"]) == {"W-1": "d"}
    await answer(store, ("W-1", "no"))
    assert await store.delivered(ORDERS, ["W-1"]) == {}

    await store.resend(Resend(Filter(), NOW, {"record": 2}))

    (again,) = await claim(store)
    assert (again.payload, again.results, again.attempts, again.error) == ({"record": 2}, {}, 1, "")


async def test_what_waits_for_an_answer_is_sent_again_only_where_it_is_named(store: Store) -> None:
    one = await sent(store, digest="d")
    assert await store.resend(Resend(Filter(), NOW)) == []
    assert await store.resend(Resend(Filter(flow="orders", state="parked"), NOW)) == []

    (resent,) = await store.resend(Resend(Filter(ids=(one.id,)), NOW))

    assert resent.state == "sent"
    assert await store.delivered(ORDERS, ["W-1"]) == {}
    assert [(kept.state, kept.error) for kept in await store.found(Filter())] == [
        ("ready", "sent again before an answer came")
    ]


async def test_the_answer_to_the_first_sending_counts_though_it_is_to_be_sent_again(store: Store) -> None:
    await sent(store)
    await store.resend(Resend(Filter(state="sent"), NOW))

    assert await answer(store, ("W-1", "")) == ["kept"]
    await send(store, *await claim(store))

    assert await states(store) == []


async def test_what_waits_for_an_answer_can_be_discarded(store: Store) -> None:
    await sent(store, digest="d")
    await accept(store, new("W-1", 2))

    assert await store.discard(Discard(Filter(), NOW, "by mistake")) == []
    assert len(await store.discard(Discard(Filter(state="sent"), NOW, "the ERP lost it"))) == 1

    assert await states(store) == [("W-1", 2, "ready")]
    assert await store.delivered(ORDERS, ["W-1"]) == {}


async def test_answers_are_given_with_the_cursor_that_covers_them_or_not_at_all(store: Store) -> None:
    await sent(store)
    await store.begin(Begin(STOCK, "run 1", NOW, NOW + 30, scheduled=False))
    answers = [Answer(ORDERS, "W-1", NOW)]

    lost = Progress(STOCK, "another run", {"n": 1})
    with pytest.raises(LeaseLost):
        await store.accept_answering(Batch([new("W-1", 1, name=STOCK)], NOW, progress=lost, answers=answers))
    assert await states(store) == [("W-1", 1, "sent")]

    mine = Progress(STOCK, "run 1", {"n": 1})
    await store.accept_answering(Batch([new("W-1", 9, name=STOCK)], NOW, progress=mine, answers=answers))
    assert await states(store) == [("W-1", 9, "ready")]


async def test_the_record_of_a_delivery_answers_once_however_often_it_is_tried(store: Store) -> None:
    await sent(store)
    await accept(store, new("W-1", "answer", name=STOCK))
    (asking,) = await claim(store, name=STOCK)
    answers = [Answer(ORDERS, "W-1", NOW)]

    async def given(owner: str) -> list[str]:
        return [one.became for one in await store.answer(OfRecord(asking.sequence, owner, answers))]

    assert await given("who lost its lease") == []
    assert await given(US) == ["done"]
    await sent(store, value=2)
    assert await given(US) == []
    assert ("W-1", 2, "sent") in await states(store)


async def test_what_is_newer_waits_behind_what_is_sent(store: Store) -> None:
    await accept(store, new("EMT-05", 860, latest=True))
    await send(store, *await claim(store))

    await accept(store, new("EMT-05", 859, latest=True))
    await accept(store, new("EMT-05", 858, latest=True))

    assert await states(store) == [("EMT-05", 860, "sent"), ("EMT-05", 858, "waiting")]
    assert await answer(store, ("EMT-05", "")) == ["done"]
    assert await done(store, *await claim(store)) == [True]
