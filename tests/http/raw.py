"""A server that says exactly what a test wants it to say, byte by byte."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Literal

Then = Literal["close", "reset", "hold"]


@dataclass(frozen=True)
class Say:
    """One answer; `then` is what becomes of the connection."""

    data: bytes
    then: Then = "close"


@dataclass
class Raw:
    """A server: its address, and the requests it has read."""

    url: str
    requests: list[bytes] = field(default_factory=list)


def reply(body: bytes, kind: str = "application/json", *more: str, status: int = 200) -> bytes:
    """A whole reply that ends its connection."""
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        *more,
        "Connection: close",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


@asynccontextmanager
async def saying(*answers: Say) -> AsyncIterator[Raw]:
    """Answer the first request with the first answer, and so on; the last answers all further ones."""
    left, tasks = list(answers), set[asyncio.Task[None]]()
    raw = Raw("")

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        tasks.add(task)
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await _one(reader, writer, left, raw.requests):
                pass
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    raw.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield raw
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _one(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, left: list[Say], requests: list[bytes]
) -> bool:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    requests.append(head + await reader.readexactly(length))
    say = left.pop(0) if len(left) > 1 else left[0]
    writer.write(say.data)
    await writer.drain()
    if say.then == "reset":
        await asyncio.sleep(0.05)  # what was said shall arrive first
        plain = writer.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    return say.then == "hold"


def lines(request: bytes) -> Sequence[str]:
    """The line and headers of a request."""
    return request.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
