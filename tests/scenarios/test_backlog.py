"""Fifty thousand deliveries wait: the engine needs hardly more memory than with a thousand."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import httpx
import pytest

from engine.delivery.accepting import Batch
from engine.delivery.delivery import FlowName, NewDelivery
from engine.delivery.store import Store
from tests.fakes.faults import Delay
from tests.fakes.order_desk import OrderDesk
from tests.fakes.serving import serving
from tests.installed import free_port
from tests.scenarios.crashes import Engines, until
from tests.scenarios.desk import desk

MEGABYTE = 1024  # as the system counts, in kB
NOTE = "x" * 1000


async def filled(store: str, count: int) -> None:
    """A store in which so many orders wait, of some 1 kB each."""
    kept = Store.open(store)
    for start in range(0, count, 1000):
        new = [
            NewDelivery(
                FlowName("acme", "orders"),
                f"x{number:06}",
                f"C{number}",
                f"x{number:06}",
                {"event": {"no": f"W-{number}", "customer": f"C{number}", "note": NOTE}},
                1.0,
            )
            for number in range(start, start + 1000)
        ]
        await kept.accept(Batch(new, 1.0))
    kept.close()


def peak(pid: int) -> int:
    """The most memory a process has used so far, kB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def memory_with(folder: Path, count: int) -> int:
    """Of an engine that delivers three hundred of so many, is away from its ERP for a while, and tells how it is."""
    folder.mkdir()
    erp, store = OrderDesk(), f"sqlite:///{folder}/engine.db"
    erp.faults.add(Delay(0.01), path="/orders", times=None)
    asyncio.run(filled(store, count))
    port, erp_port = free_port(), free_port()
    engines = Engines(folder, store, f"http://127.0.0.1:{erp_port}", text=desk("500ms"))
    engines.start(port)
    try:
        with serving(erp.app, port=erp_port):
            until(lambda: len(erp.orders) >= 300, 100)
        for path in ("/metrics", "/readyz"):
            assert httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30, trust_env=False).status_code == 200
        with serving(erp.app, port=erp_port):
            until(lambda: len(erp.orders) >= 600, 100)
        return peak(engines.running[port].pid)
    finally:
        engines.kill_all()


@pytest.mark.timeout(400)
@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
def test_memory_does_not_grow_with_what_waits(tmp_path: Path) -> None:
    few, many = memory_with(tmp_path / "few", 1_000), memory_with(tmp_path / "many", 50_000)

    assert many - few < 60 * MEGABYTE, f"{few} kB with 1,000 waiting, {many} kB with 50,000"
