"""One connection of a caller: bounds on the head of a request, which come before any rule of access."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 20.0


class HeadWithBody:
    """A transport that holds the head of a response back for its body: one system call for both.

    A head without a body goes out when the event loop comes round.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._head = b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if self._head:
            data, self._head = self._head + data, b""
        elif data.startswith(b"HTTP/1.1 2") and data.endswith(b"\r\n\r\n"):
            self._head = data
            self._loop.call_soon(self._flush)
            return
        self._transport.write(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        if self._head:
            self.write(b"")


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, closed when a request's line and headers are too long or come too slowly."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(HeadWithBody(transport, self.loop))  # type: ignore[arg-type]
        self._head: int | None = 0
        self._clock: asyncio.TimerHandle | None = self._started()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._head is not None:
            self._head += len(data)
        super().data_received(data)
        if self._head is None:
            return
        if self._head > HEAD_BYTES:
            self._refuse()
        elif self._clock is None:  # most heads come whole, and need no clock
            self._clock = self._started()

    def on_message_begin(self) -> None:
        if self._head is None:
            self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._end()
        super().on_headers_complete()

    def _started(self) -> asyncio.TimerHandle:
        return self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _end(self) -> None:
        self._head = None
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _refuse(self) -> None:
        self._end()
        self.transport.write(
            b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
        )
        self.transport.close()
