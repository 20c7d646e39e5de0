"""The load of bench/realtime.py: connections that each send the next request when the last is answered.

Run as `python -m bench.realtime_load PORT CONNECTIONS WARM_UP SECONDS EXPECTED PID`; it prints one line of JSON.
EXPECTED is a file with one reply a line, in the order of the requests: every reply is compared. PID is the server, whose
processor time is read (Linux).
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop

from bench.kept_alive import Load, cpu_seconds
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


class Asking(Load):
    """Requests in turn, whose replies are known."""

    def __init__(self, requests: list[bytes], expected: list[bytes]) -> None:
        super().__init__()
        self._cases = list(zip(requests, expected, strict=True))
        self.sent = 0
        self.latencies: list[float] = []
        self.wrong = 0

    def request(self) -> tuple[bytes, tuple[bytes, float]]:
        request, expected = self._cases[self.sent % len(self._cases)]
        self.sent += 1
        return request, (expected, time.perf_counter())

    def answered(self, answer: bytes, body: int, about: tuple[bytes, float]) -> None:
        expected, sent = about
        self.latencies.append(time.perf_counter() - sent)
        if answer[body:] != expected or not answer.startswith(b"HTTP/1.1 200"):
            self.wrong += 1


async def measure(
    port: int, connections: int, warm_up: float, seconds: float, expected: list[bytes], pid: int
) -> Measured:
    load = Asking([wire(body, port) for body in bodies()], expected)
    async with load.applied(port, connections):
        await asyncio.sleep(warm_up)
        before, cpu, began = len(load.latencies), cpu_seconds(pid), time.perf_counter()
        await asyncio.sleep(seconds)
        after, cpu, took = len(load.latencies), cpu_seconds(pid) - cpu, time.perf_counter() - began
    count, latencies = after - before, sorted(load.latencies[before:after])
    return Measured(
        requests=count,
        total=load.sent,
        wrong=load.wrong + load.lost,
        rate=count / took,
        p50=latencies[count // 2] * 1000,
        p99=latencies[count * 99 // 100] * 1000,
        cpu=cpu / count * 1e6,
    )


if __name__ == "__main__":
    port, connections, warm_up, seconds, file, pid = sys.argv[1:]
    replies = Path(file).read_bytes().splitlines()
    gc.freeze()
    gc.disable()  # no cycles are made here
    result = uvloop.run(measure(int(port), int(connections), float(warm_up), float(seconds), replies, int(pid)))
    print(json.dumps(asdict(result)))
