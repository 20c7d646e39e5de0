"""The load of bench/realtime.py: connections that each send the next request when the last is answered.

Run as `python -m bench.realtime_load PORT CONNECTIONS WARM_UP SECONDS EXPECTED PID`; it prints one line of JSON.
EXPECTED is a file with one reply a line, in the order of the requests: every reply is compared. PID is the server, whose
processor time is read (Linux).
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop

from bench.realtime_case import bodies, wire


@dataclass(frozen=True)
class Measured:
    """One round.

    Attributes:
        requests: those answered within the seconds.
        total: all that were sent, with the warm-up.
        wrong: answers that are not what they should be.
        cpu: the server's processor time per request, microseconds; 0 where it is not known.
    """

    requests: int
    total: int
    wrong: int
    rate: float
    p50: float
    p99: float
    cpu: float


class Load:
    """What all connections share."""

    def __init__(self, requests: list[bytes], expected: list[bytes]) -> None:
        self.cases = list(zip(requests, expected, strict=True))
        self.next = 0
        self.latencies: list[float] = []
        self.wrong = 0
        self.lost = 0
        self.stopping = False


class Caller(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._received = b""
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        load = self._load
        request, self._expected = load.cases[load.next % len(load.cases)]
        load.next += 1
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        end = received.find(b"\r\n\r\n")
        at = received.find(b"content-length: ", 0, end) + 16
        if end < 0 or len(received) < end + 4 + int(received[at : received.index(b"\r", at)]):
            self._received = received
            return
        self._received = b""
        load = self._load
        load.latencies.append(time.perf_counter() - self._sent)
        if received[end + 4 :] != self._expected or not received.startswith(b"HTTP/1.1 200"):
            load.wrong += 1
        if load.stopping:
            self.ended.set_result(None)
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self._load.lost += 1
            self.ended.set_result(None)


async def measure(
    port: int, connections: int, warm_up: float, seconds: float, expected: list[bytes], pid: int
) -> Measured:
    load, loop = Load([wire(body, port) for body in bodies()], expected), asyncio.get_running_loop()
    callers = [(await loop.create_connection(lambda: Caller(load), "127.0.0.1", port))[1] for _ in range(connections)]
    await asyncio.sleep(warm_up)
    before, cpu, began = len(load.latencies), cpu_seconds(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    after, cpu, took = len(load.latencies), cpu_seconds(pid) - cpu, time.perf_counter() - began
    load.stopping = True
    await asyncio.wait_for(asyncio.gather(*(caller.ended for caller in callers)), 30)
    count, latencies = after - before, sorted(load.latencies[before:after])
    return Measured(
        requests=count,
        total=load.next,
        wrong=load.wrong + load.lost,
        rate=count / took,
        p50=latencies[count // 2] * 1000,
        p99=latencies[count * 99 // 100] * 1000,
        cpu=cpu / count * 1e6,
    )


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))


if __name__ == "__main__":
    port, connections, warm_up, seconds, file, pid = sys.argv[1:]
    replies = Path(file).read_bytes().splitlines()
    gc.freeze()
    gc.disable()  # no cycles are made here
    result = uvloop.run(measure(int(port), int(connections), float(warm_up), float(seconds), replies, int(pid)))
    print(json.dumps(asdict(result)))
