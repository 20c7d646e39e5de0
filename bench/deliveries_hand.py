"""The yardstick of bench/deliveries.py: an outbox written by hand, on the same promises and no more.

    python -m bench.deliveries_hand serve PORT FILE    takes orders in over HTTP: 202 once they are on the disk
    python -m bench.deliveries_hand work PORT FILE     maps them and deletes them; listens on PORT, to show that it runs

An order is accepted once by its number, orders of one customer go in order. SQLite by the book: WAL, synchronous=FULL, and
all that waits goes into one transaction.
"""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec
import uvicorn
import uvloop

SCHEMA = """
create table if not exists outbox (
  sequence integer primary key autoincrement, customer text not null, state text not null, payload blob not null
);
create index if not exists outbox_ready on outbox (sequence) where state = 'ready';
create index if not exists outbox_customer on outbox (customer, sequence);
create table if not exists seen (no text primary key) without rowid;
"""
TAKE = """
insert into outbox (customer, state, payload)
select ?1, case when exists (select 1 from outbox where customer = ?1) then 'waiting' else 'ready' end, ?2
"""
CLAIM = """
update outbox set state = 'running'
where sequence in (select sequence from outbox where state = 'ready' order by sequence limit 16) returning sequence, payload
"""
NEXT = """
update outbox set state = 'ready'
where sequence = (select min(sequence) from outbox where customer = ?) and state = 'waiting'
"""


class Item(msgspec.Struct):
    sku: str
    quantity: int
    note: str


class Order(msgspec.Struct):
    no: str
    customer: str
    items: list[Item]


ORDER = msgspec.json.Decoder(Order)
JSON = msgspec.json.Encoder()


def opened(file: str) -> sqlite3.Connection:
    database = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    database.execute("pragma journal_mode=wal")
    database.execute("pragma synchronous=full")
    database.executescript(SCHEMA)
    return database


class Writer:
    """One thread that makes whatever changes wait, in one transaction after the other."""

    def __init__(self, file: str, change: Callable[[sqlite3.Connection, list[Any]], None]) -> None:
        self._database = opened(file)
        self._change = change
        self._waiting: deque[tuple[Any, asyncio.Future[None]]] = deque()
        self._wake = threading.Event()
        threading.Thread(target=self._write, daemon=True).start()

    async def write(self, asked: Any) -> None:
        """Returns when it is on the disk."""
        self._loop = asyncio.get_running_loop()
        future = self._loop.create_future()
        self._waiting.append((asked, future))
        self._wake.set()
        await future

    def _write(self) -> None:
        while True:
            self._wake.wait()
            self._wake.clear()
            while self._waiting:
                waiting = [self._waiting.popleft() for _ in range(len(self._waiting))]
                self._database.execute("begin immediate")
                self._change(self._database, [asked for asked, _ in waiting])
                self._database.execute("commit")
                self._loop.call_soon_threadsafe(self._tell, waiting)

    @staticmethod
    def _tell(waiting: list[Any]) -> None:
        for _, future in waiting:
            future.set_result(None)


def take(database: sqlite3.Connection, orders: list[tuple[Order, bytes]]) -> None:
    database.executemany("insert or ignore into seen values (?)", [(order.no,) for order, _ in orders])
    database.executemany(TAKE, [(order.customer, body) for order, body in orders])


def end(database: sqlite3.Connection, done: list[tuple[int, str] | list[Any]]) -> None:
    """End deliveries, and claim the next ones into the list that was asked with."""
    ended = [one for one in done if isinstance(one, tuple)]
    database.executemany("delete from outbox where sequence = ?", [(sequence,) for sequence, _ in ended])
    database.executemany(NEXT, [(customer,) for _, customer in ended])
    for claimed in done:
        if isinstance(claimed, list):
            claimed += database.execute(CLAIM).fetchall()


def serve(port: int, file: str) -> None:
    writer = Writer(file, take)
    answer = JSON.encode({"exchange": "0123456789abcdef01234567"})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]

    async def app(scope: Any, receive: Any, send: Any) -> None:
        body = (await receive())["body"]
        await writer.write((ORDER.decode(body), body))
        await send({"type": "http.response.start", "status": 202, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    uvicorn.run(app, port=port, log_level="warning", access_log=False, lifespan="off")


async def work(port: int, file: str) -> None:
    """Sixteen deliveries at a time, each ended when it is done: those that end together share a transaction."""
    writer = Writer(file, end)
    with socket.create_server(("127.0.0.1", port)):
        while True:
            claimed: list[Any] = []
            await writer.write(claimed)
            running = {asyncio.create_task(deliver(writer, *one)) for one in claimed}
            await (asyncio.wait(running) if running else asyncio.sleep(0.01))


async def deliver(writer: Writer, sequence: int, payload: bytes) -> None:
    order = ORDER.decode(payload)
    lines = [{"sku": item.sku, "count": item.quantity} for item in order.items]
    JSON.encode({"number": order.no, "lines": lines})
    await writer.write((sequence, order.customer))


if __name__ == "__main__":
    port, file = int(sys.argv[2]), sys.argv[3]
    serve(port, file) if sys.argv[1] == "serve" else uvloop.run(work(port, file))
