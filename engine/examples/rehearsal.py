"""The engine of production on a stage: the same at each run, with an example in the place of the systems."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from engine.errors import EngineError, InvalidInput
from engine.examples.answers import token_reply
from engine.examples.script import Label, Script
from engine.exchange import Exchange, Trace
from engine.redaction import Redactor
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine
from engine.runtime.messages.results import Results
from engine.runtime.messages.run import Outcome

AT = "2026-01-01T00:00:00Z"
ID = "example-exchange-0000001"
NUMBER = 1


class Rehearsal(Engine):
    """The engine of production; its exchanges are the same at each run."""

    at = AT

    def identity(self, key: str) -> dict[str, Any]:
        return {"id": ID, "key": key or ID, "number": NUMBER, "at": _moment(self.at), "attempt": 1}


@dataclass(frozen=True)
class Cast:
    """Who plays whom when the example of a flow is run.

    Attributes:
        flow: (integration, flow).
        stand_in: the name of the integration whose messages are those of the file, answered by the example.
        uses: local names of the integrations in use, by their names.
    """

    flow: tuple[str, str]
    stand_in: str
    uses: Mapping[str, str]
    script: Script
    watch: Watch

    def called(self, target: tuple[str, str]) -> str:
        """How an example's `calls` name a message: `place_order`, `shop.update_stock`."""
        integration, message = target
        return message if integration == self.flow[0] else f"{self.uses.get(integration, integration)}.{message}"


class FlowRehearsal(Rehearsal):
    """Besides: it counts its ids, keeps what is sent, and does not run the messages that the example answers."""

    cast: Cast

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.sent: list[Any] = []
        self.error: EngineError | None = None
        self._ids = itertools.count(1)

    def new_id(self) -> str:
        return f"{ID[:-7]}{next(self._ids):07d}"

    def trace(self, live: LiveIntegration) -> Trace:
        return self.cast.watch

    def record_attempt(self, *about: Any) -> None:
        self.error = about[-1] or self.error
        super().record_attempt(*about)

    def record_work(self, *about: Any) -> None:
        self.error = about[-1] or self.error
        super().record_work(*about)

    async def message(
        self, target: tuple[str, str], value: Any, exchange: Mapping[str, Any], trace: Trace, results: Results | None
    ) -> Outcome:
        """Run a message, or let the example answer it: where `calls` names it, and where it is another integration's.

        What is sent to another integration and does not stand in `calls` is accepted.
        """
        name, is_sent = self.cast.called(target), results is not None  # results are kept of what is sent, no other
        if is_sent:
            self.sent.append(value)
            self.cast.watch.step = Label.of(name, "flows", self.cast.flow[1], "input")
        if self.cast.script.lists(name):
            if target[0] == self.cast.flow[0]:
                target = (self.cast.stand_in, target[1])
            outcome = await super().message(target, value, exchange, trace, results)
            answered = self.cast.script.calls[self.cast.script.asked[-1].index]
            return Outcome(outcome.reply, answered.failed or [])
        if is_sent and target[0] != self.cast.flow[0]:
            _, found = self.find(*target)
            violations = found.plan.check_input(value) if found.plan.check_input else ()
            if violations:
                raise InvalidInput(violations)
            return Outcome(None)
        return await super().message(target, value, exchange, trace, results)


class Unrecorded:
    """Keeps no exchange."""

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        return None


class Watch(Trace):
    """A trace that tells which call a request belongs to, and which step makes it."""

    __slots__ = ("asked", "step")

    def __init__(self) -> None:
        super().__init__(payloads=False)
        self.asked = ""
        self.step: Label | None = None

    def mark(self, point: int, payload: Any = None) -> None:
        super().mark(point, payload)
        if point == 150 and isinstance(self.call, Label):
            self.step = self.call
        elif point == 180:
            self.asked = self.call

    def taken(self) -> str:
        """The call of the request that is sent now; empty for one that no exchange makes (a log-off)."""
        asked, self.asked = self.asked, ""
        return asked


class Canned(httpx.AsyncBaseTransport):
    """Stands in the place of a connection's transport.

    Args:
        prefix: what names of messages begin with where it stands for their integration (`shop.`, or nothing); None: it
            is a connection of the file.
    """

    def __init__(self, prefix: str | None, script: Script, watch: Watch) -> None:
        self._prefix = prefix
        self._script = script
        self._watch = watch

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        asked = self._watch.taken()
        if not asked:
            return httpx.Response(200, stream=httpx.ByteStream(b""))
        name = str(asked) if self._prefix is None else f"{self._prefix}{asked.partition('.')[2]}"
        if name not in self._script.wires:  # the token of OAuth 2 has no endpoint
            return httpx.Response(200, json=token_reply(request).body)
        found: httpx.Response = await self._script.answer(name, self._watch.step, request)
        return found


def _moment(text: str) -> str:
    """A time as production writes `exchange.at`."""
    return moment(text).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """The `at` of an example; without offset it is UTC."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
