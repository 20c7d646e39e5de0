"""The real-time path against a service written by hand: same mapping, same ERP, same load, in turn on this machine.

Run from the repository's root: `python -m bench.realtime [--seconds 5] [--rounds 3]`.

Four processes: a fake ERP (`realtime_erp`), the yardstick (`realtime_hand`: starlette, aiohttp, msgspec, no journal), the
engine (`engine serve` of `realtime.yaml`, journal on), and the load (`realtime_load`). Every reply is compared with what
both said at first, and the journal must hold as many exchanges as were asked for. Absolute numbers are this machine's;
the ratios count: the median over the rounds of (engine / by hand), each pair measured one right after the other.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from bench.realtime_case import ERP_TOKEN, PATH, SHOP_TOKEN, bodies
from bench.realtime_load import Measured

CONNECTIONS = (16, 64)
WARM_UP = 1.0
INTEGRATION = Path(__file__).with_name("realtime.yaml")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.realtime", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(f"{os.cpu_count()} cores, nothing pinned, load average {os.getloadavg()[0]:.1f} before it begins", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        compare(Path(folder), given.rounds, given.seconds)


def compare(folder: Path, rounds: int, seconds: float) -> None:
    """Measure both in turn, print the table."""
    store = folder / "journal.db"
    erp, hand, engine = free_port(), free_port(), free_port()
    url = f"http://127.0.0.1:{erp}"
    with (
        process(erp, ["bench.realtime_erp", str(erp)]),
        process(hand, ["bench.realtime_hand", str(hand), url]) as hand_pid,
    ):
        with process(engine, *engine_command(engine, url, store)) as engine_pid:
            replies = [ask(hand, body) for body in bodies()]
            differ = sum(ask(engine, body) != reply for body, reply in zip(bodies(), replies, strict=True))
            print(f"replies: {len(replies) - differ} of {len(replies)} equal, {len(replies[1])} bytes each")
            expected = folder / "expected"
            expected.write_bytes(b"\n".join(replies))
            servers = {"hand": (hand, hand_pid), "engine": (engine, engine_pid)}
            asked = len(replies)
            for connections in CONNECTIONS:
                found = measured(servers, connections, rounds, seconds, expected)
                asked += sum(each.total for each in found["engine"])
                show(connections, found)
        with sqlite3.connect(store) as database:
            kept = database.execute("select count(*) from journal_exchange").fetchone()[0]
        print(f"\njournal: {kept:,} exchanges of {asked:,} requests{'' if kept == asked else '  ← NOT EQUAL'}")


def measured(
    servers: Mapping[str, tuple[int, int]], connections: int, rounds: int, seconds: float, expected: Path
) -> dict[str, list[Measured]]:
    """Rounds of both; who begins changes."""
    found: dict[str, list[Measured]] = {name: [] for name in servers}
    for number in range(rounds):
        for name in servers if number % 2 == 0 else reversed(list(servers)):
            port, pid = servers[name]
            words = [port, connections, WARM_UP, seconds, expected, pid]
            load = [sys.executable, "-m", "bench.realtime_load", *map(str, words)]
            found[name].append(Measured(**json.loads(subprocess.run(load, check=True, stdout=subprocess.PIPE).stdout)))
    return found


def show(connections: int, found: Mapping[str, list[Measured]]) -> None:
    """The table of one number of connections."""
    print(f"\n{connections} connections   requests/s  [min - max]        p50 ms   p99 ms   server's CPU µs   wrong")
    for name, each in found.items():
        rates = [one.rate for one in each]
        print(
            f"  {name:12} {median(rates):12,.0f}  [{min(rates):,.0f} - {max(rates):,.0f}]".ljust(47)
            + f"{median(one.p50 for one in each):8.2f} {median(one.p99 for one in each):8.2f}"
            + f"{median(one.cpu for one in each):15.0f}{sum(one.wrong for one in each):12}"
        )
    pairs = list(zip(found["engine"], found["hand"], strict=True))
    ratio, added = median(a.rate / b.rate for a, b in pairs), median(a.p99 - b.p99 for a, b in pairs)
    cpu = f", {median(a.cpu / b.cpu for a, b in pairs):.2f} × the CPU" if all(b.cpu for _, b in pairs) else ""
    print(f"  engine / hand: {ratio:.2f} of the requests/s, p99 {added:+.2f} ms{cpu}", flush=True)


def engine_command(port: int, erp: str, store: Path) -> tuple[list[str], dict[str, str]]:
    """`engine serve`, as in production."""
    words = ["engine", "serve", "realtime", "--integrations", str(INTEGRATION), "--port", str(port)]
    settings = {"REALTIME_URL": erp, "REALTIME_ERP_TOKEN": ERP_TOKEN, "REALTIME_SHOP_TOKEN": SHOP_TOKEN}
    return [*words, "--store", f"sqlite:///{store}"], settings


@contextmanager
def process(port: int, words: list[str], environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """A Python module as a process that listens, until the block ends; gives its id."""
    running = subprocess.Popen(
        [sys.executable, "-m", *words], env={**os.environ, **(environment or {})}, stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port, running)
        yield running.pid
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(30)


def wait_for(port: int, running: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if running.poll() is not None:
            sys.exit(f"{running.args!r} ended with {running.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"{running.args!r} does not listen")


def ask(port: int, body: bytes) -> bytes:
    """One reply, its body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Authorization": f"Bearer {SHOP_TOKEN}", "Content-Type": "application/json"}
    connection.request("POST", PATH, body, headers)
    answer = connection.getresponse()
    reply = answer.read()
    connection.close()
    return reply if answer.status == 200 else b"%d %s" % (answer.status, reply)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


if __name__ == "__main__":
    main()
