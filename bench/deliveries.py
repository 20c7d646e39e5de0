"""Deliveries: taken in over HTTP and completed, against an outbox written by hand, with few and with many waiting.

Run from the repository's root: `python -m bench.deliveries [--seconds 4] [--rounds 3]`.

In each round both take orders in over HTTP (202 once they are on the disk), and then complete what they took: the engine
with its journal on, by hand without one (`deliveries_hand`). Meanwhile 1,000 or 100,000 deliveries wait behind one that
is parked. Absolute numbers are this machine's; the ratios count: the median over the rounds of (engine / by hand).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.deliveries_case import BLOCKED, body
from bench.deliveries_hand import opened
from bench.kept_alive import cpu_seconds
from bench.realtime import free_port, process
from engine.delivery.accepting import Batch
from engine.delivery.delivery import FlowName, NewDelivery
from engine.delivery.store import Store
from engine.formats.json import loads

WAITING = (1_000, 100_000)
CONNECTIONS = 64
INTEGRATION = Path(__file__).with_name("deliveries.yaml")


@dataclass(frozen=True)
class Measured:
    """A round: events accepted and deliveries completed per second, and the processor time of each, microseconds."""

    accepted: float
    accepted_cpu: float
    completed: float
    completed_cpu: float


@dataclass(frozen=True)
class Side:
    """One of the two.

    Attributes:
        table: in which its deliveries stand.
    """

    name: str
    table: str

    def words(self, port: int, store: Path, *, accepts: bool) -> list[str]:
        """How it is started."""
        if self.name == "hand":
            return ["bench.deliveries_hand", "serve" if accepts else "work", str(port), str(store)]
        given = ["--integrations", str(INTEGRATION), "--store", f"sqlite:///{store}", "--no-reload"]
        return ["engine", "serve", "deliveries", "--port", str(port), *given, "--role", "api" if accepts else "worker"]


ENGINE, HAND = Side("engine", "delivery"), Side("hand", "outbox")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.deliveries", description=__doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, nothing pinned, load average {os.getloadavg()[0]:.1f} before it begins", flush=True)
    medians: dict[int, dict[Side, Measured]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for waiting in WAITING:
            filled = {ENGINE: Path(folder) / f"engine{waiting}", HAND: Path(folder) / f"hand{waiting}"}
            asyncio.run(fill_engine(filled[ENGINE], waiting))
            fill_hand(filled[HAND], waiting)
            found: dict[Side, list[Measured]] = {ENGINE: [], HAND: []}
            for number in range(given.rounds):
                for side in (ENGINE, HAND) if number % 2 == 0 else (HAND, ENGINE):
                    store = Path(shutil.copy(filled[side], Path(folder) / "store.db"))
                    found[side].append(measured(side, store, waiting, given.seconds))
                    for file in Path(folder).glob("store.db*"):
                        file.unlink()
            show(waiting, found)
            medians[waiting] = {side: middle(each) for side, each in found.items()}
    few, many = (medians[waiting][ENGINE] for waiting in WAITING)
    print(
        f"\nengine with {WAITING[1]:,} waiting against {WAITING[0]:,}: {many.accepted / few.accepted:.2f} of the events/s, "
        f"{many.completed / few.completed:.2f} of the deliveries/s"
    )


async def fill_engine(file: Path, waiting: int) -> None:
    """A store in which so many deliveries wait."""
    store, name = Store.open(f"sqlite:///{file}"), FlowName("deliveries", "orders")
    for start in range(0, waiting, 1000):
        numbers = range(start, min(start + 1000, waiting))
        orders = [(f"b{number}", loads(body(number, BLOCKED).encode())) for number in numbers]
        new = [
            NewDelivery(name, id, BLOCKED, id, {"event": order}, 0.0, flaw="" if id != "b0" else "parked")
            for id, order in orders
        ]
        await store.accept(Batch(new, 0.0))
    store.close()


def new(name: FlowName, number: int) -> NewDelivery:
    """One that waits behind the first, which is parked."""
    id, event = f"b{number}", loads(body(number, BLOCKED).encode())
    return NewDelivery(name, id, BLOCKED, id, {"event": event}, 0.0, flaw="" if number else "parked")


def fill_hand(file: Path, waiting: int) -> None:
    """The same by hand."""
    database = opened(str(file))
    database.execute("begin")
    rows = ((BLOCKED, "waiting" if number else "parked", body(number, BLOCKED)) for number in range(waiting))
    database.executemany("insert into outbox (customer, state, payload) values (?, ?, ?)", rows)
    database.execute("commit")
    database.close()


def measured(side: Side, store: Path, waiting: int, seconds: float) -> Measured:
    """One round of one side."""
    port = free_port()
    with process(port, side.words(port, store, accepts=True)) as pid:
        command = [sys.executable, "-m", "bench.deliveries_load", *map(str, (port, CONNECTIONS, seconds, pid))]
        taken = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    if taken["wrong"]:
        sys.exit(f"{side.name}: {taken['wrong']} orders were not accepted")
    port = free_port()
    with process(port, side.words(port, store, accepts=False)) as pid:
        rate, cpu = completed(side, store, waiting, seconds, pid)
    return Measured(taken["rate"], taken["cpu"], rate, cpu)


def completed(side: Side, store: Path, waiting: int, seconds: float, pid: int) -> tuple[float, float]:
    """Deliveries completed per second from the first one on, until the time is over or there are no more; and CPU µs."""
    with sqlite3.connect(store, timeout=30) as database:

        def left() -> int:
            return int(database.execute(f"select count(*) from {side.table}").fetchone()[0])

        start = left()
        while left() == start:
            time.sleep(0.02)
        first, began, cpu = left(), time.perf_counter(), cpu_seconds(pid)
        while time.perf_counter() - began < seconds and left() > waiting:
            time.sleep(0.2)  # looking costs what it looks at
        done, took = first - left(), time.perf_counter() - began
        return done / took, (cpu_seconds(pid) - cpu) / done * 1e6


def middle(each: list[Measured]) -> Measured:
    return Measured(*(median(values) for values in zip(*(vars(one).values() for one in each), strict=True)))


def show(waiting: int, found: dict[Side, list[Measured]]) -> None:
    """The table of one backlog."""
    print(f"\n{waiting:,} waiting     events/s over HTTP   CPU µs    deliveries/s   CPU µs")
    for side, each in found.items():
        m = middle(each)
        print(f"  {side.name:8} {m.accepted:22,.0f} {m.accepted_cpu:8.0f} {m.completed:15,.0f} {m.completed_cpu:8.0f}")
    pairs = list(zip(found[ENGINE], found[HAND], strict=True))
    taken, done = median(a.accepted / b.accepted for a, b in pairs), median(a.completed / b.completed for a, b in pairs)
    print(f"  engine / hand: {taken:.2f} of the events/s, {done:.2f} of the deliveries/s", flush=True)


if __name__ == "__main__":
    main()
