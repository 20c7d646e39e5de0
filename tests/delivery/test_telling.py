"""What people have not been told of: each thing once for each entry, and anew when it happens again."""

from __future__ import annotations

from typing import Any

from engine.delivery.ending import Ending
from engine.delivery.operating import Filter, Resend
from engine.delivery.outages import Share
from engine.delivery.reading import Begin, End, NextReading
from engine.delivery.store import Store
from engine.delivery.telling import Ask, Told, Untold
from tests.delivery.deliveries import NOW, STOCK, US, accept, claim, new, parked

ALL = ("parked", "waiting", "offline", "online", "flow_failed", "confirm_late")


async def untold(
    store: Store, *, now: float = NOW, entry: str = "1", flows: tuple[str, ...] = (), **more: Any
) -> list[Untold]:
    return [*await store.untold(Ask("acme", entry, more.get("events", ALL), flows, now, 3600))]


async def tell(store: Store, found: list[Untold], *, now: float = NOW, entry: str = "1") -> None:
    await store.tell(Told("acme", entry, now, [(one.event, one.subject) for one in found]))


async def parked_one(store: Store, key: str = "A", error: str = "no") -> None:
    await accept(store, new(key))
    await parked(store, *await claim(store), error=error)


async def test_what_is_parked_is_told_once_by_each_entry(store: Store) -> None:
    await parked_one(store)

    (one,) = await untold(store)
    assert (one.event, one.flow, one.key, one.error, one.since) == ("parked", "orders", "A", "no", NOW)
    await tell(store, [one])

    assert await untold(store) == []
    assert await untold(store, entry="2") == [one]


async def test_what_is_resent_and_parked_anew_is_told_anew(store: Store) -> None:
    await parked_one(store)
    await tell(store, await untold(store))

    await store.resend(Resend(Filter(), NOW + 10))
    assert await untold(store, now=NOW + 10) == []
    for one in await claim(store, now=NOW + 10):
        await store.end([Ending(one, US, "parked", NOW + 20, error="no again")])

    assert [one.error for one in await untold(store, now=NOW + 20)] == ["no again"]


async def test_an_entry_may_be_of_some_flows_and_events_only(store: Store) -> None:
    await parked_one(store)
    assert await untold(store, flows=("stock",)) == []
    assert await untold(store, events=("offline", "waiting")) == []
    assert len(await untold(store, flows=("orders",))) == 1


async def test_what_waits_too_long_is_told_once(store: Store) -> None:
    await accept(store, new("A"))
    assert await untold(store, now=NOW + 3599) == []

    (one,) = await untold(store, now=NOW + 3600)
    assert (one.event, one.key, one.since) == ("waiting", "A", NOW)
    await tell(store, [one])
    assert await untold(store, now=NOW + 9999) == []


async def failed(store: Store, error: str, now: float) -> None:
    await store.plan(NextReading(STOCK, now, None))
    assert await store.begin(Begin(STOCK, US, now, now + 30, scheduled=False)) is not None
    await store.finish(End(STOCK, US, now, error))


async def test_a_flow_that_cannot_read_is_told_once_until_it_could(store: Store) -> None:
    await failed(store, "the ERP is away", NOW)
    found = await untold(store)
    assert found == [Untold("flow_failed", "stock", "", "stock", "the ERP is away", NOW)]
    await tell(store, found)

    await failed(store, "still away", NOW + 60)
    assert await untold(store) == []

    await failed(store, "", NOW + 120)
    assert await untold(store) == []
    await failed(store, "away again", NOW + 180)
    assert [one.error for one in await untold(store)] == ["away again"]


async def outage(store: Store, until: float | None, connection: str = "acme.erp") -> None:
    await store.share(Share(US, {connection: until}, [], NOW, NOW + 10))


async def test_an_outage_and_its_end_are_told_once_each(store: Store) -> None:
    await outage(store, NOW + 60)
    await outage(store, NOW + 60, "acme_two.erp")
    found = await untold(store)
    assert [(one.event, one.flow) for one in found] == [("offline", "acme.erp")]
    await tell(store, found)

    await outage(store, NOW + 120)
    assert await untold(store) == []

    await outage(store, None)
    found = await untold(store, now=NOW + 100)
    assert [(one.event, one.flow, one.since) for one in found] == [("online", "acme.erp", NOW)]
    await tell(store, found)
    assert await untold(store) == []

    await outage(store, NOW + 300)
    assert [one.event for one in await untold(store)] == ["offline"]


async def test_thousands_are_told_in_portions(store: Store) -> None:
    await accept(store, *[new(str(number)) for number in range(1100)])
    await parked(store, *await claim(store, 2000))

    first = await untold(store)
    await tell(store, first)
    rest = await untold(store)
    await tell(store, rest)

    assert (len(first), len(rest), await untold(store)) == (1000, 100, [])
    assert [one.key for one in first[:2]] == ["0", "1"]
