"""Generations: a set of files at work. When the files change a new one begins, and the old one ends in order.

Side by side they are as safe as two engines on one store: leases and the order of keys are the store's.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from engine.api.access import Proxies
from engine.api.app import App
from engine.api.requests import Receive, Scope, Send
from engine.api.vitals import Vitals
from engine.runtime.by_itself.flows import Flows
from engine.runtime.messages.engine import Engine


@dataclass(frozen=True)
class Process:
    """What stays the same while generations come and go.

    Attributes:
        vitals: how the process is doing; None: it is not watched.
        patience: seconds that running attempts, readings, and at the end exchanges, get to finish.
    """

    proxies: Proxies = field(default_factory=Proxies)
    vitals: Vitals | None = None
    patience: float = 30.0


class Generation:
    """One engine, its flows, and the application that answers for it."""

    def __init__(self, engine: Engine, flows: Flows | None, app: App) -> None:
        self.engine = engine
        self._flows = flows
        self._app = app
        self._requests = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._working: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Read and deliver, if there are flows."""
        if self._flows is not None:
            self._working = asyncio.create_task(self._flows.run())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._requests += 1
        self._idle.clear()
        try:
            await self._app(scope, receive, send)
        finally:
            self._requests -= 1
            if not self._requests:
                self._idle.set()

    def hurry(self) -> None:
        """Wait for no request any longer: the sockets are closed."""
        self._idle.set()

    async def end(self, patience: float) -> None:
        """Take nothing more, finish what runs, log off.

        Args:
            patience: seconds for attempts and readings; requests have the time limits of their messages.
        """
        try:
            if self._flows is not None and self._working is not None:
                await self._flows.stop(patience)
                await self._working
            await self._idle.wait()
        finally:
            await self.engine.aclose(patience)


class Generations:
    """The ASGI application: requests go to the newest generation."""

    def __init__(self, engine: Engine, flows: Flows | None = None, process: Process = Process()) -> None:
        self._process = process
        self._ending: dict[asyncio.Task[None], Generation] = {}
        self._closing = False
        self._newest = self._made(engine, flows)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._newest(scope, receive, send)

    @property
    def patience(self) -> float:
        return self._process.patience

    def begin(self) -> None:
        """Begin to read and deliver."""
        self._newest.begin()

    def stopping(self) -> None:
        """Take no new work."""
        self._closing = True

    def succeed(self, engine: Engine, flows: Flows | None) -> None:
        """Let a new generation take over. The old one ends after its last request.

        Raises:
            EngineError: it cannot answer; the old one goes on.
        """
        old, new = self._newest, self._made(engine, flows)
        engine.follow(old.engine)
        new.begin()
        self._newest = new
        task = asyncio.create_task(old.end(self.patience))
        self._ending[task] = old
        task.add_done_callback(self._ending.pop)

    async def aclose(self) -> None:
        """End all generations; no request comes any more."""
        for one in (self._newest, *self._ending.values()):
            one.hurry()
        await asyncio.gather(self._newest.end(self.patience), *self._ending)

    def _made(self, engine: Engine, flows: Flows | None) -> Generation:
        process = self._process
        return Generation(engine, flows, App(engine, process.proxies, lambda: not self._closing, flows, process.vitals))
