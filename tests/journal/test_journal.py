"""The journal in a database: what stands on the disk, crashes, readers beside it, retention."""

from __future__ import annotations

import signal
import sqlite3
import threading
import time
from pathlib import Path

from engine.journal import Filter, Journal
from engine.redaction import Redactor
from tests.journal.exchanges import answered, exchange, sent, value
from tests.journal.stores import NOTHING, QUICK, kept, running

RECORDING = """
import sys
from engine.journal import Journal
from engine.redaction import Redactor
from tests.journal.exchanges import exchange
journal = Journal.open(sys.argv[1])
while True:
    ids = [one.id for one in [exchange() for _ in range(50)] if not journal.record(one, Redactor())]
    journal.flush()
    print(*ids, flush=True)
"""


def test_no_secret_and_no_named_field_stands_in_the_files(tmp_path: Path, url: str) -> None:
    redactor = Redactor(["t0p&secret"], ["email"])
    body = '{"email":"ann@example.com","x":"t0p&secret"}'
    journal = Journal.open(url)

    journal.record(
        exchange(
            error="user t0p&secret is unknown",
            moments=(
                value({"email": "ann@example.com", "deep": [{"x": "t0p&secret"}]}),
                sent(body, url="https://e/?k=t0p%26secret&email=ann%40example.com", Authorization="Basic YW5uOmFubg=="),
                sent("<x><email>ann@example.com</email><k>t0p&amp;secret</k></x>"),
                answered(body, set_cookie="sid=ann-session"),
            ),
        ),
        redactor,
    )
    assert journal.flush()

    files = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"https://e/?k=***&email=***" in files
    for secret in (b"t0p", b"ann@", b"ann%40", b"YW5u", b"ann-session"):
        assert secret not in files
    journal.close()


def test_what_retention_deleted_is_gone_from_the_file(tmp_path: Path, url: str) -> None:
    journal = Journal.open(url)
    journal.record(exchange(ago=100, moments=(value("personal data"),)), NOTHING)
    journal.flush()
    journal.purge({"p21": 50})
    journal.flush()
    journal.close()

    assert b"personal data" not in (tmp_path / "engine.db").read_bytes()


def test_kill_9_loses_nothing_that_was_flushed(url: str) -> None:
    recording = running(RECORDING, url)
    assert recording.stdout is not None
    flushed = [id for _ in range(20) for id in recording.stdout.readline().split()]

    recording.send_signal(signal.SIGKILL)
    flushed += [id for line in recording.stdout if line.endswith("\n") for id in line.split()]
    recording.wait()
    recording.stdout.close()

    assert set(flushed) <= set(kept(url))
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    reopened = Journal.open(url)
    reopened.record(exchange(key="after the crash"), NOTHING)
    reopened.close()
    assert len(kept(url, Filter(key="after the crash"))) == 1


def test_two_read_while_one_writes(url: str) -> None:
    journal = Journal.open(url, QUICK)
    done, counts, errors = threading.Event(), [0, 0], []

    def read(reader: int) -> None:
        try:
            while not done.is_set():
                count = len(kept(url))
                assert count >= counts[reader]
                counts[reader] = count
            counts[reader] = len(kept(url))
        except Exception as error:
            errors.append(error)

    readers = [threading.Thread(target=read, args=(reader,)) for reader in (0, 1)]
    for reader in readers:
        reader.start()
    for _ in range(50):
        for _ in range(20):
            journal.record(exchange(), NOTHING)
        time.sleep(0.002)
    assert journal.flush()
    done.set()
    for reader in readers:
        reader.join()
    journal.close()

    assert (errors, counts, journal.lost) == ([], [1000, 1000], 0)


def test_two_engines_keep_their_exchanges_in_one_file(url: str) -> None:
    one, other = Journal.open(url, QUICK), Journal.open(url, QUICK)

    for _ in range(500):
        one.record(exchange(), NOTHING)
        other.record(exchange(), NOTHING)
    assert one.flush()
    assert other.flush()
    one.close()
    other.close()

    assert len(kept(url)) == 1000
    assert one.lost + other.lost == 0


def test_retention_works_in_many_small_steps_while_exchanges_come_in(url: str) -> None:
    journal = Journal.open(url, QUICK)
    for _ in range(1700):
        journal.record(exchange(ago=100), NOTHING)
    journal.flush()

    journal.purge({"p21": 50})
    young = exchange()
    journal.record(young, NOTHING)

    assert journal.flush()
    assert kept(url) == [young.id]
    journal.close()


def test_closing_writes_what_waits(url: str) -> None:
    journal = Journal.open(url)
    for _ in range(500):
        journal.record(exchange(), NOTHING)

    journal.close()

    assert len(kept(url)) == 500
