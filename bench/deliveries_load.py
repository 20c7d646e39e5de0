"""The load of bench/deliveries.py: connections that each post the next order when the last was taken in.

Run as `python -m bench.deliveries_load PORT CONNECTIONS SECONDS PID`; it prints one line of JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time

import uvloop

from bench.deliveries_case import wire
from bench.kept_alive import Load, cpu_seconds

WARM_UP = 0.5


class Orders(Load):
    """Orders, each posted once."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self._port = port
        self.sent = self.accepted = self.wrong = 0

    def request(self) -> tuple[bytes, None]:
        self.sent += 1
        return wire(self.sent, self._port), None

    def answered(self, answer: bytes, body: int, about: None) -> None:
        if answer.startswith(b"HTTP/1.1 202"):
            self.accepted += 1
        else:
            self.wrong += 1


async def measure(port: int, connections: int, seconds: float, pid: int) -> dict[str, float]:
    load = Orders(port)
    async with load.applied(port, connections):
        await asyncio.sleep(WARM_UP)
        before, cpu, began = load.accepted, cpu_seconds(pid), time.perf_counter()
        await asyncio.sleep(seconds)
        count, cpu, took = load.accepted - before, cpu_seconds(pid) - cpu, time.perf_counter() - began
    wrong = load.wrong + load.lost
    return {"rate": count / took, "cpu": cpu / count * 1e6, "accepted": load.accepted, "wrong": wrong}


if __name__ == "__main__":
    port, connections, seconds, pid = sys.argv[1:]
    gc.freeze()
    gc.disable()  # no cycles are made here
    print(json.dumps(uvloop.run(measure(int(port), int(connections), float(seconds), int(pid)))))
