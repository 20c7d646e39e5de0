"""What engines on one store know together of connections that are offline."""

from __future__ import annotations

import asyncio

from engine.delivery.outages import Outage, Share, Try
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW
from tests.postgres import Postgres

A, B = "engine a", "engine b"


async def share(store: Store, owner: str = A, now: float = NOW, trying: tuple[str, ...] = (), **found: float | None):
    names = {f"acme.{name}": until for name, until in found.items()}
    return await store.share(Share(owner, names, [f"acme.{name}" for name in trying], now, now + 10))


async def may_try(store: Store, owner: str, now: float, lasts: float = 60.0) -> float | None:
    return await store.try_again(Try("acme.erp", owner, lasts, now, now + 10))


async def test_what_one_engine_finds_the_others_know(store: Store) -> None:
    await share(store, A, erp=NOW + 60)

    assert await share(store, B, shop=NOW + 30) == [
        Outage("acme.erp", NOW + 60, ""),
        Outage("acme.shop", NOW + 30, ""),
    ]
    assert await share(store, B, erp=None) == [Outage("acme.shop", NOW + 30, "")]


async def test_an_outage_that_goes_on_ends_later(store: Store) -> None:
    await share(store, A, erp=NOW + 60)
    await may_try(store, A, NOW + 61)

    assert await share(store, A, erp=NOW + 121) == [Outage("acme.erp", NOW + 121, "")]


async def test_after_its_time_one_of_all_engines_tries(store: Store) -> None:
    await share(store, A, erp=NOW + 60)

    asked = [await may_try(store, owner, now) for owner, now in ((A, NOW + 45), (B, NOW + 60), (A, NOW + 61))]

    assert asked == [15.0, 0.0, 1.0]
    assert await share(store, A, NOW + 61) == [Outage("acme.erp", NOW + 60, B)]


async def test_of_engines_that_ask_at_once_one_tries(store: Store) -> None:
    await share(store, A, erp=NOW)

    asked = await asyncio.gather(*[may_try(store, f"engine {number}", NOW + 1) for number in range(20)])

    assert sorted(asked, key=lambda wait: wait or 0.0) == [0.0, *[1.0] * 19]


async def test_nothing_is_tried_that_was_answered(store: Store) -> None:
    assert await may_try(store, A, NOW) is None


async def test_an_engine_that_dies_while_it_tries_is_followed_by_another(store: Store) -> None:
    await share(store, A, erp=NOW)
    await may_try(store, A, NOW)

    assert [await may_try(store, B, NOW + seconds) for seconds in (9, 10)] == [1.0, 0.0]


async def test_an_engine_that_goes_on_trying_is_left_alone(store: Store) -> None:
    await share(store, A, erp=NOW)
    await may_try(store, A, NOW)
    await share(store, A, NOW + 9, trying=("erp",))
    await share(store, B, NOW + 9, trying=("erp",))

    assert [await may_try(store, B, NOW + seconds) for seconds in (18, 19)] == [1.0, 0.0]


async def test_an_outage_by_a_clock_that_went_back_is_tried_at_once(store: Store) -> None:
    await share(store, A, erp=NOW + 3600)

    assert await may_try(store, A, NOW) == 0.0


async def test_who_watches_is_told_of_what_an_engine_in_another_process_finds(postgres: Postgres) -> None:
    url = postgres.fresh()
    ours, theirs = Store.open(url), Store.open(url)
    told = asyncio.Event()
    ours.watch_outages(told.set)

    async with asyncio.timeout(30):
        while not told.is_set():  # until it listens
            await share(theirs, B, erp=NOW + 60)
            await asyncio.sleep(0.05)
    ours.close()
    theirs.close()
