"""Stores that are a journal, and stores that are none."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from engine.exchange import Exchange
from engine.journal import Filter, Journal, JournalUnusable, Search
from engine.journal.tables import VERSION
from engine.store_database import StoreUnusable
from tests.journal.exchanges import exchange
from tests.journal.stores import NOTHING, kept


def test_a_newer_store_is_refused(url: str) -> None:
    Journal.open(url).close()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("update journal_version set version = 99")
    connection.close()

    with pytest.raises(JournalUnusable, match=f"has version 99, this engine knows up to {VERSION}"):
        Journal.open(url)
    with pytest.raises(JournalUnusable, match="use the newer engine"):
        Search.open(url)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_older_store_is_brought_up_to_date(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    url = f"sqlite:///{tmp_path}/e.db" if kind == "sqlite" else request.getfixturevalue("postgres").fresh()
    old, new = exchange(ago=60), exchange()._replace(delivery="019d00000000000000000001", event="W-1")
    _keep(url, old)
    engine = create_engine(url)
    with engine.begin() as connection:
        for column in ("delivery", "event"):
            connection.execute(text(f"drop index journal_exchange_{column}"))
            connection.execute(text(f"alter table journal_exchange drop column {column}"))
        connection.execute(text("update journal_version set version = 1"))
    engine.dispose()
    with pytest.raises(JournalUnusable, match="made by an older engine"):
        Search.open(url)

    _keep(url, new)

    assert kept(url) == [new.id, old.id]
    assert kept(url, Filter(key="W-1")) == [new.id]


def _keep(url: str, one: Exchange) -> None:
    journal = Journal.open(url)
    journal.record(one, NOTHING)
    journal.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("engine.db", '"engine.db" is no database URL'),
        ("sqlite://", "would be gone with the process"),
        ("sqlite:///:memory:", "would be gone with the process"),
        ("nosuch://x", "is no database URL"),
        ("sqlite:////nowhere/at/all/engine.db", "there is no directory /nowhere/at/all"),
    ],
)
def test_a_store_that_cannot_be_one_is_refused_at_once(url: str, message: str) -> None:
    with pytest.raises(StoreUnusable, match=message):
        Journal.open(url)


def test_a_file_that_is_no_database_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("this is no database" * 100)

    with pytest.raises(JournalUnusable, match="file is not a database"):
        Journal.open(f"sqlite:///{tmp_path}/notes.txt")
    with pytest.raises(JournalUnusable, match="file is not a database"):
        Search.open(f"sqlite:///{tmp_path}/notes.txt")


def test_a_search_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(JournalUnusable, match="there is no store"):
        Search.open(f"sqlite:///{tmp_path}/engine.db")

    assert list(tmp_path.iterdir()) == []


def test_a_store_without_a_journal_is_said_to_have_none(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("create table delivery (id)"))
    engine.dispose()

    with pytest.raises(JournalUnusable, match="holds no journal yet"):
        Search.open(url)
