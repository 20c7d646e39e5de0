"""What a flow cannot do without: while it is offline, the flow leaves its deliveries alone."""

from __future__ import annotations

from engine.errors import Refused
from engine.plan import StepPlan
from engine.runtime.connections.availability import Availability
from engine.runtime.connections.guard import GuardedSession
from engine.runtime.live.flow import LiveFlow
from engine.runtime.live.integration import LiveIntegration
from engine.runtime.messages.engine import Engine


def needed(engine: Engine, live: LiveIntegration, flow: LiveFlow) -> list[Availability]:
    """The connections that every delivery of a flow calls, those of the messages it sends included.

    A step with a `when`, or an `optional` one, may be left out; so a delivery may go without its connection.
    """
    found = _Found(engine)
    if flow.plan.read is not None and not flow.reads:
        found.step(live, flow.plan.read)
    for target in (flow.plan.refresh, flow.plan.target):
        if target is not None:
            found.message(target)
    return list(found.availabilities)


class _Found:
    """What was found so far."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen: set[tuple[str, str]] = set()
        self.availabilities: dict[Availability, None] = {}

    def message(self, target: tuple[str, str]) -> None:
        if target in self._seen:
            return
        self._seen.add(target)
        try:
            live, message = self._engine.find(*target)
        except Refused:  # it is switched off; each delivery will be told so
            return
        for plan in message.plan.steps:
            if plan.when is None and not plan.step.optional:
                self.step(live, plan)

    def step(self, live: LiveIntegration, plan: StepPlan) -> None:
        if plan.kind == "message":
            self.message(plan.target)
        elif plan.kind == "call":
            session = live.sessions[plan.target[0]]
            if isinstance(session, GuardedSession):
                self.availabilities[session.availability] = None
