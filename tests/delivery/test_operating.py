"""What every store shows to operators, and lets them do."""

from __future__ import annotations

from engine.delivery.operating import Discard, Filter, OpenCount, Resend
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, ORDERS, STOCK, accept, claim, new, parked, states, values


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
    await accept(store, new("A", 1), new("B", 2), new("C", 3, name=STOCK, exchange_key="WEB-7"))
    one, two = await claim(store)
    await parked(store, one, error="100% wrong")
    await parked(store, two, error="wrong_customer")

    async def keys(**filter: object) -> list[str]:
        return [found.key for found in await store.found(Filter(**filter))]  # type: ignore[arg-type]

    assert await keys() == ["A", "B", "C"]
    assert await keys(flow="stock") == ["C"]
    assert await keys(state="parked") == ["A", "B"]
    assert await keys(key="C") == await keys(key="WEB-7") == await keys(text="eb-7") == ["C"]
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
        OpenCount(ORDERS, "running", 1, NOW - 9),
        OpenCount(ORDERS, "waiting", 2, NOW - 9),
        OpenCount(STOCK, "ready", 1, NOW - 9),
    ]


async def test_all_are_found_so_many_at_a_time(store: Store) -> None:
    await accept(store, *[new(key, 1) for key in "ABCD"])

    portions = [[one.key for one in some] async for some in store.found_all(Filter(limit=3))]
    even = [[one.key for one in some] async for some in store.found_all(Filter(limit=2))]

    assert portions == [["A", "B", "C"], ["D"]]
    assert even == [["A", "B"], ["C", "D"]]
