"""Two engines on one staging database are killed at random moments: every order is in X3's tables exactly once, whole, and
its number is back in the shop."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import environment
from tests.fakes.certificates import Authority
from tests.fakes.orocommerce import OroCommerce
from tests.fakes.sagex3 import SageX3, lines, orders
from tests.fakes.serving import serving
from tests.postgres import Postgres, running_postgres
from tests.scenarios import staging
from tests.scenarios.crashes import free_port, until
from tests.scenarios.under_way import LINES, hasty
from tests.scenarios.world import PASSWORD, TOKEN

ORDERS = int(os.environ.get("STAGING_ORDERS", "150"))
KILLS = int(os.environ.get("STAGING_KILLS", "3"))


@pytest.fixture(scope="module")
def server(certificates: Authority) -> Iterator[Postgres]:
    with running_postgres(certificates) as made:
        yield made


@dataclass
class Engines:
    """Engines in processes of their own, on one store and one staging database."""

    folder: Path
    store: str
    settings: dict[str, str]
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, port: int) -> None:
        command = [sys.executable, "-m", "engine", "serve", "sagex3", "orocommerce", "--port", str(port)]
        self.running[port] = subprocess.Popen(
            [*command, "--store", self.store, "--lease", "4", "--integrations", "."],
            cwd=self.folder,
            env=environment(**self.settings),
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{port}.log").open("ab"),
        )

    def kill(self, port: int) -> None:
        process = self.running.pop(port)
        process.kill()
        process.wait()


class Posting(threading.Thread):
    """The shop posts its orders, to whichever engine takes them."""

    def __init__(self, numbers: list[str], ports: list[int]) -> None:
        super().__init__()
        self.numbers, self.ports = numbers, ports
        self.accepted: set[str] = set()

    def run(self) -> None:
        with httpx.Client(timeout=10, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
            for number in self.numbers:
                while number not in self.accepted:
                    self._post(client, number)

    def _post(self, client: httpx.Client, number: str) -> None:
        url = f"http://127.0.0.1:{random.choice(self.ports)}/v1/sagex3/events/order_placed"
        try:
            if client.post(url, json=order(number)).status_code == 202:
                self.accepted.add(number)
                return
        except httpx.TransportError:
            pass  # posted again: an order of a number is accepted once
        time.sleep(0.05)


def order(number: str) -> dict[str, Any]:
    items = [{"sku": f"I-{n}", "quantity": n, "unit_price": 4.125} for n in range(1, 4)]
    return {
        **{"order_no": number, "customer_id": "12625", "currency": "EUR", "items": items},
        "ordered_at": "2025-08-25T22:30:00Z",
    }


@pytest.mark.timeout(900)
def test_every_order_exactly_once_though_engines_are_killed(
    tmp_path: Path, server: Postgres, certificates: Authority
) -> None:
    chance = random.Random(5)
    x3, url = staging.staged(server)
    oro = OroCommerce(client_secret=PASSWORD)
    placed = [oro.place_order("PO 77", "12625", LINES) for _ in range(ORDERS)]
    numbers = [one.attributes["identifier"] for one in placed]
    folder = hasty(tmp_path)
    file = folder / "sagex3.yaml"
    file.write_text(file.read_text().replace("lasts: 10m", "lasts: 5s").replace("lasts: 60s", "lasts: 1s"))
    ports = [free_port(), free_port()]
    with serving(oro.app, certificates) as shop:
        settings = {
            **{"SAGEX3_URL": url, "SAGEX3_USER": staging.ROLE, "SAGEX3_PASSWORD": staging.PASSWORD},
            **{"SAGEX3_FOLDER": "public", "SAGEX3_CA": str(certificates.ca_file), "SAGEX3_EVERY": "1s"},
            **{"SAGEX3_SHOP_TOKEN": TOKEN, "OROCOMMERCE_URL": shop, "OROCOMMERCE_CLIENT": "client"},
            **{"OROCOMMERCE_SECRET": PASSWORD, "OROCOMMERCE_CA": str(certificates.ca_file)},
        }
        engines = Engines(folder, server.fresh(), settings)
        posting, over = Posting(numbers, ports), threading.Event()
        job = threading.Thread(target=_job, args=(x3, over))
        for port in ports:
            engines.start(port)
        posting.start()
        job.start()
        try:
            for kill in range(KILLS):
                reached = (kill + 1) * ORDERS / (KILLS + 1)
                until(lambda reached=reached: len(posting.accepted) >= reached, 240)
                time.sleep(chance.random())
                port = chance.choice(ports)
                engines.kill(port)
                engines.start(port)
            posting.join(240)
            until(lambda: _told(oro) == ORDERS, 300)
            until(lambda: set(x3.rows(orders, "ZSTA_0", "ZRES_0")) == {("D", "D")}, 60)
        finally:
            for port in list(engines.running):
                engines.kill(port)
            over.set()
            job.join()

    assert x3.taken == dict.fromkeys(numbers, 1)
    assert x3.broken == []
    assert x3.count(lines) == 3 * ORDERS
    x3.close()


def _job(x3: SageX3, over: threading.Event) -> None:
    """X3's job, again and again."""
    while not over.is_set():
        x3.run()
        time.sleep(0.2)


def _told(oro: OroCommerce) -> int:
    """How many orders of the shop know their number in X3."""
    return sum(one.attributes.get("externalId", "").startswith("SON") for one in list(oro.store["orders"].values()))
