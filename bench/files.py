"""Rows of files per second, from a folder into a system, against an import written by hand, in turn on this machine.

Run from the repository's root: `python -m bench.files [--rows 1000000] [--rounds 3]`.

Products as CSV and as XML. Three processes: the sink, which takes 100 products a request; `engine run` (store and journal
on the disk; what is kept survives a crash), and the same by hand (`files_hand`), which keeps nothing. Each is measured from
its start to its end: of a million rows the engine's start, some second, is a small part. Absolute numbers are this machine's;
the ratios count: the median over the rounds of (engine / by hand).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from bench.served import served

AIM = 0.5
KINDS = ("csv", "xml")
INTEGRATION = Path(__file__).with_name("files.yaml")
ACTIVE = 50
"""One in so many rows is not sold, and not sent."""


@dataclass(frozen=True)
class Measured:
    """One import: seconds on the clock and of the processor, and the most memory it had, in MB."""

    took: float
    cpu: float
    memory: float


# -- the files ---------------------------------------------------------------------------------------------------------


def csv_row(number: int) -> str:
    unit, sold, price = (
        ("PCS" if number % 3 else ""),
        "N" if number % ACTIVE == 0 else "J",
        f"{number % 1000},{number % 97:02}",
    )
    item = f"SKU-{number:07};Elbow {number % 90}°, galvanized"
    return f"{item};{unit};{sold};G{number % 40};{price};EUR;{number % 500}\r\n"


def xml_row(number: int) -> str:
    unit = "<Unit>PCS</Unit>" if number % 3 else ""
    blocked = "<Blocked>true</Blocked>" if number % ACTIVE == 0 else ""
    return (
        f"<Item><No>SKU-{number:07}</No><Description>Elbow {number % 90}°, galvanized</Description>{unit}{blocked}"
        f'<Group>G{number % 40}</Group><Price currency="EUR">{number % 1000}.{number % 97:02}</Price>'
        f'<Price currency="EUR" from="100">{number % 900}.50</Price><Stock>{number % 500}</Stock></Item>\n'
    )


WRITTEN: dict[str, tuple[str, Callable[[int], str], str]] = {
    "csv": ("sku;name;unit;active;group;price;currency;stock\r\n", csv_row, ""),
    "xml": ('<?xml version="1.0" encoding="UTF-8"?>\n<Catalog>\n', xml_row, "</Catalog>\n"),
}


def written(kind: str, file: Path, rows: int) -> Path:
    head, row, foot = WRITTEN[kind]
    with file.open("w", encoding="utf-8", newline="") as lines:
        lines.write(head)
        lines.writelines(row(number) for number in range(rows))
        lines.write(foot)
    return file


# -- the sink ----------------------------------------------------------------------------------------------------------


class Sink(asyncio.Protocol):
    """One connection: takes products, and says how many; asked by GET, how many there were of all connections."""

    taken = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._received = b""

    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data
        end = received.find(b"\r\n\r\n")
        if end < 0:
            return
        at = received[:end].lower().find(b"content-length: ") + 16
        length = int(received[at:end].split(b"\r\n")[0]) if at > 15 else 0
        if len(received) < end + 4 + length:
            return
        self._received = b""
        count = received.count(b'"sku":', end)
        Sink.taken += count
        body = b'{"done":%d}' % (count if length else Sink.taken)
        if not length:
            Sink.taken = 0
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        )


async def serve() -> None:
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def taken(port: int) -> int:
    """How many products came since this was asked last."""
    with urlopen(f"http://127.0.0.1:{port}/") as answer:
        return int(answer.read().split(b":")[1].rstrip(b"}"))


# -- measuring ---------------------------------------------------------------------------------------------------------


def measured(words: list[str]) -> Measured:
    """A Python module as a process, to its end. This process is small: what a child has at most is its own."""
    began = time.perf_counter()
    running = subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(running.pid, 0)
    took = time.perf_counter() - began
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        sys.exit(f"{' '.join(words)} ended with {running.returncode}")
    return Measured(took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def engine(kind: str, file: Path, port: int) -> Measured:
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        (Path(folder) / "in").mkdir()
        os.link(file, Path(folder) / "in" / file.name)
        given = [f"files.folder={folder}/in", f"files.url=http://127.0.0.1:{port}"]
        words = ["engine", "run", "files", f"products_{kind}", "--integrations", str(INTEGRATION)]
        return measured([*words, "--store", f"sqlite:///{folder}/store.db", "--set", given[0], "--set", given[1]])


def hand(kind: str, file: Path, port: int) -> Measured:
    return measured(["bench.files_hand", kind, str(file), str(port)])


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m bench.files", description=__doc__)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--kinds", nargs="+", default=KINDS, choices=KINDS)
    options.add_argument("--serve", action="store_true", help="be the sink")
    given = options.parse_args()
    if given.serve:
        asyncio.run(serve())
        return 0
    print(f"{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f} before it begins", flush=True)
    ratios = []
    with served("bench.files") as port, tempfile.TemporaryDirectory() as folder:
        for kind in given.kinds:
            file = written(kind, Path(folder) / f"products.{kind}", given.rows)
            found: dict[str, list[Measured]] = {"engine": [], "by hand": []}
            for number in range(given.rounds):
                sides = {"engine": engine, "by hand": hand}
                for name in sides if number % 2 == 0 else reversed(sides):
                    found[name].append(sides[name](kind, file, port))
                    count, sold = taken(port), given.rows - len(range(0, given.rows, ACTIVE))
                    if count != sold:
                        sys.exit(f"{name}: {count:,} of {sold:,} products came")
            ratios.append(show(kind, given.rows, found))
    return 0 if min(ratios) >= AIM else 1


def show(kind: str, rows: int, found: dict[str, list[Measured]]) -> float:
    """The table of one kind of file; gives the ratio."""
    print(f"\n{rows:,} rows of {kind}      rows/s   CPU µs a row   memory, MB")
    for name, each in found.items():
        rate, cpu = (median(rows / one.took for one in each), median(one.cpu / rows * 1e6 for one in each))
        print(f"  {name:18} {rate:10,.0f} {cpu:14.1f} {max(one.memory for one in each):12.0f}")
    pairs = list(zip(found["engine"], found["by hand"], strict=True))
    ratio, cpu = median(b.took / a.took for a, b in pairs), median(a.cpu / b.cpu for a, b in pairs)
    print(f"  engine / by hand: {ratio:.2f} of the rows/s (aim {AIM}), {cpu:.1f} × the CPU", flush=True)
    return ratio


if __name__ == "__main__":
    sys.exit(main())
