"""Sockets, the application behind them, and an orderly end."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Literal

import uvicorn
from starlette.types import ASGIApp

from engine.server import loop
from engine.server.generations import Generations

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True)
class Address:
    """Where to listen (port 0: a free one); TLS if there is a certificate, whose key may stand in the same file."""

    host: str = "127.0.0.1"
    port: int = 8080
    cert: str | None = None
    key: str | None = None


async def serve(generations: Generations, address: Address, started: Callable[[str], None]) -> None:
    """Serve until a signal comes; then finish what runs, log off, close.

    Args:
        started: called with the base URL once the sockets accept.

    Raises:
        OSError: the address cannot be listened on, or a certificate file cannot be read.
    """
    try:
        sockets = _listen(address)
        config = _config(generations, address, generations.patience)
        server = _Server(config, lambda: started(_url(address, sockets[0])), generations.stopping)
        generations.begin()
        loop.settle()
        await server.serve(sockets)
    finally:
        await generations.aclose()


async def serve_app(app: ASGIApp, address: Address, started: Callable[[str], None]) -> None:
    """Serve any other application until a signal comes.

    Raises:
        OSError: the address cannot be listened on, or a certificate file cannot be read.
    """
    sockets = _listen(address)
    config = _config(app, address, 1.0)
    await _Server(config, lambda: started(_url(address, sockets[0]))).serve(sockets)


def _listen(address: Address) -> list[socket.socket]:
    """Sockets on every address the host stands for; of our own, so that a port in use is an error and no log line."""
    found = socket.getaddrinfo(
        address.host, address.port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, where in dict.fromkeys(found):
            listener = socket.socket(family, kind, protocol)
            sockets.append(listener)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(where)
            listener.setblocking(False)
    except OSError:
        for listener in sockets:
            listener.close()
        raise
    return sockets


def _url(address: Address, listener: socket.socket) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"{'https' if address.cert else 'http'}://{host}:{listener.getsockname()[1]}"


class _Server(uvicorn.Server):
    def __init__(
        self, config: uvicorn.Config, started: Callable[[], None], stopping: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(config)
        self._tell = started
        self._stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._tell()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._stopping()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """A signal ends the serving and nothing else: uvicorn would raise it again, before we have logged off."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _config(app: ASGIApp, address: Address, patience: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_http(),
        ws="none",
        ssl_certfile=address.cert,
        ssl_keyfile=address.key,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=int(patience),
        timeout_keep_alive=30,
    )


def _http() -> type[asyncio.Protocol] | Literal["auto"]:
    try:
        from engine.server.connection import BoundedConnection
    except ImportError:  # no httptools here; uvicorn's other parser has such bounds itself
        return "auto"
    return BoundedConnection
