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
from bench.realtime_load import cpu_seconds

WARM_UP = 0.5


class Load:
    """What all connections share."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.sent = self.accepted = self.wrong = 0
        self.stopping = False


class Poster(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._received = b""
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        self._load.sent += 1
        self._transport.write(wire(self._load.sent, self._load.port))

    def data_received(self, data: bytes) -> None:
        received = self._received = self._received + data
        end = received.find(b"\r\n\r\n")
        at = received.find(b"content-length: ", 0, end) + 16
        if end < 0 or len(received) < end + 4 + int(received[at : received.index(b"\r", at)]):
            return
        self._received, load = b"", self._load
        if received.startswith(b"HTTP/1.1 202"):
            load.accepted += 1
        else:
            load.wrong += 1
        if load.stopping:
            self.ended.set_result(None)
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self._load.wrong += 1
            self.ended.set_result(None)


async def measure(port: int, connections: int, seconds: float, pid: int) -> dict[str, float]:
    load, loop = Load(port), asyncio.get_running_loop()
    posters = [(await loop.create_connection(lambda: Poster(load), "127.0.0.1", port))[1] for _ in range(connections)]
    await asyncio.sleep(WARM_UP)
    before, cpu, began = load.accepted, cpu_seconds(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    count, cpu, took = load.accepted - before, cpu_seconds(pid) - cpu, time.perf_counter() - began
    load.stopping = True
    await asyncio.wait_for(asyncio.gather(*(poster.ended for poster in posters)), 30)
    return {"rate": count / took, "cpu": cpu / count * 1e6, "accepted": load.accepted, "wrong": load.wrong}


if __name__ == "__main__":
    port, connections, seconds, pid = sys.argv[1:]
    gc.freeze()
    gc.disable()  # no cycles are made here
    print(json.dumps(uvloop.run(measure(int(port), int(connections), float(seconds), int(pid)))))
