"""A world for crashes: an ERP that keeps orders, engines that are killed, a shop that goes on posting."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.cli.conftest import environment

ACME = """
engine: 1
name: acme
settings: {url: {type: url}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a server of this test
    limits: {concurrency: 16}
    timeout: 30s
    endpoints:
      find: {method: GET, path: "/orders/{no}", absent: [404]}
      place: {method: POST, path: /orders}
messages:
  create_order:
    steps:
      - {call: erp.find, save: known, path: {no: =input.no}}
      - {call: erp.place, save: order, unless: known, body: {no: =input.no, customer: =input.customer}}
    reply: =order
events:
  placed: {schema: {type: object, required: [no, customer]}, id: =body.no}
flows:
  orders:
    trigger: {event: placed}
    key: =event.customer
    send: create_order
    delivery: {attempts: 50, backoff: 50ms..200ms}
"""


class Erp:
    """Keeps orders; `trouble` is how many of a hundred requests go wrong, in every way they can."""

    def __init__(self, seed: int, trouble: int = 0) -> None:
        self.orders: list[dict[str, Any]] = []
        self._chance = random.Random(seed)
        self._trouble = trouble
        self._lock = threading.Lock()
        routes = [Route("/orders/{no}", self._find), Route("/orders", self._place, methods=["POST"])]
        self.app = Starlette(routes=routes)

    def count(self) -> Counter[str]:
        with self._lock:
            return Counter(order["no"] for order in self.orders)

    def of(self, customer: str) -> list[str]:
        return [order["no"] for order in self.orders if order["customer"] == customer]

    async def _find(self, request: Request) -> Response:
        if self._chance.randrange(100) < self._trouble:
            return JSONResponse({"error": "busy"}, 503)
        with self._lock:
            known = [order for order in self.orders if order["no"] == request.path_params["no"]]
        return JSONResponse(known[0]) if known else Response(status_code=404)

    async def _place(self, request: Request) -> Response:
        order = await request.json()
        trouble = self._chance.randrange(100)
        if trouble < self._trouble / 2:
            return JSONResponse({"error": "busy"}, 500)
        with self._lock:
            self.orders.append(order)
        if trouble < self._trouble:
            return JSONResponse({"error": "the order was taken, the answer is lost"}, 500)
        return JSONResponse(order)


@dataclass
class Engines:
    """Engines in processes of their own, on one store."""

    folder: Path
    store: str
    erp: str
    lease: float = 8.0
    text: str = ACME
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "integrations").mkdir(exist_ok=True)
        (self.folder / "integrations" / "acme.yaml").write_text(self.text)

    def start(self, port: int) -> None:
        command = [sys.executable, "-m", "engine", "serve", "--port", str(port), "--store", self.store]
        process = subprocess.Popen(
            [*command, "--lease", str(self.lease)],
            cwd=self.folder,
            env=environment(ACME_URL=self.erp, ACME_PASSWORD="pass-word-1"),
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / f"{port}.log").open("ab"),
        )
        self.running[port] = process

    def kill(self, port: int) -> None:
        process = self.running.pop(port)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()

    def open(self, *filter: str) -> int:
        """How many deliveries are left: all, or those of a filter of `engine parked`."""
        command = [sys.executable, "-m", "engine", "parked", *(filter or ["--all"]), "--store", self.store]
        done = subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, text=True, check=True)
        return int(done.stdout.splitlines()[-1].split()[0])

    def kill_all(self) -> None:
        for port in list(self.running):
            self.kill(port)


@dataclass
class Shop:
    """Posts each order once, to one of the engines, and notes what it was told."""

    ports: list[int]
    accepted: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)

    def post(self, numbers: list[int], customers: int) -> None:
        with httpx.Client(timeout=60) as client:
            for number in numbers:
                no = f"W-{number}"
                self._note(no, self._answer(client, {"no": no, "customer": f"C{number % customers}"}))

    def _answer(self, client: httpx.Client, order: dict[str, str]) -> int | None:
        """The status; None: it is not known what became of it."""
        while True:
            port = random.choice(self.ports)
            try:
                return client.post(f"http://127.0.0.1:{port}/v1/acme/events/placed", json=order).status_code
            except httpx.ConnectError:
                time.sleep(0.02)  # nobody is there: not sent
            except httpx.TransportError:
                return None

    def _note(self, no: str, status: int | None) -> None:
        (self.unknown if status is None else self.accepted if status == 202 else self.refused).add(no)


def until(condition: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not come to an end")
        time.sleep(0.1)
