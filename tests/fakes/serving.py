"""An ASGI app on a loopback port, in a thread of its own, started and stopped within milliseconds."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from ssl import SSLContext
from threading import Thread
from typing import Any

from starlette.types import ASGIApp
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from .certificates import Authority

TRANSPORT = "transport"
"""Key in the ASGI scope's `state` under which an app finds the connection it is answering on."""

_PATIENCE = 0.5
_KEEP_ALIVE = 60


@contextmanager
def serving(app: ASGIApp, tls: Authority | None = None, port: int = 0) -> Iterator[str]:
    """Serve `app` until the block ends, on a free port or a given one; gives its base URL.

    Connections still open at the end are cut.
    """
    listener = socket.create_server(("127.0.0.1", port), backlog=512)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio sets it only on sockets it made itself
    started: Future[Callable[[], object]] = Future()
    context = tls.server_context() if tls else None
    thread = Thread(target=_run, args=(app, listener, context, started), daemon=True)
    thread.start()
    stop = started.result(timeout=60)
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop()
        thread.join(timeout=60)


def _run(
    app: ASGIApp, listener: socket.socket, context: SSLContext | None, started: Future[Callable[[], object]]
) -> None:
    try:
        asyncio.run(_serve(app, listener, context, started))
    except Exception as error:
        if started.done():
            raise
        started.set_exception(error)
    finally:
        listener.close()


async def _serve(
    app: ASGIApp, listener: socket.socket, context: SSLContext | None, started: Future[Callable[[], object]]
) -> None:
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    config = Config(app, lifespan="off", log_config=None, access_log=False, timeout_keep_alive=_KEEP_ALIVE)
    config.load()
    state = ServerState()
    server = await loop.create_server(lambda: _Connection(config, state, app_state={}), sock=listener, ssl=context)
    started.set_result(lambda: loop.call_soon_threadsafe(stopping.set))
    await stopping.wait()
    server.close()
    for connection in list(state.connections):
        connection.transport.abort()
    if state.tasks:
        await asyncio.wait(state.tasks, timeout=_PATIENCE)


class _Connection(H11Protocol):
    """Tells the app its transport, so that a fault can cut the line for real."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}
