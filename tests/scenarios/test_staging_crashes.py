"""Two engines reach one staging database through SSH; they and the tunnel are killed at random moments: every order is in X3's
tables exactly once, whole, and its number is back in the shop.

At full size: STAGING_ORDERS=5000 STAGING_KILLS=24.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import environment
from tests.fakes.certificates import Authority
from tests.fakes.orocommerce import OroCommerce
from tests.fakes.sagex3 import SageX3, customers, lines, orders
from tests.fakes.serving import serving
from tests.installed import free_port
from tests.openssh import OpenSsh, running_openssh
from tests.postgres import Postgres, running_postgres
from tests.scenarios import staging
from tests.scenarios.crashes import until
from tests.scenarios.under_way import LINES, hasty
from tests.scenarios.world import PASSWORD, TOKEN

ORDERS = int(os.environ.get("STAGING_ORDERS", "150"))
KILLS = int(os.environ.get("STAGING_KILLS", "4"))
PATIENCE = 240 + ORDERS
"""Seconds after which it is taken to hang."""


@pytest.fixture(scope="module")
def server(certificates: Authority) -> Iterator[Postgres]:
    with running_postgres(certificates) as made:
        yield made


@pytest.fixture
def ssh() -> Iterator[OpenSsh]:
    with running_openssh() as made:
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

    def restart(self, port: int) -> None:
        self.kill(port)
        self.start(port)

    def left(self) -> str:
        """What `engine parked` says of deliveries that have not ended."""
        command = [sys.executable, "-m", "engine", "parked", "--all", "--store", self.store]
        return subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, text=True).stdout


class Posting(threading.Thread):
    """The shop posts its orders, to whichever engine takes them."""

    def __init__(self, numbers: list[str], ports: list[int]) -> None:
        super().__init__()
        self.numbers, self.ports = numbers, ports
        self.accepted: set[str] = set()

    def run(self) -> None:
        with httpx.Client(timeout=60, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
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


@pytest.mark.timeout(3 * PATIENCE)
def test_every_order_exactly_once_though_engines_and_the_tunnel_are_killed(
    tmp_path: Path, server: Postgres, ssh: OpenSsh, certificates: Authority
) -> None:
    x3, url = staging.staged(server)
    oro = OroCommerce(client_secret=PASSWORD)
    placed = [oro.place_order("PO 77", "12625", LINES).attributes for _ in range(ORDERS)]
    numbers = [one["identifier"] for one in placed]
    folder = hasty(tmp_path)
    file = folder / "sagex3.yaml"
    file.write_text(file.read_text().replace("lasts: 10m", "lasts: 5s").replace("lasts: 60s", "lasts: 1s"))
    ports = [free_port(), free_port()]
    with serving(oro.app, certificates) as shop:
        settings = {
            **{"SAGEX3_URL": url, "SAGEX3_USER": staging.ROLE, "SAGEX3_PASSWORD": staging.PASSWORD},
            **{"SAGEX3_FOLDER": "public", "SAGEX3_CA": str(certificates.ca_file), "SAGEX3_EVERY": "1s"},
            **{"SAGEX3_USE_TUNNEL": "true", "SAGEX3_SSH_HOST": "127.0.0.1", "SAGEX3_SSH_PORT": str(ssh.port)},
            **{"SAGEX3_SSH_USER": ssh.user, "SAGEX3_SSH_KEY": ssh.key.read_text()},
            **{"SAGEX3_SSH_HOST_KEY": ssh.fingerprint(), "SAGEX3_SHOP_TOKEN": TOKEN, "OROCOMMERCE_URL": shop},
            **{"OROCOMMERCE_CLIENT": "client", "OROCOMMERCE_SECRET": PASSWORD},
            **{"OROCOMMERCE_CA": str(certificates.ca_file)},
        }
        engines = Engines(folder, server.fresh(), settings)
        posting, over = Posting(numbers, ports), threading.Event()
        job = threading.Thread(target=_job, args=(x3, over))
        for port in ports:
            engines.start(port)
        posting.start()
        job.start()
        try:
            _kill(engines, ports, ssh, posting)
            posting.join(PATIENCE)
            until(lambda: _told(oro) == ORDERS, PATIENCE)
            until(lambda: set(x3.rows(orders, "ZSTA_0", "ZRES_0")) == {("D", "D")}, PATIENCE)
            until(lambda: engines.left() == "0 open\n", PATIENCE)
        finally:
            for port in list(engines.running):
                engines.kill(port)
            over.set()
            job.join()

    assert ssh.logins > len(ports)  # each engine opens one tunnel, and again what was killed
    assert x3.taken == dict.fromkeys(numbers, 1)
    assert x3.broken == []
    assert Counter(x3.rows(lines, "CUSORDREF_0", "SOPLIN_0", "ITMREF_0", "QTY_0")) == Counter(
        (number, 1000 * n, f"I-{n}", n) for number in numbers for n in range(1, 4)
    )
    assert x3.rows(customers, "ZDIR_0", "ZSTA_0") == [("O2E", "D")] * ORDERS
    assert dict(x3.rows(orders, "CUSORDREF_0", "SOHNUM_0")) == {one["identifier"]: one["externalId"] for one in placed}
    x3.close()


def _kill(engines: Engines, ports: list[int], ssh: OpenSsh, posting: Posting) -> None:
    """Kill an engine, what the tunnel carries, or its server, in turns of a random order, while orders come in."""

    def end_server() -> None:
        ssh.stop()
        time.sleep(chance.random())
        ssh.start()

    chance = random.Random(5)
    turns: list[Callable[[], None]] = [*(partial(engines.restart, port) for port in ports), ssh.cut, end_server]
    for kill in range(KILLS):
        if kill % len(turns) == 0:
            chance.shuffle(turns)
        until(lambda kill=kill: len(posting.accepted) >= (kill + 1) * ORDERS / (KILLS + 1), PATIENCE)
        time.sleep(chance.random())
        turns[kill % len(turns)]()


def _job(x3: SageX3, over: threading.Event) -> None:
    """X3's job, again and again."""
    while not over.is_set():
        x3.run()
        time.sleep(0.2)


def _told(oro: OroCommerce) -> int:
    """How many orders of the shop know their number in X3."""
    return sum(one.attributes.get("externalId", "").startswith("SON") for one in list(oro.store["orders"].values()))
