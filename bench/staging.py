"""Staging rows per second, out and in, against loops written by hand with SQLAlchemy, in turn on this machine.

Run from the repository's root: `python -m bench.staging [--orders 1000] [--parcels 5000] [--rounds 3]`.

Out: orders with five lines each into two tables, one transaction an order, over four connections; once as messages, once as
flows whose events are safe in a store before. In: rows are claimed 500 at a time, mapped, and marked as done; the engine keeps
each as a delivery in its store meanwhile, the loop keeps nothing. The event loop and the garbage collector are as `engine serve`
has them. A real PostgreSQL; the ratios count.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
import uvloop

from engine.delivery.clock import Clock
from engine.delivery.store import Store
from engine.document import parse
from engine.formats.json import dumps
from engine.plan import compile_plan
from engine.runtime.delivering.worker import Worker
from engine.runtime.intake.events import Intake, Posted
from engine.runtime.intake.reading import Reading
from engine.runtime.messages.engine import Engine
from engine.server.loop import settle
from engine.settings import Sources
from engine.spec.load import read
from tests.postgres import running_postgres

FILE = Path(__file__).with_name("staging.yaml")
LINES = 5
tables = sa.MetaData()
head = sa.Table(
    "HEAD",
    tables,
    *(sa.Column(name, sa.String(40)) for name in ("STATE", "CUSTOMER", "NAME", "CITY")),
    sa.Column("NO", sa.String(20), primary_key=True),
    sa.Column("PLACED", sa.Date),
    sa.Column("EXPRESS", sa.Integer),
)
line = sa.Table(
    "LINE",
    tables,
    sa.Column("NO", sa.String(20), primary_key=True),
    sa.Column("LINE", sa.Integer, primary_key=True),
    sa.Column("ITEM", sa.String(20)),
    sa.Column("NAME", sa.String(30)),
    sa.Column("QTY", sa.Numeric(28, 13)),
)
parcel = sa.Table(
    "PARCEL",
    tables,
    sa.Column("SEQ", sa.Integer, primary_key=True, autoincrement=False),
    *(sa.Column(name, sa.String(40)) for name in ("STATE", "NO", "NUMBER", "CARRIER")),
    sa.Column("TAKEN", sa.DateTime),
    sa.Index("parcel_state", "STATE", "SEQ"),
)


def order(number: int) -> dict[str, Any]:
    items = [{"sku": f"I-{n}", "name": "Elbow, galvanized", "quantity": Decimal("2.5")} for n in range(LINES)]
    return {
        **{"no": f"W-{number}", "customer": "C00123", "name": "Acme", "city": "Lyon"},
        **{"placed": "2025-08-25T22:30:00Z", "express": False, "items": items},
    }


# -- by hand -----------------------------------------------------------------------------------------------------------


def hand_out(engine: sa.Engine, orders: list[dict[str, Any]]) -> None:
    def write(one: dict[str, Any]) -> None:
        rows = [
            {"NO": one["no"], "LINE": n * 1000, "ITEM": i["sku"], "NAME": i["name"][:30], "QTY": i["quantity"]}
            for n, i in enumerate(one["items"], 1)
        ]
        with engine.begin() as connection:
            there = connection.execute(sa.select(head.c.STATE).where(one["no"] == head.c.NO).with_for_update()).first()
            if there is not None and there.STATE != "E":
                return
            connection.execute(sa.delete(line).where(one["no"] == line.c.NO))
            connection.execute(sa.insert(line), rows)
            values = {"NO": one["no"], "STATE": "N", "CUSTOMER": one["customer"], "NAME": one["name"][:35]}
            values |= {"CITY": one["city"], "PLACED": date.fromisoformat(one["placed"][:10]), "EXPRESS": 1}
            connection.execute(sa.insert(head).values(values))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, orders))


def hand_in(engine: sa.Engine) -> int:
    count = 0
    while True:
        with engine.begin() as connection:
            query = sa.select(parcel).where(parcel.c.STATE == "N").order_by(parcel.c.SEQ).limit(500)
            rows = connection.execute(query.with_for_update(skip_locked=True)).all()
            taken = [row.SEQ for row in rows]
            now = sa.func.localtimestamp()
            connection.execute(sa.update(parcel).where(parcel.c.SEQ.in_(taken)).values(STATE="P", TAKEN=now))
        if not rows:
            return count
        told = [{"order": row.NO, "number": row.NUMBER, "carrier": row.CARRIER or "UPS"} for row in rows]
        dumps(told)
        with engine.begin() as connection:
            connection.execute(sa.update(parcel).where(parcel.c.SEQ.in_(taken)).values(STATE="D"))
        count += len(rows)


# -- by the engine -----------------------------------------------------------------------------------------------------


class Unkept:
    def record(self, *about: Any) -> None:
        """No exchange is kept."""


@contextmanager
def opened(url: str, folder: Path) -> Iterator[tuple[Engine, Store]]:
    integration, findings = read(parse(FILE.read_text(), str(FILE)))
    assert findings == []
    given = {"staging.url": url, "staging.user": "postgres", "staging.password": "nobody-asks"}
    store = Store.open(f"sqlite:///{folder}/store-{time.monotonic_ns()}.db")
    engine = Engine.start({"staging": compile_plan(integration)}, Sources(given, {}), Unkept())
    settle()  # as `engine serve` does
    yield engine, store
    store.close()


async def messages_out(engine: Engine, store: Store, orders: list[dict[str, Any]]) -> None:
    waiting = iter(orders)

    async def one() -> None:
        for value in waiting:
            answer = await engine.run("staging", "order", value)
            assert answer.error is None, answer.error

    await asyncio.gather(*[one() for _ in range(16)])


async def flows_out(engine: Engine, store: Store, orders: list[dict[str, Any]]) -> None:
    intake = Intake(engine.integrations, store, Clock())
    posts = [Posted(value, value["no"]) for value in orders]
    for start in range(0, len(posts), 50):
        await intake.take("staging", "placed", posts[start : start + 50], {})
    await worked(engine, store)


async def flows_in(engine: Engine, store: Store) -> None:
    live = engine.integrations["staging"]
    reading = Reading(engine, store, Clock(), live, live.flows["parcels"])
    await worked(engine, store, reading.run())


async def worked(engine: Engine, store: Store, *beside: Awaitable[Any]) -> None:
    """Deliver until nothing is left, and what is done beside has ended."""
    worker = Worker(engine, store, Clock())
    working = asyncio.create_task(worker.run())
    await asyncio.gather(*beside)
    while not worker.idle or await store.counts():
        await asyncio.sleep(0.005)
    await worker.stop(5)
    await working


# -- measuring ---------------------------------------------------------------------------------------------------------


def timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


async def engine_timed(url: str, folder: Path, work: Callable[[Engine, Store], Awaitable[None]]) -> float:
    with opened(url, folder) as (engine, store):
        began = time.perf_counter()
        await work(engine, store)
        took = time.perf_counter() - began
        await engine.aclose(1)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.staging", description=__doc__)
    parser.add_argument("--orders", type=int, default=1000)
    parser.add_argument("--parcels", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} before it begins", flush=True)
    with running_postgres() as server, tempfile.TemporaryDirectory() as folder:
        admin = server.fresh()
        url = admin.replace("postgresql+psycopg://postgres@", "postgresql://")
        own = sa.create_engine(admin, pool_size=4)
        tables.create_all(own)
        orders = [order(number) for number in range(given.orders)]
        times: dict[str, list[float]] = {}
        settle()

        def fresh() -> None:
            with own.begin() as connection:
                for table in (head, line, parcel):
                    connection.execute(sa.delete(table))
                rows = [
                    {"SEQ": n, "STATE": "N", "NO": f"W-{n}", "NUMBER": f"1Z{n:08d}", "CARRIER": "UPS"}
                    for n in range(given.parcels)
                ]
                connection.execute(sa.insert(parcel), rows)

        works: dict[str, Callable[[], float]] = {
            "out by hand": lambda: timed(lambda: hand_out(own, orders)),
            "out, messages": lambda: uvloop.run(
                engine_timed(url, Path(folder), lambda e, s: messages_out(e, s, orders))
            ),
            "out, flows": lambda: uvloop.run(engine_timed(url, Path(folder), lambda e, s: flows_out(e, s, orders))),
            "in by hand": lambda: timed(lambda: hand_in(own)),
            "in, flows": lambda: uvloop.run(engine_timed(url, Path(folder), flows_in)),
        }
        for _ in range(given.rounds):
            for name, work in works.items():
                fresh()
                times.setdefault(name, []).append(work())
                with own.connect() as connection:
                    done = connection.scalar(sa.select(sa.func.count()).select_from(line))
                    marked = connection.scalar(
                        sa.select(sa.func.count()).select_from(parcel).where(parcel.c.STATE == "D")
                    )
                assert (done, marked) == ((given.orders * LINES, 0) if name.startswith("out") else (0, given.parcels))
        own.dispose()
    rows = {"out": given.orders * (LINES + 1), "in": given.parcels}
    for name, found in times.items():
        way = name.partition(",")[0].partition(" ")[0]
        ratio = median(hand / mine for hand, mine in zip(times[f"{way} by hand"], found, strict=True))
        print(f"{name:<16} {rows[way] / median(found):>9,.0f} rows/s   {ratio:.2f} of by hand")


if __name__ == "__main__":
    main()
