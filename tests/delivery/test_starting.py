"""Engines that start together on an empty database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from engine.delivery.store import Store
from engine.journal.journal import Journal
from tests.postgres import Postgres


def test_engines_that_start_together_make_the_tables_once(postgres: Postgres) -> None:
    url = postgres.fresh()

    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: Store.open(url), range(8)))
        journals = list(pool.map(lambda _: Journal.open(url), range(8)))

    for one in (*stores, *journals):
        one.close()
