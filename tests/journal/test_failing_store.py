"""A store that fails, and a queue that is full: exchanges are counted, nothing else happens."""

from __future__ import annotations

import asyncio
import logging

import pytest

from engine.exchange import Moment
from engine.journal import Filter, Journal, Limits, Search
from tests.journal.exchanges import exchange, value
from tests.journal.stores import NOTHING, QUICK, kept, locked, running

FILLING = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
from engine.journal import Journal, Limits
from engine.redaction import Redactor
from tests.journal.exchanges import exchange
journal = Journal.open(sys.argv[1], Limits(waiting=100, retry=(0.01, 0.02), closing=0.1))
for _ in range(40):
    for _ in range(100):
        journal.record(exchange(), Redactor())
    journal.flush(0.05)
journal.close()
print(journal.lost)
"""


def test_an_exchange_that_the_database_does_not_take_is_counted_and_the_others_are_kept(url: str) -> None:
    journal = Journal.open(url, QUICK)
    good, twice = [exchange() for _ in range(5)], exchange()  # twice: its first commit was kept, and nobody knew

    for one in (*good, twice, twice):
        journal.record(one, NOTHING)
    journal.record(exchange(moments=(Moment(100, 0, object(), None),)), NOTHING)  # type: ignore[arg-type]

    assert journal.flush()
    assert len(kept(url)) == 6
    assert journal.lost == 1
    journal.close()


def test_a_full_queue_loses_payloads_first(url: str) -> None:
    journal = Journal.open(url, Limits(payload_bytes=20_000))
    with locked(url):
        for _ in range(10):
            journal.record(exchange(moments=(value("x"),)), NOTHING)
        assert (journal.lost, journal.stripped) == (0, 6)

    assert journal.flush()
    search = Search.open(url)
    payloads = [search.get(entry.id).moments[0].payload for entry in search.entries(Filter())]
    assert payloads.count('"x"') == 4
    assert payloads.count(None) == 6
    search.close()
    journal.record(exchange(moments=(value("room again"),)), NOTHING)
    assert journal.flush()
    assert journal.stripped == 6
    journal.close()


def test_a_full_queue_then_loses_exchanges_and_says_how_many(url: str, caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal.open(url, Limits(waiting=50, batch=10))
    with locked(url):
        for _ in range(100):
            journal.record(exchange(), NOTHING)
    journal.close()

    assert 40 <= journal.lost <= 50
    assert len(kept(url)) == 100 - journal.lost
    assert f"could not keep {journal.lost} exchanges" in caplog.text


def test_a_locked_store_is_tried_again(url: str, caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal.open(url, QUICK)
    with locked(url):
        journal.record(exchange(), NOTHING)
        while not caplog.records:
            assert not journal.flush(0.1)
        journal.record(exchange(), NOTHING)

    assert journal.flush()
    assert (len(kept(url)), journal.lost) == (2, 0)
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING]
    journal.close()


def test_a_read_only_store_costs_exchanges_and_nothing_else(url: str, caplog: pytest.LogCaptureFixture) -> None:
    Journal.open(url).close()
    read_only = url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true"

    journal = Journal.open(read_only, QUICK)
    for _ in range(3):
        journal.record(exchange(), NOTHING)
    while not caplog.records:
        flushed = journal.flush(0.1)
    journal.close()

    assert (flushed, journal.lost) == (False, 3)
    assert [record.message.partition(":")[0] for record in caplog.records if "trying again" in record.message] != []
    assert sum("trying again" in record.message for record in caplog.records) == 1


def test_a_full_disk_costs_exchanges_and_nothing_else(url: str) -> None:
    filling = running(FILLING, url)
    printed, _ = filling.communicate(timeout=100)

    assert filling.returncode == 0
    assert 0 < int(printed) < 4000
    assert len(kept(url)) == 4000 - int(printed)


def test_an_exchange_after_the_end_is_counted(url: str) -> None:
    journal = Journal.open(url)
    journal.close()

    journal.record(exchange(), NOTHING)

    assert (journal.lost, journal.flush()) == (1, True)


async def test_the_event_loop_records_and_never_waits_for_the_store(url: str) -> None:
    journal = Journal.open(url, QUICK)
    with locked(url):
        for _ in range(200):
            journal.record(exchange(), NOTHING)
            await asyncio.sleep(0)
        assert journal.lost == 0

    assert await asyncio.to_thread(journal.flush)
    assert len(kept(url)) == 200
    journal.close()
