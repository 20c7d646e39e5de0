"""Flows that read: page by page, from where they left off, nothing read twice and nothing forgotten."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from engine.delivery.reading import Begin
from engine.errors import MappingError, Refused
from engine.exchange import timestamp
from engine.runtime.intake.reading import Reading, Tally
from engine.runtime.records.pages import Range
from tests.flows.conftest import MakeFlows
from tests.flows.stage import BEGIN, FlowStage

MESSAGES = "\n  load: {steps: [{call: erp.post, save: done, body: =input}], failed: =done.failed}\n"


def stock(more: str = "", read: str = "call: erp.list", key: str = "key: =record.sku") -> str:
    return f"""
flows:
  stock:
    trigger: {{every: 1m}}
    read: {{{read}}}
    {key}
    send: load
    {more}
"""


BATCH = "batch: 3\n    input:\n      skus: =records[].sku"
CURSOR = "call: erp.list, query: {since: =cursor.n}, cursor: {start: {n: 0}, next: {n: =record.n}}"


def rows(*values: Any) -> dict[str, Any]:
    return {"rows": [value if isinstance(value, dict) else {"sku": value} for value in values]}


def asked(s: FlowStage) -> list[dict[str, str]]:
    queries = [request.url.query.decode() for request in s.erp.requests if request.method == "GET"]
    return [{name: value[0] for name, value in parse_qs(query).items()} for query in queries]


async def test_each_record_is_sent(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock())
    s.erp.on("GET /list", rows("A", "B"))
    s.erp.on("POST /orders", {})

    reading = await s.read("stock")
    await s.work()

    assert s.erp.bodies() == [{"sku": "A"}, {"sku": "B"}]
    assert reading.count == Tally(read=2, skipped=0, accepted=2)


async def test_the_cursor_can_be_the_time_at_which_the_reading_began(flows: MakeFlows) -> None:
    read = 'call: erp.list, query: {since: =cursor.at}, cursor: {start: {at: "2020-01-01"}, next: {at: =started}}'
    s = flows(MESSAGES, stock(read=read))
    s.erp.on("GET /list", rows("A", "B"))

    await s.read("stock")
    s.hands.at += 60
    await s.read("stock")

    assert asked(s) == [{"since": "2020-01-01"}, {"since": timestamp(BEGIN)}]
    assert (await s.store.position(s.live.flows["stock"].name)).cursor == {"at": timestamp(BEGIN + 60)}


async def test_records_go_in_batches_never_two_of_a_key(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock(BATCH))
    s.erp.on("GET /list", rows("A", "B", "A", "C", "D"))
    s.erp.on("POST /orders", {})

    await s.read("stock")
    await s.work()

    assert s.erp.bodies() == [{"skus": ["A", "B", "C"]}, {"skus": ["D"]}, {"skus": ["A"]}]


async def test_of_a_batch_the_good_ones_are_done_and_the_bad_ones_go_on_alone(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock(BATCH + "\n    delivery: {backoff: 10s..10s}"))
    s.erp.on("GET /list", rows("A", "B", "C"))
    wrong = {"failed": [{"index": 1, "error": "no such sku"}, {"index": 2, "error": "locked", "temporary": True}]}
    s.erp.on("POST /orders", wrong, {"failed": [{"error": "no such sku"}]}, {})

    await s.read("stock")
    await s.work()
    await s.work(30)

    assert s.erp.bodies() == [{"skus": ["A", "B", "C"]}, {"skus": ["B"]}, {"skus": ["C"]}]
    assert await s.states() == [("B", "parked", "no such sku")]


async def test_a_batch_that_is_refused_whole_is_tried_one_by_one(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock(BATCH))
    s.erp.on("GET /list", rows("A", "B"))
    s.erp.on("POST /orders", 400, {}, 400)

    await s.read("stock")
    await s.work()

    assert s.erp.bodies() == [{"skus": ["A", "B"]}, {"skus": ["A"]}, {"skus": ["B"]}]
    assert await s.states() == [("B", "parked", "status 400")]


async def test_only_the_latest_of_a_key_that_waits_is_sent(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock("delivery: {keep: latest}"))
    s.erp.on("GET /list", rows({"sku": "A", "qty": 1}), rows({"sku": "A", "qty": 2}))
    s.erp.on("POST /orders", {})

    await s.read("stock")
    await s.read("stock")
    await s.work()

    assert s.erp.bodies() == [{"sku": "A", "qty": 2}]


# -- the cursor ----------------------------------------------------------------------------------------------------


async def test_the_cursor_goes_on_where_it_was(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock(read=CURSOR))
    s.erp.on("GET /list", rows({"sku": "A", "n": 1}, {"sku": "B", "n": 5}), rows({"sku": "C", "n": 6}), rows())

    for _ in range(3):
        await s.read("stock")

    assert asked(s) == [{"since": "0"}, {"since": "5"}, {"since": "6"}]
    assert [one.payload["record"]["sku"] for one in await s.open()] == ["A", "B", "C"]


async def test_a_page_that_was_read_is_safe_when_the_next_cannot_be_had(flows: MakeFlows) -> None:
    read = CURSOR.replace("erp.list", "erp.pages")
    s = flows(MESSAGES, stock(read=read))
    s.erp.on("GET /pages", rows({"sku": "A", "n": 1}, {"sku": "B", "n": 2}), 400, rows({"sku": "C", "n": 3}))

    with pytest.raises(Refused):
        await s.read("stock")
    assert [one.key for one in await s.open()] == ["A", "B"]
    assert (await s.store.position(s.live.flows["stock"].name)).error == "status 400"
    await s.read("stock")

    assert [one["since"] for one in asked(s)] == ["0", "0", "2"]
    assert [one.key for one in await s.open()] == ["A", "B", "C"]


async def test_records_that_are_skipped_move_the_cursor_too(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock("when: =record.sell", read=CURSOR))
    s.erp.on("GET /list", rows({"sku": "A", "n": 1, "sell": False}), rows())

    first = await s.read("stock")
    await s.read("stock")

    assert first.count == Tally(read=1, skipped=1, accepted=0)
    assert asked(s) == [{"since": "0"}, {"since": "1"}]


async def test_what_was_saved_late_is_found_by_the_overlap(flows: MakeFlows) -> None:
    cursor = 'cursor: {start: {at: "1990-01-01T00:00:00Z"}, next: {at: =record.at}, overlap: 5m}'
    s = flows(MESSAGES, stock(read="call: erp.list, query: {since: =cursor.at}, " + cursor))
    s.erp.on("GET /list", rows({"sku": "A", "at": "2026-01-01T08:00:00Z"}), rows())

    await s.read("stock")
    await s.read("stock")

    assert [one["since"] for one in asked(s)] == ["1990-01-01T00:00:00Z", "2026-01-01T07:55:00Z"]


KEYSET = """
flows:
  stock:
    trigger: {every: 1m}
    read:
      call: sys.changes
      query: {after: =cursor.n}
      cursor: {start: {n: 0}, next: {n: =record.n}}
    key: =record.sku
    send: sys_load
"""


def by_keyset(flows: MakeFlows, *pages: Any) -> FlowStage:
    head = MESSAGES + "  sys_load: {reply: =input}\n"
    text = KEYSET.replace("sys.changes", "erp.changes")
    s = flows(head, text)
    s.erp.on("GET /changes", *pages)
    return s


async def test_keyset_pages_are_asked_for_with_the_new_cursor_until_a_short_one(flows: MakeFlows) -> None:
    s = by_keyset(flows, rows({"sku": "A", "n": 1}, {"sku": "B", "n": 2}), rows({"sku": "C", "n": 3}))

    await s.read("stock")

    assert [(one["after"], one["size"]) for one in asked(s)] == [("0", "2"), ("2", "2")]
    assert [one.key for one in await s.open()] == ["A", "B", "C"]


async def test_a_cursor_that_does_not_move_is_an_error_and_no_endless_loop(flows: MakeFlows) -> None:
    s = by_keyset(flows, rows({"sku": "A", "n": 0}, {"sku": "B", "n": 0}))

    with pytest.raises(MappingError, match="the cursor did not move"):
        await s.read("stock")


async def test_a_range_is_read_by_hand_and_the_cursor_stays(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock(read=CURSOR))
    s.erp.on("GET /list", rows({"sku": "A", "n": 9}), rows(*({"sku": str(n), "n": n} for n in (3, 10, 11))))
    await s.read("stock")

    backfill = await s.read("stock", Range({"n": 2}, {"n": "10"}))

    assert asked(s)[-1] == {"since": "2"}
    assert backfill.count.accepted == 2
    assert [one.key for one in await s.open()] == ["A", "3", "10"]
    assert (await s.store.position(s.live.flows["stock"].name)).cursor == {"n": 9}


# -- what a record lacks -------------------------------------------------------------------------------------------


async def test_a_record_without_a_key_is_parked_and_stops_no_other(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock())
    s.erp.on("GET /list", rows({"name": "no sku"}, "B"))

    await s.read("stock")

    first, second = await s.states()
    assert (first[:2], second) == (("", "parked"), ("B", "ready", ""))
    assert "the key of a record of acme.stock is null" in first[2]


async def test_lines_are_read_for_a_page_and_put_into_their_records(flows: MakeFlows) -> None:
    read = "call: erp.list, details: {lines: {call: erp.pages, query: {of: '=records[].no'}, match: no}}"
    s = flows(MESSAGES, stock(read=read, key="key: =record.no"))
    s.erp.on("GET /list", rows({"no": "1"}, {"no": "2"}))
    s.erp.on("GET /pages", rows({"no": "2", "sku": "X"}, {"no": "1", "sku": "Y"}), rows({"no": "2", "sku": "Z"}))

    await s.read("stock")

    assert [one.payload["record"] for one in await s.open()] == [
        {"no": "1", "lines": [{"no": "1", "sku": "Y"}]},
        {"no": "2", "lines": [{"no": "2", "sku": "X"}, {"no": "2", "sku": "Z"}]},
    ]
    assert parse_qs(s.erp.requests[1].url.query.decode())["of"] == ["1", "2"]


async def test_lines_belong_to_objects_only(flows: MakeFlows) -> None:
    read = "call: erp.list, value: '=records[].no', details: {lines: {call: erp.pages, match: no}}"
    s = flows(MESSAGES, stock(read=read, key=""))
    s.erp.on("GET /list", rows({"no": "1"}))

    with pytest.raises(MappingError, match="details belong to objects, and a record is none"):
        await s.read("stock")


async def test_a_flow_that_somebody_reads_is_not_read_again(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock())
    s.erp.on("GET /list", rows("A"))
    name, now = s.live.flows["stock"].name, s.clock.now()
    await s.store.begin(Begin(name, "another", now, now + 100, scheduled=False))

    assert not await Reading(s.engine, s.store, s.clock, s.live, s.live.flows["stock"]).run()
    assert s.erp.requests == []


async def test_a_reading_is_an_exchange_of_its_own_in_the_journal(flows: MakeFlows) -> None:
    s = flows(MESSAGES, stock())
    s.erp.on("GET /list", httpx.Response(500, text="down"))

    with pytest.raises(Refused):
        await s.read("stock")

    (exchange,) = s.stage.exchanges
    assert (exchange.message, exchange.status, exchange.error) == ("stock", "refused", "status 500: down")


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("", "is empty"),
        ("K" * 501, "has 501 characters; at most 500 can be looked up"),
        ("K\0", "holds the character NUL (\\u0000), which no database looks up"),
    ],
)
async def test_a_key_by_which_nothing_is_found_parks_one_and_stops_no_other(
    flows: MakeFlows, key: str, why: str
) -> None:
    s = flows(MESSAGES, stock())
    s.erp.on("GET /list", rows(key, "B"))

    await s.read("stock")

    assert await s.states() == [("", "parked", f"the key of a record of acme.stock {why}"), ("B", "ready", "")]


async def test_after_an_event_too_lines_are_put_into_the_record(flows: MakeFlows) -> None:
    s = flows(
        MESSAGES,
        """
events: {placed: {}}
flows:
  orders:
    trigger: {event: placed}
    read:
      call: erp.get
      path: {id: =event.no}
      details: {lines: {call: erp.pages, query: {of: "=records[].no", for: =event.by}, match: no}}
    send: load
""",
    )
    s.erp.on("GET /things/1", {"no": "1"})
    s.erp.on("GET /pages", rows({"no": "1", "sku": "X"}))
    s.erp.on("POST /orders", {})

    await s.post("placed", {"no": "1", "by": "shop"})
    await s.work()

    assert s.erp.bodies() == [{"no": "1", "lines": [{"no": "1", "sku": "X"}]}]
    assert {name: value for one in asked(s) for name, value in one.items() if name in ("of", "for")} == {
        "of": "1",
        "for": "shop",
    }
