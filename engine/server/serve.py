"""Serving: a socket, the application, and an orderly end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import uvicorn

from engine.runtime.engine import Engine
from engine.server.access import Proxies, networks
from engine.server.app import App


@dataclass(frozen=True)
class Address:
    """Where to listen; TLS if both files are given."""

    host: str = "127.0.0.1"
    port: int = 8080
    cert: str | None = None
    key: str | None = None


async def serve(
    engine: Engine,
    address: Address,
    trusted_proxies: Sequence[str],
    started: Callable[[], None],
    patience: float = 30.0,
) -> None:
    """Serve until a signal comes; then finish what runs, log off, close.

    Args:
        trusted_proxies: networks whose X-Forwarded-For is believed.
        started: called once the socket accepts.
        patience: seconds that running exchanges get to finish.
    """
    server = _Server(
        _config(App(engine, Proxies(networks(trusted_proxies)), lambda: not server.should_exit), address, patience),
        started,
    )
    settle()
    try:
        await server.serve()
    finally:
        await engine.aclose(patience)


def settle() -> None:
    """Tune the garbage collector for long-lived plans: they are never looked at again, young garbage less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            self._tell()


def _config(app: App, address: Address, patience: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=address.host,
        port=address.port,
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


def run(main: Callable[[], object]) -> None:
    """Run an async main on the fastest loop there is."""
    try:
        import uvloop

        uvloop.run(main())  # type: ignore[arg-type]
    except ImportError:
        asyncio.run(main())  # type: ignore[arg-type]
