"""`engine migrate`: the flows of `migrate:` in order, broken off and gone on with, rehearsed, reported."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.cli.conftest import Shell, environment
from tests.fakes.serving import serving

ACME = """
engine: 1
name: acme
settings: {url: {type: url}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a server of this test
    limits: {concurrency: 4}
    endpoints:
      list: {method: GET, path: "/{kind}", records: =reply, page: {type: keyset, size_param: size, size: 10}}
      find: {method: GET, path: "/shop/{kind}/{no}", absent: [404]}
      load: {method: POST, path: "/shop/{kind}"}
messages:
  load_customer:
    input: {type: object, required: [no, name], properties: {name: {type: string}}}
    steps:
      - {call: erp.find, save: known, path: {kind: customers, no: =input.no}}
      - {call: erp.load, unless: known, path: {kind: customers}, body: =input}
  load_order:
    steps:
      - {call: erp.find, save: known, path: {kind: orders, no: =input.no}}
      - {call: erp.load, unless: known, path: {kind: orders}, body: =input}
flows:
  customers:
    trigger: {every: 1h}
    read:
      call: erp.list
      path: {kind: customers}
      query: {after: =cursor.n}
      cursor: {start: {n: 0}, next: {n: =record.n}}
    when: =record.name != 'nobody'
    key: =record.no
    send: load_customer
    input: {no: =record.no, name: =record.name}
    delivery: {backoff: 10ms..10ms, attempts: 3}
  orders:
    trigger: {manual: true}
    read: {call: erp.list, path: {kind: orders}, query: {after: =cursor.n}, cursor: {start: {n: 0}, next: {n: =record.n}}}
    key: =record.no
    send: load_order
migrate: [customers, orders]
"""


class World:
    """Lists of customers and orders on one side, a shop on the other that keeps what it takes."""

    def __init__(self, customers: int = 25, orders: int = 25) -> None:
        self.lists = {
            "customers": [{"n": n, "no": f"C{n}", "name": f"Customer {n}"} for n in range(1, customers + 1)],
            "orders": [{"n": n, "no": f"O{n}"} for n in range(1, orders + 1)],
        }
        self.taken: list[str] = []
        self.read: list[str] = []
        self.refused: set[str] = set()
        self.stop_at: dict[str, threading.Event] = {}  # a page or record at which the other side hangs, and tells so
        self.going_on = threading.Event()
        routes = [
            Route("/shop/{kind}/{no}", self._find),
            Route("/shop/{kind}", self._load, methods=["POST"]),
            Route("/{kind}", self._list),
        ]
        self.app = Starlette(routes=routes)

    async def _hang(self, at: str) -> None:
        import asyncio

        if at in self.stop_at:
            self.stop_at.pop(at).set()
            await asyncio.to_thread(self.going_on.wait)

    async def _list(self, request: Request) -> Response:
        kind, after = request.path_params["kind"], int(request.query_params["after"])
        await self._hang(f"{kind} after {after}")
        self.read.append(f"{kind} after {after}")
        return JSONResponse([one for one in self.lists[kind] if one["n"] > after][: int(request.query_params["size"])])

    async def _find(self, request: Request) -> Response:
        no = request.path_params["no"]
        return JSONResponse({"no": no}) if no in self.taken else Response(status_code=404)

    async def _load(self, request: Request) -> Response:
        no = (await request.json())["no"]
        if no in self.refused:
            return Response(f"the shop does not know {no}", 400)
        await self._hang(no)
        self.taken.append(no)
        return JSONResponse({})

    @property
    def customers(self) -> list[str]:
        return [no for no in self.taken if no.startswith("C")]


@pytest.fixture
def world(folder: Path) -> Iterator[tuple[World, str]]:
    (folder / "integrations" / "acme.yaml").write_text(ACME)
    world = World()
    with serving(world.app) as url:
        yield world, url
        world.going_on.set()


INTERRUPTED = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("engine", run_name="__main__")
"""
"""`engine …` that Ctrl-C reaches also where tests run in the background."""


def begun(folder: Path, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", INTERRUPTED, "migrate", "acme", "--lease", "1"]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=environment(ACME_URL=url), stdout=pipe, stderr=pipe, text=True
    )  # fmt: skip


def reports(text: str) -> list[str]:
    """What was told, without the lines of progress."""
    return [line for line in text.splitlines() if ";" in line or line.startswith("  ")]


def numbers(letter: str, *left_out: int) -> list[str]:
    return sorted(f"{letter}{n}" for n in range(1, 26) if n not in left_out)


def test_the_flows_run_in_order_each_delivered_before_the_next(shell: Shell, world: tuple[World, str]) -> None:
    fake, url = world
    fake.lists["customers"][6]["name"] = "nobody"

    done = shell("migrate", "acme", ACME_URL=url)

    assert (done.returncode, done.stderr) == (0, "")
    assert reports(done.stdout) == [
        "acme.customers: 25 read, 1 skipped, 24 to deliver; all delivered",
        "acme.orders: 25 read, 0 skipped, 25 to deliver; all delivered",
    ]
    assert sorted(fake.taken[:24]) == numbers("C", 7)
    assert sorted(fake.taken[24:]) == numbers("O")


def test_a_second_call_does_nothing_again_and_a_restart_everything(shell: Shell, world: tuple[World, str]) -> None:
    fake, url = world
    shell("migrate", "acme", ACME_URL=url)
    read = len(fake.read)

    again = shell("migrate", "acme", ACME_URL=url)
    assert (again.returncode, reports(again.stdout)) == (
        0,
        [
            "acme.customers: done by an earlier run; all delivered",
            "acme.orders: done by an earlier run; all delivered",
        ],
    )
    assert len(fake.read) == read
    anew = shell("migrate", "acme", "--restart", ACME_URL=url)

    assert reports(anew.stdout)[0] == "acme.customers: 25 read, 0 skipped, 25 to deliver; all delivered"
    assert fake.read[read] == "customers after 0"


def test_the_scheduled_flow_goes_on_from_where_the_migration_stopped(shell: Shell, world: tuple[World, str]) -> None:
    fake, url = world
    shell("migrate", "acme", ACME_URL=url)
    fake.lists["customers"].append({"n": 26, "no": "C26", "name": "New"})

    done = shell("run", "acme", "customers", ACME_URL=url)

    assert done.stdout == "acme.customers: 1 read, 0 skipped, 1 to deliver; all delivered\n"
    assert fake.read[-1] == "customers after 25"


def test_failures_are_grouped_by_cause_and_written_to_a_file(
    shell: Shell, world: tuple[World, str], folder: Path
) -> None:
    fake, url = world
    fake.refused = {"C3", "C5", "C8", "C9"}
    del fake.lists["customers"][0]["name"]

    done = shell("migrate", "acme", "--failed", "failed.csv", ACME_URL=url)

    assert done.returncode == 1
    assert reports(done.stdout) == [
        "acme.customers: 25 read, 0 skipped, 25 to deliver; left: 5 parked (`engine parked --all` shows them)",
        "  4 × status 400: the shop does not know C3  (key C3, C5, C8, …)",
        "  1 × the input does not fit its schema: name: must be string, is null  (key C1)",
        "acme.orders: 25 read, 0 skipped, 25 to deliver; all delivered",
    ]
    with (folder / "failed.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["key"] for row in rows] == ["C1", "C3", "C5", "C8", "C9"]
    chosen = {name: rows[1][name] for name in ("flow", "key", "state", "error", "record")}
    assert chosen == {
        "flow": "acme.customers",
        "key": "C3",
        "state": "parked",
        "error": "status 400: the shop does not know C3",
        "record": '{"n":3,"no":"C3","name":"Customer 3"}',
    }


def test_a_dry_run_sends_nothing_moves_nothing_and_says_what_would_fail(
    shell: Shell, world: tuple[World, str], folder: Path
) -> None:
    fake, url = world
    for n in (2, 4):
        del fake.lists["customers"][n]["name"]
    fake.lists["customers"][9]["name"] = "nobody"
    fake.lists["orders"][1]["no"] = None

    dry = shell("migrate", "acme", "--dry-run", "--failed", "failed.csv", ACME_URL=url)

    assert (dry.returncode, dry.stderr, fake.taken) == (1, "", [])
    assert [line for line in dry.stdout.splitlines() if "would fail" in line or line.startswith("  ")][:2] == [
        "acme.customers: 25 read, 1 skipped, 22 fit, 2 would fail",
        "  2 × the input does not fit its schema: name: must be string, is null  (key C3, C5)",
    ]
    assert "the key of a record of acme.orders is null" in dry.stdout
    with (folder / "failed.csv").open(newline="") as file:
        assert [(row["flow"], row["key"]) for row in csv.DictReader(file)] == [
            ("acme.customers", "C3"),
            ("acme.customers", "C5"),
            ("acme.orders", ""),
        ]
    shell("migrate", "acme", ACME_URL=url)
    assert len(fake.taken) == 22 + 24


def test_killed_while_it_reads_it_goes_on_behind_the_last_page(
    shell: Shell, world: tuple[World, str], folder: Path
) -> None:
    fake, url = world
    here = fake.stop_at["customers after 20"] = threading.Event()
    killed = begun(folder, url)
    assert here.wait(100)
    killed.kill()
    killed.communicate()
    fake.going_on.set()
    read = len(fake.read)

    done = shell("migrate", "acme", "--lease", "1", ACME_URL=url)

    assert (done.returncode, done.stderr) == (0, "")
    assert "customers after 0" not in fake.read[read:]
    assert sorted(fake.taken) == numbers("C") + numbers("O")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_stopped_while_it_delivers_it_goes_on_and_delivers_nothing_twice(
    shell: Shell, world: tuple[World, str], folder: Path, how: signal.Signals
) -> None:
    fake, url = world
    here = fake.stop_at["C13"] = threading.Event()
    stopped = begun(folder, url)
    assert here.wait(100)
    stopped.send_signal(how)
    fake.going_on.set()
    _, errors = stopped.communicate(timeout=100)
    while "C13" not in fake.taken:  # the other side goes on, whoever has asked it
        time.sleep(0.01)
    read = len(fake.read)

    done = shell("migrate", "acme", "--lease", "1", ACME_URL=url)

    assert errors == ("" if how == signal.SIGKILL else "stopped; nothing is lost, the same command goes on from here\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert [one for one in fake.read[read:] if one.startswith("customers")] == []
    assert reports(done.stdout)[0] == "acme.customers: read by an earlier run; all delivered"
    assert sorted(fake.taken) == numbers("C") + numbers("O")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["hello"], "hello has no `migrate:`; name its flows there in order"),
        (["acme", "--failed", "nowhere/failed.csv"], "--failed nowhere/failed.csv: No such file or directory"),
    ],
)
def test_mistakes_are_told_with_a_remedy(
    shell: Shell, world: tuple[World, str], arguments: list[str], words: str
) -> None:
    done: Any = shell("migrate", *arguments, ACME_URL=world[1])

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
