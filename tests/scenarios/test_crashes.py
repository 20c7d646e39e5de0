"""Engines are killed at random moments: every order answered 202 is in the ERP exactly once, no refused one is."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.serving import serving
from tests.installed import free_port
from tests.postgres import Postgres, running_postgres
from tests.scenarios.crashes import Engines, Erp, Shop, until

ORDERS, KILLS, CUSTOMERS = 3000, 20, 40


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


def assert_exactly_once(shop: Shop, erp: Erp) -> None:
    found = erp.count()
    assert {no: count for no, count in found.items() if count != 1} == {}
    assert shop.accepted - set(found) == set()
    assert shop.refused & set(found) == set()


def assert_in_order(erp: Erp) -> None:
    """Each customer's orders, as far as one poster sent them one after another."""
    for customer in range(CUSTOMERS):
        numbers = [int(no.removeprefix("W-")) for no in erp.of(f"C{customer}")]
        assert numbers == sorted(numbers)


@pytest.mark.timeout(900)
def test_nothing_is_lost_or_doubled_when_the_engine_is_killed_twenty_times(tmp_path: Path) -> None:
    chance, erp, port = random.Random(1), Erp(1, trouble=4), free_port()
    with serving(erp.app) as url:
        engines, shop = Engines(tmp_path, "sqlite:///engine.db", url), Shop([port])
        engines.start(port)
        posting = threading.Thread(target=shop.post, args=(list(range(ORDERS)), CUSTOMERS))
        posting.start()
        try:
            for kill in range(1, KILLS + 1):
                until(lambda so_far=kill * ORDERS / (KILLS + 1): len(shop.accepted) >= so_far, 240)
                time.sleep(chance.random() / 10)
                engines.kill(port)
                engines.start(port)
            posting.join(240)
            until(lambda: engines.open() == 0, 240)
        finally:
            engines.kill_all()

    assert_exactly_once(shop, erp)
    assert_in_order(erp)
    assert len(shop.accepted) > ORDERS - 2 * KILLS


@pytest.mark.timeout(900)
def test_of_two_engines_on_one_store_one_dies_for_good(tmp_path: Path, postgres: Postgres) -> None:
    erp, ports = Erp(2, trouble=4), [free_port(), free_port()]
    with serving(erp.app) as url:
        engines, shop = Engines(tmp_path, postgres.fresh(), url), Shop(ports)
        for port in ports:
            engines.start(port)
        until(lambda: _answers(ports), 60)
        posting = threading.Thread(target=shop.post, args=(list(range(1000)), CUSTOMERS))
        posting.start()
        try:
            until(lambda: len(shop.accepted) >= 400, 240)
            shop.ports = ports[1:]
            engines.kill(ports[0])
            posting.join(240)
            until(lambda: engines.open() == 0, 240)
        finally:
            engines.kill_all()

    assert_exactly_once(shop, erp)
    assert_in_order(erp)


def _answers(ports: list[int]) -> bool:
    import socket

    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return False
    return True
