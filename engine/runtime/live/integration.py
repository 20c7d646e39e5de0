"""A plan with its settings: what a message needs to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.notices.notify import Notify
from engine.parts.resolve import resolved
from engine.plan import EventPlan, MessagePlan, Plan
from engine.redaction import Redactor
from engine.runtime.connections.outside import PRODUCTION, Outside
from engine.runtime.connections.sessions import Sessions
from engine.runtime.live.cache import ReplyCache
from engine.runtime.live.flow import LiveFlow
from engine.settings import Settings, Sources, resolve
from engine.spec.integration import Integration, Log
from engine.spec.messages import Message
from engine.spec.security import Security


@dataclass(frozen=True)
class LiveMessage:
    """A message with its times resolved.

    Attributes:
        once: whether one of its calls would do a thing twice when made twice.
    """

    plan: MessagePlan
    spec: Message
    cache: ReplyCache | None
    once: bool


@dataclass(frozen=True)
class LiveIntegration:
    """An integration in one environment.

    Attributes:
        public: `settings` as messages see them: without secrets.
        zone: of times without offset.
    """

    plan: Plan
    public: Mapping[str, Any]
    sessions: Sessions
    messages: Mapping[str, LiveMessage]
    events: Mapping[str, EventPlan]
    flows: Mapping[str, LiveFlow]
    security: Security | None
    notify: tuple[Notify, ...]
    log: Log
    zone: str
    redactor: Redactor
    settings: Settings = field(repr=False)

    @property
    def name(self) -> str:
        return self.plan.name


def go_live(plan: Plan, sources: Sources, outside: Outside = PRODUCTION) -> LiveIntegration:
    """Give a plan its settings and open its connections; nothing is sent yet.

    Raises:
        SettingMissing: settings are missing or do not fit; all of them are listed.
    """
    integration = plan.integration
    settings = resolve(plan.name, integration.settings, sources)
    scope = {"settings": settings.revealed}
    whole: Integration = resolved(integration.model_copy(update={"connections": {}}), scope)
    redactor = Redactor((secret.reveal() for secret in settings.secrets.values()), integration.log.redact)
    return LiveIntegration(
        plan=plan,
        public=settings.public,
        sessions=Sessions(integration, settings, redactor, outside),
        messages={
            name: _live(plan, plan.messages[name], message)
            for name, message in whole.messages.items()
            if message.enabled
        },
        events=plan.events,
        flows={
            name: LiveFlow.of(plan.name, plan.flows[name], flow) for name, flow in whole.flows.items() if flow.enabled
        },
        security=whole.security,
        notify=whole.notify,
        log=whole.log,
        zone=whole.zone,
        redactor=redactor,
        settings=settings,
    )


def _live(plan: Plan, found: MessagePlan, message: Message) -> LiveMessage:
    cache = message.cache
    kept = ReplyCache(cache.keep, cache.offline if cache.offline is not None else cache.keep) if cache else None
    once = any(step.once for step in found.steps)
    return LiveMessage(found, message, kept, once)


def used_by(live: LiveIntegration, known: Mapping[str, LiveIntegration]) -> list[LiveIntegration]:
    """The integrations whose messages may run inside this one's: their secrets may stand in its exchanges."""
    found: dict[str, LiveIntegration] = {}
    waiting = [live]
    while waiting:
        for name in waiting.pop().plan.integration.uses.values():
            if name in known and name != live.name and name not in found:
                found[name] = known[name]
                waiting.append(known[name])
    return list(found.values())
