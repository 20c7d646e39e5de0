"""Run the demonstration: `python -m tests.demo [--once]`."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from engine.journal import Entry, NoSuchExchange, Search
from tests.demo.account import Account
from tests.demo.requests import Request, requests
from tests.demo.systems import SHOP_TOKEN, Systems, simulated

PORT = 8080
INTEGRATIONS = ("p21", "eclipse", "webconnector", "orocommerce")


def main() -> int:
    options = argparse.ArgumentParser(prog="make demo", description=__doc__)
    options.add_argument("--once", action="store_true", help="end after the account; exit code 1 if an exchange failed")
    once = options.parse_args().once
    with tempfile.TemporaryDirectory(prefix="engine-demo-") as name:
        folder = Path(name)
        with simulated(folder) as systems:
            print(
                "Simulated systems: Prophet 21, Eclipse, the Web-Connector and OroCommerce, each over https on this machine."
            )
            with served(systems, folder) as (url, store):
                failed = tell_all(url, store, systems, once=once)
                where_next(url, store, once)
                if not once:
                    wait()
    return 1 if failed else 0


def tell_all(url: str, store: str, systems: Systems, *, once: bool) -> int:
    """Make every request and print its account; gives how many did not end as they should."""
    account, failed = Account(colour=sys.stdout.isatty(), kept=not once), 0
    if not once:
        print(f"\nEach exchange is kept; to look at one: export ENGINE_STORE={store}")
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {SHOP_TOKEN}"}, timeout=60) as shop:
        for number, request in enumerate(requests(systems), 1):
            failed += not _tell(account, shop, store, number, request)
    print(f"\n{number} exchanges, {failed or 'none'} ended otherwise than it should.")
    return failed


def _tell(account: Account, shop: httpx.Client, store: str, number: int, request: Request) -> bool:
    headers = {"Idempotency-Key": request.key} if request.key else {}
    began = time.perf_counter()
    path = f"/v1/{request.integration}/messages/{request.message}"
    reply = shop.post(path, json=request.input, headers=headers)
    took = (time.perf_counter() - began) * 1000
    id = reply.headers.get("engine-exchange") or reply.json().get("exchange", "")
    account.tell(number, request, reply.status_code, reply.text, took, _kept(store, id))
    return reply.status_code == request.expected


def _kept(store: str, id: str) -> Entry:
    """The exchange from the journal, which writes a moment behind the answer."""
    for _ in range(3000):
        search = Search.open(store)
        try:
            return search.get(id)
        except NoSuchExchange:
            time.sleep(0.01)
        finally:
            search.close()
    raise SystemExit(f"the journal has no exchange {id}")


@contextmanager
def served(systems: Systems, folder: Path) -> Iterator[tuple[str, str]]:
    """The engine, started as in production: `engine serve`."""
    store, port = f"sqlite:///{folder / 'engine.db'}", _free_port()
    command = [sys.executable, "-m", "engine", "serve", *INTEGRATIONS, "--port", str(port), "--store", store]
    process = subprocess.Popen(command, env={**os.environ, **systems.environment}, stdout=subprocess.PIPE, text=True)
    try:
        _tell_start(process)
        yield f"http://127.0.0.1:{port}", store
    finally:
        process.terminate()
        process.wait(timeout=40)


def _tell_start(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        print(f"engine serve | {line.rstrip()}")
        if line.startswith("serving on"):
            return
    raise SystemExit("the engine did not start; its message stands above")


def _free_port() -> int:
    """8080, or any other if that is taken."""
    for port in (PORT, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise SystemExit("no port is free")


def where_next(url: str, store: str, once: bool) -> None:
    print("\nWhere to look next")
    print("   integrations/p21.yaml            the whole of Prophet 21, in one file")
    print("   engine validate integrations/    break a line in it, and see what is said")
    if once:
        return
    print(f"   {url}/openapi.json   every message, typed")
    print(f"   engine log --store {store}")
    print(
        f"   curl -s {url}/v1/p21/messages/prices -H 'Authorization: Bearer {SHOP_TOKEN}' -H 'Content-Type: application/json' \\"
    )
    print("""        -d '{"customer_id": "100123", "items": [{"sku": "EMT-05", "quantity": 100}]}'""")
    print("(`engine` is .venv/bin/engine)\n")


def wait() -> None:
    print("Serving until Ctrl-C …", flush=True)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        print("\nstopped")


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, interrupted)  # whoever stops us stops the engine with us
    sys.exit(main())
