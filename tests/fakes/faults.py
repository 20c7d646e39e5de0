"""Programmed misbehaviour, the same for every fake.

    erp.faults.add(Status(503, body={"error": "busy"}), path="/SalesOrders", times=2)
    erp.faults.add(Reset(), method="POST")
    erp.faults.add(Hang(), path="/ProductInventoryList", after=2)   # the third page never comes
    erp.faults.clear()

One fault answers one request: the first in the queue that fits. Faults that go on until the client
leaves, or cut the connection, need the app to be served over TCP (`serving`).
"""

import asyncio
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .replies import written
from .serving import TRANSPORT

_CHUNK = b"x" * 65536
_LOOP_PATH = "/redirect-loop"
_SETTLE = 0.05


@dataclass(frozen=True)
class Call:
    """A request about to be answered, and the app that would answer it rightly."""

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send

    async def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        await self.start(status, {"content-length": str(len(body)), **headers})
        await self.send({"type": "http.response.body", "body": body})

    async def start(self, status: int, headers: Mapping[str, str]) -> None:
        encoded = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        await self.send({"type": "http.response.start", "status": status, "headers": encoded})

    async def part(self, body: bytes) -> None:
        await self.send({"type": "http.response.body", "body": body, "more_body": True})

    async def right_answer(self) -> tuple[int, bytes, dict[str, str]]:
        """Carry the request out and keep the answer back."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self.app(self.scope, self.receive, keep)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in messages[0]["headers"]}
        return messages[0]["status"], b"".join(part.get("body", b"") for part in messages[1:]), headers

    async def until_the_client_leaves(self) -> None:
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def cut(self) -> None:
        """End the TCP connection with a reset, not with a polite goodbye."""
        transport = self.scope["state"][TRANSPORT]
        await asyncio.sleep(_SETTLE)  # what was sent shall arrive first
        plain = transport.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
        await self.until_the_client_leaves()


class Fault(Protocol):
    async def play(self, call: Call) -> None: ...


@dataclass(frozen=True)
class Status:
    """Answer this status. `body`: text as it is (text/plain unless a header says else), anything else as JSON."""

    status: int
    body: object = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    async def play(self, call: Call) -> None:
        plain = isinstance(self.body, str)
        raw = str(self.body).encode() if plain else written(self.body)
        kind = "text/plain; charset=utf-8" if plain else "application/json"
        await call.answer(self.status, raw, {"content-type": kind, **self.headers})


@dataclass(frozen=True)
class RetryAfter:
    """Too busy: `wait` is what stands in Retry-After, seconds or an HTTP date."""

    wait: str | int
    status: int = 429

    async def play(self, call: Call) -> None:
        await Status(self.status, {"error": "too many requests"}, {"retry-after": str(self.wait)}).play(call)


@dataclass(frozen=True)
class Html:
    """A proxy's page where JSON was expected."""

    status: int = 200
    page: str = "<!DOCTYPE html><html><body><h1>Please sign in</h1></body></html>"

    async def play(self, call: Call) -> None:
        await Status(self.status, self.page, {"content-type": "text/html; charset=utf-8"}).play(call)


@dataclass(frozen=True)
class TruncatedJson:
    """Carry out the request, then answer the first half of the right body as though it were all."""

    async def play(self, call: Call) -> None:
        status, body, headers = await call.right_answer()
        half = body[: len(body) // 2]
        await call.answer(status, half, {**headers, "content-length": str(len(half))})


@dataclass(frozen=True)
class WrongContentType:
    """The right answer under a wrong name."""

    content_type: str = "text/html; charset=utf-8"

    async def play(self, call: Call) -> None:
        status, body, headers = await call.right_answer()
        await call.answer(status, body, {**headers, "content-type": self.content_type})


@dataclass(frozen=True)
class Delay:
    """Carry out the request after `seconds`, even if the caller has given up by then."""

    seconds: float

    async def play(self, call: Call) -> None:
        try:
            await asyncio.sleep(self.seconds)
        except asyncio.CancelledError:  # the server stops: nobody waits any more
            return
        await call.app(call.scope, call.receive, call.send)


@dataclass(frozen=True)
class Hang:
    """Never answer. The request is not carried out."""

    async def play(self, call: Call) -> None:
        await call.until_the_client_leaves()


@dataclass(frozen=True)
class Reset:
    """Cut the connection before any answer. The request is not carried out."""

    async def play(self, call: Call) -> None:
        await call.cut()


@dataclass(frozen=True)
class ResetInBody:
    """Promise a long body, send its beginning, cut the connection. The request is not carried out."""

    sent: bytes = b'{"results": ['
    promised: int = 1000

    async def play(self, call: Call) -> None:
        await call.start(200, {"content-type": "application/json", "content-length": str(self.promised)})
        await call.part(self.sent)
        await call.cut()


@dataclass(frozen=True)
class CrashAfterWrite:
    """Carry out the request, then cut the connection: the caller cannot know."""

    async def play(self, call: Call) -> None:
        await call.right_answer()
        await call.cut()


@dataclass(frozen=True)
class HangAfterWrite:
    """Carry out the request, then never answer: the caller's time runs out, and it cannot know."""

    async def play(self, call: Call) -> None:
        await call.right_answer()
        await call.until_the_client_leaves()


@dataclass(frozen=True)
class EndlessBody:
    """A chunked body that goes on until the client leaves, `part` by `part`."""

    part: bytes = b" " * 1024
    every: float = 0.005
    content_type: str = "application/json"

    async def play(self, call: Call) -> None:
        await call.start(200, {"content-type": self.content_type})
        gone = asyncio.ensure_future(call.until_the_client_leaves())
        while not gone.done():
            await call.part(self.part)
            await asyncio.wait([gone], timeout=self.every)


@dataclass(frozen=True)
class HugeBody:
    """A JSON text of exactly `size` bytes, honestly announced and streamed."""

    size: int

    async def play(self, call: Call) -> None:
        await call.start(200, {"content-type": "application/json", "content-length": str(self.size)})
        await call.part(b'"')
        left = self.size - 2
        while left:
            part = _CHUNK[:left]
            left -= len(part)
            await call.part(part)
            await asyncio.sleep(0)  # lets a client that left be noticed
        await call.send({"type": "http.response.body", "body": b'"'})


@dataclass(frozen=True)
class Redirect:
    """Send the caller elsewhere."""

    to: str
    status: int = 302

    async def play(self, call: Call) -> None:
        await call.answer(self.status, b"", {"location": self.to})


@dataclass(frozen=True)
class RedirectLoop:
    """Send the caller to a place that sends it on, for ever."""

    status: int = 302

    async def play(self, call: Call) -> None:
        await Redirect(f"{_LOOP_PATH}/{self.status}", self.status).play(call)


@dataclass
class _Queued:
    fault: Fault
    path: str
    method: str | None
    times: int | None
    after: int

    def fits(self, scope: Scope) -> bool:
        return scope["path"].startswith(self.path) and self.method in (None, scope["method"])


class Faults:
    """The queue of faults of one fake. Safe to fill from the test while the fake is served."""

    def __init__(self) -> None:
        self._queue: list[_Queued] = []
        self._lock = Lock()

    def add(
        self, fault: Fault, *, path: str = "/", method: str | None = None, times: int | None = 1, after: int = 0
    ) -> None:
        """Play `fault` for the next `times` requests (None: until cleared) under `path`, letting `after` pass first."""
        with self._lock:
            self._queue.append(_Queued(fault, path, method, times, after))

    def clear(self) -> None:
        with self._lock:
            self._queue.clear()

    @property
    def left(self) -> int:
        """How many queue entries still wait: 0 means every fault was played."""
        return len(self._queue)

    def around(self, app: ASGIApp) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            fault = self._next(scope) if scope["type"] == "http" else None
            if fault is None:
                await app(scope, receive, send)
                return
            with suppress(ConnectionError):
                await fault.play(Call(app, scope, receive, send))

        return answer

    def _next(self, scope: Scope) -> Fault | None:
        if scope["path"].startswith(_LOOP_PATH):
            return RedirectLoop(int(scope["path"].rsplit("/", 1)[1]))
        with self._lock:
            for queued in self._queue:
                if not queued.fits(scope):
                    continue
                if queued.after:
                    queued.after -= 1
                    continue
                if queued.times is not None:
                    queued.times -= 1
                    if not queued.times:
                        self._queue.remove(queued)
                return queued.fault
        return None
