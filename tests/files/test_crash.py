"""`kill -9` in the middle of an import: nothing is lost, and little goes twice."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.serving import serving

ACME = """
engine: 1
name: acme
settings: {url: {type: url}, folder: {type: text}}
connections:
  shop:
    type: rest
    url: =settings.url
    insecure: a server of this test
    endpoints: {load: {method: POST, path: /load, effect: repeatable}}
  drop:
    type: files
    folder: =settings.folder
    endpoints: {items: {type: read, match: "*.csv", ready: {quiet: 0s}, format: {type: csv, columns: {sku: text(8) required}}}}
messages:
  load: {steps: [{call: shop.load, body: =input}]}
flows:
  items: {trigger: {manual: true}, read: {call: drop.items}, key: =record.sku, batch: 100, send: load, input: {items: =records}}
"""
ROWS = 5000


class Shop:
    def __init__(self, hangs_at: int) -> None:
        self.taken: Counter[str] = Counter()
        self.hangs_at = hangs_at
        self.is_there, self.goes_on = threading.Event(), threading.Event()
        self.app = Starlette(routes=[Route("/load", self._load, methods=["POST"])])

    async def _load(self, request: Request) -> Response:
        self.taken.update(item["sku"] for item in (await request.json())["items"])
        if self.taken.total() >= self.hangs_at:
            self.is_there.set()
            await asyncio.to_thread(self.goes_on.wait)
        return JSONResponse({})


def command(folder: Path, url: str) -> list[str]:
    given = {"acme.url": url, "acme.folder": f"{folder}/in"}
    words = ["run", "acme", "items", "--integrations", f"{folder}/acme.yaml", "--store", f"sqlite:///{folder}/store.db"]
    return [sys.executable, "-m", "engine", *words, *(f"--set={name}={value}" for name, value in given.items())]


@pytest.mark.parametrize("at", [1, 2500])
def test_an_import_that_was_killed_goes_on(tmp_path: Path, at: int) -> None:
    (tmp_path / "acme.yaml").write_text(ACME)
    (tmp_path / "in").mkdir()
    rows = ["too long a number" if number % 1000 == 7 else f"S{number}" for number in range(ROWS)]
    (tmp_path / "in" / "items.csv").write_text("sku\n" + "\n".join(rows) + "\n")
    shop = Shop(at)
    with serving(shop.app) as url:
        first = subprocess.Popen(command(tmp_path, url), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert shop.is_there.wait(100)
        first.send_signal(signal.SIGKILL)
        first.wait()
        shop.goes_on.set()
        busy = subprocess.run(command(tmp_path, url), capture_output=True, text=True, timeout=100)
        with sqlite3.connect(tmp_path / "store.db") as store:
            store.execute("update delivery_flow set lease = 0")  # as if half a minute had passed
        again = subprocess.run(command(tmp_path, url), capture_output=True, text=True, timeout=100)

    assert "is read by another engine now; if that was killed, this works within 30 s" in busy.stderr
    assert "rows cannot be read" in again.stdout, again.stdout + again.stderr
    assert set(shop.taken) == {row for row in rows if row.startswith("S")}
    assert sum(count - 1 for count in shop.taken.values()) <= 1600
    rejected = (tmp_path / "in/error/items.csv.rejected").read_text().splitlines()
    assert [line.split("\t")[0] for line in rejected] == ["9", "1009", "2009", "3009", "4009"]
    assert [path.name for path in (tmp_path / "in/archive").iterdir()] == ["items.csv"]
