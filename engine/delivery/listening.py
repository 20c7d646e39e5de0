"""Being told at once that there is something to do, also by engines in other processes."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Connection, Engine, text

from engine.delivery.delivery import FlowName

Told = Callable[[FlowName | None], None]

CHANNEL = "engine_deliveries"
OUTAGES = "engine_outages"
_TURN = 1.0  # seconds after which the listening thread looks whether it should stop


class Listener:
    """Passes on what changes: within this process directly, on PostgreSQL to all engines by NOTIFY.

    On SQLite other processes look at the file from time to time; nobody tells them.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._told: list[Told] = []
        self._told_of_outages: list[Callable[[], None]] = []
        self._outside = engine.dialect.name == "postgresql"
        self._closing = threading.Event()
        self._threads: list[threading.Thread] = []

    def watch(self, told: Told) -> None:
        """Call `told` in the event loop that runs now whenever a flow may have something to do."""
        self._told.append(told)
        self._begin()

    def unwatch(self, told: Told) -> None:
        """Call `told` no more."""
        self._told.remove(told)

    def watch_outages(self, told: Callable[[], None]) -> None:
        """Call `told` in the event loop that runs now whenever a connection went offline, or answers again."""
        self._told_of_outages.append(told)
        self._begin()

    def unwatch_outages(self, told: Callable[[], None]) -> None:
        """Call `told` no more."""
        self._told_of_outages.remove(told)

    def tell(self, name: FlowName | None) -> None:
        """Tell everybody of a flow; None: of any."""
        for told in tuple(self._told):
            told(name)

    def tell_of_outages(self) -> None:
        """Tell everybody that one began or ended."""
        for told in tuple(self._told_of_outages):
            told()

    def close(self) -> None:
        """Stop listening."""
        self._closing.set()
        for thread in self._threads:
            thread.join()

    def _begin(self) -> None:
        """Listen to engines in other processes, if somebody can be heard."""
        if self._outside and not self._threads:
            loop = asyncio.get_running_loop()
            self._threads.append(threading.Thread(target=self._listen, args=(loop,), name="listen", daemon=True))
            self._threads[0].start()

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        while not self._closing.is_set():
            try:
                self._heard(loop)
            except Exception:  # the connection is gone: until there is one again, engines look by themselves
                self._closing.wait(_TURN)

    def _heard(self, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.closing(self._engine.raw_connection()) as pooled:
            connection: Any = pooled.driver_connection
            connection.autocommit = True
            try:
                connection.execute(f"LISTEN {CHANNEL}")
                connection.execute(f"LISTEN {OUTAGES}")
                while not self._closing.is_set():
                    for notice in connection.notifies(timeout=_TURN):
                        loop.call_soon_threadsafe(self._pass_on, notice.channel, notice.payload)
            finally:
                pooled.invalidate()

    def _pass_on(self, channel: str, payload: str) -> None:
        if channel == OUTAGES:
            self.tell_of_outages()
            return
        integration, _, flow = payload.partition(".")
        self.tell(FlowName(integration, flow) if flow else None)


_NOTIFY = text("select pg_notify(:channel, :name)")


def announce(connection: Connection, names: Iterable[FlowName]) -> None:
    """Tell engines in other processes, when this transaction is committed, that flows have something to do."""
    if connection.dialect.name == "postgresql":
        values = [{"channel": CHANNEL, "name": str(name)} for name in sorted(set(names), key=str)]
        if values:
            connection.execute(_NOTIFY, values)


def announce_outages(connection: Connection) -> None:
    """Tell engines in other processes, when this transaction is committed, that a connection went offline or answers."""
    if connection.dialect.name == "postgresql":
        connection.execute(_NOTIFY, {"channel": OUTAGES, "name": ""})
