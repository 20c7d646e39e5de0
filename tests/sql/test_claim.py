"""Each row is taken by one engine only, and what became of it is written back, whatever breaks between."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.calls import Call, Flawed
from engine.delivery.operating import Filter, Resend
from engine.delivery.store import Store
from engine.exchange import Trace
from engine.runtime.by_hand.dry_run import DryRun, Failure
from tests.sql.flows import Taker
from tests.sql.site import Site, header, line, pages, send


def rows(*numbers: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {"ORDER_NO": number, "STATUS": "N", "NAME": "Acme", "PLACED_ON": "2025-08-25", **more} for number in numbers
    ]


async def put(site: Site, *numbers: str, **more: Any) -> None:
    """Rows as the other side writes them; `PLACED_ON` as its own database takes days."""
    day = "2025-08-25" if site.url.startswith("sqlite") else date(2025, 8, 25)
    site.put(header, *({**row, "PLACED_ON": day} for row in rows(*numbers, **more)))


async def old_leases(site: Site) -> None:
    """The engines that took rows have not said for long that they work on them."""
    long_ago = "2020-01-01 00:00:00.000000" if site.url.startswith("sqlite") else datetime(2020, 1, 1)
    site.run(sa.update(header).values(TAKEN_AT=long_ago))


@pytest.fixture
async def taker(site: Site, tmp_path: Path) -> AsyncIterator[Callable[..., Taker]]:
    made: list[Taker] = []

    def make(**how: Any) -> Taker:
        made.append(Taker(site, how.pop("store", None) or Store.open(), tmp_path, **how))
        return made[-1]

    yield make
    for one in made:
        await one.aclose()


# -- taking ------------------------------------------------------------------------------------------------------------


async def test_rows_that_wait_are_taken_in_order(site: Site) -> None:
    await put(site, "3", "1", "2")
    await put(site, "4", STATUS="D")

    found = await pages(site.open(), "waiting")

    assert [[(row["ORDER_NO"], row["STATUS"]) for row in page] for page in found] == [
        [("3", "P"), ("1", "P"), ("2", "P")]
    ]
    assert found[0][0]["TAKEN_AT"] is not None
    assert site.rows(header, "STATUS") == [("P",), ("P",), ("P",), ("D",)]


async def test_more_than_the_limit_are_taken_by_and_by(site: Site) -> None:
    await put(site, *map(str, range(7)))

    db = site.open("""
        waiting:
          {type: claim, table: HEADER, query: {STATUS: N}, take: {STATUS: P}, done: {STATUS: D}, failed: {STATUS: E},
           limit: 3, lease: {column: TAKEN_AT}}
    """)
    found = await pages(db, "waiting")

    assert [len(page) for page in found] == [3, 3, 1]


async def test_two_engines_that_take_at_the_same_time_share_the_rows(site: Site) -> None:
    await put(site, *(str(number) for number in range(120)))
    engines = [site.open(), site.open()]

    found = await asyncio.gather(*[pages(engines[number % 2], "waiting") for number in range(4)])

    taken = Counter(row["ORDER_NO"] for claims in found for page in claims for row in page)
    assert taken == Counter(str(number) for number in range(120))


async def test_rows_of_an_engine_that_died_are_taken_again_when_their_lease_has_ended(site: Site) -> None:
    await put(site, "1")
    await pages(site.open(), "waiting")

    assert await pages(site.open(), "waiting") == [[]]
    await old_leases(site)
    (again,) = await pages(site.open(), "waiting")

    assert [row["ORDER_NO"] for row in again] == ["1"]
    assert await pages(site.open(), "waiting") == [[]]


async def test_a_row_that_holds_what_cannot_be_read_spoils_no_other(site: Site) -> None:
    await put(site, "1", DROP_SHIP=7)
    await put(site, "2", DROP_SHIP=2)

    ((first, second),) = await pages(site.open(), "waiting")

    assert isinstance(first, Flawed)
    assert first.flaw == "HEADER.DROP_SHIP: there is neither 2 (yes) nor 1 (no) in it"
    assert (second["ORDER_NO"], second["DROP_SHIP"]) == ("2", True)


# -- writing back ------------------------------------------------------------------------------------------------------


async def test_what_became_of_each_row_is_written_back(site: Site, taker: Callable[..., Taker]) -> None:
    await put(site, "1")
    await put(site, "2", NAME="unknown")
    await put(site, "3", NAME="skip")
    await put(site, "4", DROP_SHIP=7)
    engine = taker()

    reading = await engine.read()
    assert (reading.count.read, reading.count.skipped, reading.count.accepted) == (4, 1, 3)
    assert site.rows(header, "STATUS") == [("P",), ("P",), ("D",), ("E",)]
    assert await engine.work() == 2

    assert site.rows(header, "STATUS", "MESSAGE") == [
        ("D", None),
        ("E", "the shop does not know 2"),
        ("D", None),
        ("E", "HEADER.DROP_SHIP: there is neither 2 (yes) nor 1 (no) in it"),
    ]
    assert await engine.states() == [
        ("2", "parked", "the shop does not know 2"),
        ("", "parked", "HEADER.DROP_SHIP: there is neither 2 (yes) nor 1 (no) in it"),
    ]
    assert site.rows(line, "ORDER_NO") == [("1",)]


async def test_a_parked_record_that_is_sent_again_is_written_back_as_done(
    site: Site, taker: Callable[..., Taker]
) -> None:
    await put(site, "2", NAME="unknown")
    engine = taker()
    await engine.read()
    await engine.work()
    (parked,) = await engine.store.found(Filter(state="parked"))

    mended = {"record": {**parked.payload["record"], "NAME": "Acme"}}
    await engine.store.resend(Resend(Filter(ids=(parked.id,)), engine.clock.now(), mended))
    await engine.work()

    assert site.rows(header, "STATUS") == [("D",)]
    assert await engine.states() == []


async def test_a_row_that_comes_again_after_its_delivery_ended_is_delivered_again(
    site: Site, taker: Callable[..., Taker]
) -> None:
    await put(site, "1")
    engine = taker(more=[("mode: insert", "mode: upsert")])
    await engine.read()
    await engine.work()

    site.run(sa.update(header).values(STATUS="N"))
    await engine.read()

    assert await engine.work() == 1
    assert site.rows(header, "STATUS") == [("D",)]


async def test_a_parked_row_that_the_other_side_mends_takes_the_place_of_the_parked_delivery(
    site: Site, taker: Callable[..., Taker]
) -> None:
    await put(site, "1", DROP_SHIP=7)
    engine = taker()
    await engine.read()

    site.run(sa.update(header).values(STATUS="N", DROP_SHIP=2))
    await engine.read()
    assert [state for _, state, _ in await engine.states()] == ["ready"]
    await engine.work()

    assert await engine.states() == []
    assert site.rows(header, "STATUS") == [("D",)]


async def test_a_row_whose_lease_ends_while_its_delivery_waits_is_not_delivered_twice(
    site: Site, taker: Callable[..., Taker]
) -> None:
    await put(site, "1")
    engine = taker()
    await engine.read()
    await old_leases(site)
    await engine.read()
    site.run(sa.update(header).values(STATUS="N"))
    await engine.read()

    assert await engine.work() == 1
    assert await engine.work() == 0
    assert site.rows(line, "ORDER_NO") == [("1",)]


async def test_rows_under_way_are_renewed_so_that_an_engine_with_another_store_leaves_them_alone(
    site: Site, taker: Callable[..., Taker]
) -> None:
    await put(site, "1")
    one, other = taker(), taker(owner="engine 2")
    await one.read()
    await old_leases(site)

    await one.read()
    await other.read()

    assert (await other.states(), [state for _, state, _ in await one.states()]) == ([], ["ready"])


async def test_an_engine_that_died_between_taking_and_keeping_loses_nothing(
    site: Site, taker: Callable[..., Taker]
) -> None:
    await put(site, "1")
    await pages(site.open(), "waiting")  # taken, and never kept
    await old_leases(site)
    engine = taker()

    await engine.read()
    await engine.work()

    assert site.rows(header, "STATUS") == [("D",)]
    assert site.rows(line, "ORDER_NO") == [("1",)]


async def test_what_was_sent_is_not_sent_again_because_the_row_could_not_be_written(
    site: Site, taker: Callable[..., Taker]
) -> None:
    await put(site, "1")
    engine = taker(more=[("done: {STATUS: D}", "done: {STATUS: D, MESSAGE: =reply.order}")])
    await engine.read()
    site.run(sa.text("ALTER TABLE " + _quoted(site, "HEADER") + " RENAME TO " + _quoted(site, "AWAY")))

    await engine.work()
    ((key, state, _),) = await engine.states()
    assert (key, state) == ("1", "ready")
    site.run(sa.text("ALTER TABLE " + _quoted(site, "AWAY") + " RENAME TO " + _quoted(site, "HEADER")))
    assert await engine.work(60) == 1

    assert await engine.states() == []
    assert site.rows(header, "STATUS", "MESSAGE") == [("D", "1")]
    assert site.rows(line, "ORDER_NO") == [("1",)]  # inserted: a second sending would have failed


async def test_what_would_be_taken_is_looked_at_and_stays_for_others(site: Site, taker: Callable[..., Taker]) -> None:
    await put(site, "3", "1", "2")
    await put(site, "4", STATUS="D")
    await put(site, "5", DROP_SHIP=7)
    engine = taker()

    looked = [page async for page in site.open().pages(Call("waiting", dry=True), Trace(payloads=False))]
    failures: list[Failure] = []
    trial = DryRun(engine.engine, engine.live, engine.flow, failures.append)
    await trial.run(None)

    assert [(row["ORDER_NO"], row["STATUS"]) for page in looked for row in page.records or []] == [
        *(("3", "P"), ("1", "P"), ("2", "P"), ("5", "P"))
    ]
    assert (trial.count.read, trial.count.fit) == (4, 3)
    assert [one.error for one in failures] == ["HEADER.DROP_SHIP: there is neither 2 (yes) nor 1 (no) in it"]
    assert site.rows(header, "STATUS", "TAKEN_AT") == [
        *(("N", None), ("N", None), ("N", None), ("D", None), ("N", None))
    ]


async def test_a_claim_answers_as_many_rows_as_there_are(site: Site) -> None:
    await put(site, "1", "2")

    assert [row["ORDER_NO"] for row in (await send(site.open(), "waiting")).body] == ["1", "2"]


def _quoted(site: Site, name: str) -> str:
    return site.own.dialect.identifier_preparer.quote_identifier(name)
