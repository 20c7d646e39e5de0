"""The calls of one example: compared with what is asked, answered in order."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from engine.document import Path_
from engine.errors import Fault
from engine.examples.answers import Answer
from engine.examples.compare import Difference
from engine.examples.rows import TaskWire
from engine.examples.wire import Request, Wire
from engine.http.failures import UnknownName, Untrusted
from engine.spec.examples import ExampleCall

_FAILURES: Mapping[str, type[httpx.TransportError]] = {
    "connect": httpx.ConnectError,
    "reset": httpx.ReadError,
    "tls": Untrusted,
    "dns": UnknownName,
    "garbage": httpx.RemoteProtocolError,
}
_WORDS = {
    "connect": "connection refused",
    "reset": "in the middle of its reply",
    "tls": "its certificate is not accepted",
    "dns": "its name is not known",
    "garbage": "this is no HTTP",
}


AnyWire = Wire | TaskWire


class Label(str):
    """How a step is called in the trace, and where in the file it stands: a step of a message, the read of a flow."""

    path: Path_

    @classmethod
    def of(cls, text: str, *path: str | int) -> Label:
        label = cls(text)
        label.path = path
        return label


class Unexpected(Exception):
    """A call that the example does not list at this place: it ends."""


@dataclass(frozen=True)
class Asked:
    """One call that was made.

    Attributes:
        index: which of the example's calls it is.
        step: who made it; None: no step did.
        differences: between what was sent and what should have been.
    """

    index: int
    step: Label | None
    request: Request
    differences: tuple[Difference, ...]


@dataclass
class Script:
    """The calls of one example while it runs.

    Attributes:
        calls: as listed.
        wires: how calls look on the wire, by name.
        alone: what answers by itself.
        asked: the listed calls that were made.
        unexpected: what was asked out of turn; it ended the run.
    """

    calls: tuple[ExampleCall, ...]
    wires: Mapping[str, AnyWire]
    alone: Mapping[str, Answer]
    asked: list[Asked] = field(default_factory=list)
    unexpected: str = ""
    _next: int = 0
    _last: tuple[str, object] | None = None
    _in_time: bool = True

    async def answer(self, name: str, step: Label | None, request: Any) -> Any:
        """What a call gets.

        Raises:
            Unexpected: the example does not list it here.
            httpx.TransportError: it fails, as the example says.
        """
        wire = self.wires[name]
        asked = (name, _identity(request))
        again = asked == self._last and self._failed_before(name)
        if not self._is_next(name) and not again and name in self.alone:
            return wire.response(self.alone[name](request))
        last, self._last = self._last, asked
        if self._is_next(name):
            return await self._listed(wire, name, step, request)
        if again:
            return await self._given(self.calls[self._next - 1], wire)
        if last is not None and last[0] == name and wire.goes_on_by_itself:
            return wire.response(wire.empty_page())
        self.unexpected = self._told(name, step, wire.sent(request))
        raise Unexpected

    async def _listed(self, wire: AnyWire, name: str, step: Label | None, request: Any) -> Any:
        """The next call of the example: compared, and answered as it says."""
        call = self.calls[self._next]
        sent = wire.sent(request)
        self.asked.append(Asked(self._next, _maker(step, name), sent, tuple(sent.against(call.sent))))
        self._next += 1
        return await self._given(call, wire)

    async def _given(self, call: ExampleCall, wire: AnyWire) -> Any:
        """What a call gets, once its delay is over; a caller may lose patience before."""
        self._in_time = False
        if call.delay:
            await asyncio.sleep(call.delay)
        if call.fails == "timeout":
            await asyncio.get_running_loop().create_future()  # until the time limit of the call
        self._in_time = True
        if call.fails is not None:
            raise _FAILURES[call.fails](_WORDS[call.fails])
        try:
            return wire.response(call.reply)
        except Fault as fault:
            raise BadReply(call, fault.message) from None

    @property
    def failing(self) -> str | None:
        """Why the call that was asked last fails, if it does."""
        return self.calls[self._next - 1].fails if self._next else None

    @property
    def left(self) -> tuple[int, ...]:
        """The listed calls that were not made."""
        return tuple(range(self._next, len(self.calls)))

    def lists(self, name: str) -> bool:
        """Whether the example has a call of this name."""
        return any(call.call == name for call in self.calls)

    def _is_next(self, name: str) -> bool:
        return self._next < len(self.calls) and self.calls[self._next].call == name

    def _failed_before(self, name: str) -> bool:
        """Whether a call is made again by `retry`: the one before it is the same, and failed."""
        before = self.calls[self._next - 1] if self._next else None
        if before is None or before.call != name:
            return False
        failed = before.fails is not None or (before.reply is not None and before.reply.status >= 300)
        return failed or not self._in_time

    def _told(self, name: str, step: Label | None, sent: Request) -> str:
        """Which call came out of turn, and what stands there instead."""
        later = next((index for index in self.left if self.calls[index].call == name), None)
        what = f"{name} was called{made_by(_maker(step, name))} ({sent.shown()})"
        if not self.left:
            return f"{what}, which the example does not list" + (" any more" if self._next else "")
        wanted = f"the next call of the example is {self.calls[self._next].call}"
        if later is not None:
            return f"{what} out of turn: {wanted}; {name} stands as call {later + 1}"
        return f"{what}, which the example does not list here; {wanted}"


def made_by(step: Label | None) -> str:
    """Who made a call: ` by step 2 of price`; nothing where no step did."""
    match step.path if step is not None else ():
        case ("messages", message, "steps", int(number)):
            return f" by step {number + 1} of {message}"
        case (_, flow, "read", "details", name):
            return f" by the {name} of {flow}"
        case (_, flow, "read", *_):
            return f" by the read of {flow}"
    return ""


def _maker(step: Label | None, name: str) -> Label | None:
    """Who made a call; a login is made on the way of a step, not by it."""
    return step if step == name else None


class BadReply(Exception):
    """A canned reply that has no form in the endpoint's format."""

    def __init__(self, call: ExampleCall, words: str) -> None:
        super().__init__(words)
        self.call = call
        self.words = words


def _identity(request: Any) -> object:
    if not isinstance(request, httpx.Request):
        return request
    content = b"".join(request.stream) if isinstance(request.stream, httpx.ByteStream) else request.content
    return request.method, str(request.url), content
