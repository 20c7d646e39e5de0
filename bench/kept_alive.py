"""Connections to a server under load: each sends the next request when the last is answered."""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any


class Load(ABC):
    """What all connections share.

    Attributes:
        lost: connections that were closed by the server.
    """

    def __init__(self) -> None:
        self.lost = 0
        self.stopping = False

    @abstractmethod
    def request(self) -> tuple[bytes, Any]:
        """The next request, and what is to be known of it when its answer comes."""

    @abstractmethod
    def answered(self, answer: bytes, body: int, about: Any) -> None:
        """An answer came, whole; `body` is where its body begins."""

    @asynccontextmanager
    async def applied(self, port: int, connections: int) -> AsyncIterator[None]:
        """Apply the load to a port of this machine; at the end, wait for the last answers."""
        loop = asyncio.get_running_loop()
        opened = [
            (await loop.create_connection(lambda: _Connection(self), "127.0.0.1", port))[1] for _ in range(connections)
        ]
        yield
        self.stopping = True
        await asyncio.wait_for(asyncio.gather(*(one.ended for one in opened)), 30)


class _Connection(asyncio.Protocol):
    """One connection, kept alive."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._received = b""
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def _send(self) -> None:
        request, self._about = self._load.request()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        end = received.find(b"\r\n\r\n")
        at = received.find(b"content-length: ", 0, end) + 16
        if end < 0 or len(received) < end + 4 + int(received[at : received.index(b"\r", at)]):
            self._received = received
            return
        self._received = b""
        self._load.answered(received, end + 4, self._about)
        if self._load.stopping:
            self.ended.set_result(None)
        else:
            self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.ended.done():
            self._load.lost += 1
            self.ended.set_result(None)


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, 0 where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / float(os.sysconf("SC_CLK_TCK"))
