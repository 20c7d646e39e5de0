"""Running a message with a transport that shows instead of sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx

from engine.errors import EngineError
from engine.examples.answers import by_themselves, token_reply
from engine.examples.rehearsal import Watch
from engine.examples.wire import wires
from engine.exchange import Exchange
from engine.parts.policies import Tls
from engine.plan import Plan
from engine.preview.replies import Replies, ReplyNeeded, all_examples, fitting
from engine.preview.requests import Request, shown
from engine.preview.stand_ins import StandIns, stand_ins
from engine.preview.tasks import ShownTasks
from engine.redaction import Redactor
from engine.runtime.connections.outside import Outside
from engine.runtime.messages.engine import Engine
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


@dataclass
class _Stage:
    """An engine of production with a transport that shows."""

    plans: Mapping[str, Plan]
    replies: Replies
    settings: StandIns
    requests: list[Request] = field(default_factory=list)
    watch: Watch = field(default_factory=Watch)
    redactors: dict[str, Redactor] = field(default_factory=dict)

    async def run(self, integration: str, message: str, value: Any) -> Preview:
        outside = Outside(
            transport=lambda name, tls, tunnel: _Shown(self, name.partition(".")[0]),
            database=lambda url, account, concurrency, how: ShownTasks(self, how.name.partition(".")[0]),
            disk=lambda name, folder: ShownTasks(self, name.partition(".")[0]),
        )
        engine = Engine.start(self.plans, self.settings.sources, self, outside)
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

    def __init__(self, stage: _Stage, integration: str) -> None:
        self._stage = stage
        self._name = integration
        self._wires = wires(stage.plans[integration].integration)
        self._alone = by_themselves(stage.plans[integration].integration)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        call = self._stage.watch.taken()
        if not call:
            return httpx.Response(200, stream=httpx.ByteStream(b""))
        by_itself = call in self._alone or call not in self._wires  # the token of OAuth 2 has no endpoint
        self._stage.requests.append(shown(self._name, call, request, self._text, by_itself=by_itself))
        if call not in self._wires:
            return httpx.Response(200, json=token_reply(request).body)
        if by_itself:
            return self._wires[call].response(self._alone[call](request))
        return self._wires[call].response(self._stage.replies.take(self._name, call))

    def _text(self, text: str) -> str:
        return self._stage.settings.text(self._stage.redactors[self._name].text(text))
