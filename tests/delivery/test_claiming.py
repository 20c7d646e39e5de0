"""What every store gives to engines: what is due, each delivery to one of them, of a key in order."""

from __future__ import annotations

from decimal import Decimal

from engine.delivery.claiming import Claim
from engine.delivery.delivery import Delivery
from engine.delivery.ending import Ending
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, ORDERS, STOCK, US, accept, claim, done, new, parked, states, values


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
