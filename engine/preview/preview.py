"""Running a message with a transport that shows instead of sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from engine.errors import EngineError
from engine.exchange import Exchange, Trace
from engine.formats.json import Json
from engine.parts.policies import Tls
from engine.plan import Plan
from engine.preview.logins import OAUTH, logins
from engine.preview.replies import Replies, ReplyNeeded, all_examples, fitting
from engine.preview.requests import Request, shown
from engine.preview.stand_ins import StandIns, stand_ins
from engine.protocols.rest import RestConnection
from engine.redaction import Redactor
from engine.runtime.engine import Engine
from engine.settings import Sources
from engine.spec.examples import CannedReply


@dataclass(frozen=True)
class Preview:
    """What a message would send.

    Attributes:
        requests: in the order they would be sent.
        example: title of the example whose replies were taken, empty if none was.
        missing: settings for which something stands in.
        needed: the call whose reply has to be known to go on; empty if the message came to its end.
        error: how the message failed, None if it did not.
        reply: what the caller would get.
    """

    requests: tuple[Request, ...]
    example: str
    missing: tuple[str, ...]
    needed: str = ""
    error: EngineError | None = None
    reply: Any = None


async def preview(
    plans: Mapping[str, Plan],
    integration: str,
    message: str,
    value: Any,
    sources: Sources,
    given: Sequence[CannedReply] = (),
) -> Preview:
    """Build the requests of a message; nothing is sent.

    Args:
        plans: of the integration and those it uses.
        value: the message's input.
        given: what its calls get, in order; none takes the replies of examples.

    Raises:
        SettingMissing: a setting that is given does not fit.
    """
    example = fitting(plans[integration].integration.messages[message], value)
    known = example.settings if example is not None and isinstance(example.settings, dict) else {}
    settings = stand_ins((plan.integration for plan in plans.values()), sources, known)
    examples = {name: all_examples(plan.integration) for name, plan in plans.items()}
    examples[integration] = [example] if example is not None else []
    stage = _Stage({name: _alone(plan) for name, plan in plans.items()}, Replies(given, examples), settings)
    ended = await stage.run(integration, message, value)
    title = example.title if example is not None and not given else ""
    asked = {integration, *(request.integration for request in stage.requests)}
    missing = tuple(name for name in settings.names if name.partition(".")[0] in asked)
    return replace(ended, requests=tuple(stage.requests), example=title, missing=missing)


def _alone(plan: Plan) -> Plan:
    """The same plan, without what would look at files of certificates or ask whether a system is there."""
    connections = {
        name: connection.model_copy(update={"tls": Tls(), "offline": None})
        for name, connection in plan.integration.connections.items()
    }
    return replace(plan, integration=plan.integration.model_copy(update={"connections": connections}))


class _Watch(Trace):
    """A trace that knows which call is being sent."""

    __slots__ = ("sending",)

    def __init__(self) -> None:
        super().__init__(payloads=False)
        self.sending = ""

    def mark(self, point: int, payload: Any = None) -> None:
        super().mark(point, payload)
        if point == 180:
            self.sending = self.call

    def taken(self) -> str:
        """The call that is being sent; empty for one outside of the exchange (a log-off)."""
        sending, self.sending = self.sending, ""
        return sending


@dataclass
class _Stage:
    """An engine of production with a transport that shows."""

    plans: Mapping[str, Plan]
    replies: Replies
    settings: StandIns
    requests: list[Request] = field(default_factory=list)
    watch: _Watch = field(default_factory=_Watch)
    redactors: dict[str, Redactor] = field(default_factory=dict)

    async def run(self, integration: str, message: str, value: Any) -> Preview:
        engine = Engine.start(
            self.plans, self.settings.sources, self, transport=lambda name, tls: _Shown(self, *name.split("."))
        )
        self.redactors = {name: live.redactor for name, live in engine.integrations.items()}
        try:
            answer = await engine.run(integration, message, value, trace=self.watch)
            return Preview((), "", (), error=answer.error, reply=answer.exchange.reply)
        except ReplyNeeded as needed:
            return Preview((), "", (), needed=needed.call)
        finally:
            await engine.aclose(0)

    def record(self, exchange: Exchange, redactor: Redactor) -> None:
        """Nothing happened, nothing is kept."""


class _Shown(httpx.AsyncBaseTransport):
    """Stands in the place of one connection's transport: keeps the request, gives a canned reply."""

    def __init__(self, stage: _Stage, integration: str, connection: str) -> None:
        self._stage = stage
        self._integration = integration
        self._connection = connection

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = self._stage.watch.taken()
        if not call:
            return httpx.Response(200, stream=httpx.ByteStream(b""))
        plan = self._stage.plans[self._integration]
        base = f"{request.url.scheme}://{request.url.netloc.decode()}"
        known = {**logins(plan.integration, base), f"{self._connection} (token)": OAUTH}
        self._stage.requests.append(shown(self._integration, call, request, self._text, by_itself=call in known))
        if call in known:
            return self._response(plan, call, CannedReply.model_construct(status=200, headers={}, body=known[call]))
        return self._response(plan, call, self._stage.replies.take(self._integration, call))

    def _text(self, text: str) -> str:
        return self._stage.settings.text(self._stage.redactors[self._integration].text(text))

    def _response(self, plan: Plan, call: str, reply: CannedReply) -> httpx.Response:
        """A canned reply in the format of its endpoint."""
        if reply.body is None:
            content = b""
        elif isinstance(reply.body, str):
            content = reply.body.encode()
        else:
            content = self._format(plan, call).encode(reply.body)
        return httpx.Response(reply.status, headers=dict(reply.headers), stream=httpx.ByteStream(content))

    def _format(self, plan: Plan, call: str) -> Any:
        connection = plan.integration.connections[self._connection]
        endpoint = connection.endpoints.get(call.partition(".")[2]) if isinstance(connection, RestConnection) else None
        own = endpoint.format if endpoint is not None else None
        return own or getattr(connection, "format", None) or Json(type="json")
