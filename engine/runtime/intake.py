"""Taking events in: checked, mapped, and safe before the sender is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.delivery.accepting import Batch, EventId
from engine.delivery.delivery import NewDelivery
from engine.delivery.store import Store
from engine.errors import InvalidInput, MappingError, Refused
from engine.exchange import new_id
from engine.expression.operations import truth
from engine.functions.time import ZONE
from engine.plan import EventPlan
from engine.runtime.clock import Clock
from engine.runtime.flow import as_text, timestamp
from engine.runtime.live import LiveIntegration

MAX_ID = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """What the sender of an event is told.

    Attributes:
        exchange: the id by which the event is followed; of an event that came again, that of the first time.
        known: whether it was accepted before.
        ignored: whether nothing follows from it: its `when` is false, or no flow waits for it.
    """

    exchange: str
    known: bool = False
    ignored: bool = False


class Intake:
    """The way in for events."""

    def __init__(self, integrations: Mapping[str, LiveIntegration], store: Store, clock: Clock) -> None:
        self._integrations = integrations
        self._store = store
        self._clock = clock

    async def take(self, integration: str, event: str, body: Any, headers: Mapping[str, str], key: str = "") -> Taken:
        """Accept one event; when this returns, it is safe.

        Args:
            headers: names in lower case with `_` for `-`.
            key: the Idempotency-Key; what `events.NAME.id` gives comes before it.

        Raises:
            Refused: there is no such event.
            InvalidInput: what was posted does not fit the event's schema.
            MappingError: its `map`, `when`, `id`, or the `key` of a flow cannot be computed.
            Unreachable: the store cannot be written; nothing was accepted.
        """
        live = self._integrations.get(integration)
        if live is None or event not in live.events:
            raise Refused(f"there is no event {integration}.{event}", code="unknown-event")
        plan = live.events[event]
        violations = plan.check(body) if plan.check else ()
        if violations:
            raise InvalidInput(violations)
        zone = ZONE.set(live.zone)
        try:
            scope = {"settings": live.public, "body": body, "headers": headers}
            if plan.when is not None and not truth(plan.when(scope)):
                return Taken(new_id(), ignored=True)
            value = body if plan.map is None else plan.map(scope)
            id = _id(plan, scope, key)
            deliveries = list(self._deliveries(live, event, value, id))
        finally:
            ZONE.reset(zone)
        if not deliveries:
            return Taken(new_id(), ignored=True)
        name = EventId(integration, event, id) if id else None
        batch = Batch(deliveries, self._clock.now(), name, deliveries[0].id)
        accepted = await self._store.accept(batch)
        return Taken(accepted.answer, accepted.known)

    def _deliveries(self, live: LiveIntegration, event: str, value: Any, id: str) -> Iterator[NewDelivery]:
        """One for each flow that waits for the event; the first has the id that the sender is told."""
        now = self._clock.now()
        for flow in live.flows.values():
            hold = flow.flow.hold
            completes = hold is not None and event in hold.merge
            if flow.flow.trigger.event != event and not completes:
                continue
            exchange = new_id()
            about = {"id": exchange, "key": id or exchange, "number": 0, "at": timestamp(now), "attempt": 1}
            scope = {"settings": live.public, "exchange": about, "event": value}
            yield NewDelivery(
                name=flow.name,
                id=exchange,
                key=flow.key(scope),
                exchange_key=id or exchange,
                payload={"event": value},
                due=now,
                latest=flow.flow.delivery.keep == "latest",
                merge="part" if completes else "whole" if hold is not None and hold.merge else None,
            )


def _id(plan: EventPlan, scope: Mapping[str, Any], key: str) -> str:
    """What the sender calls the event; empty if it says nothing."""
    found = plan.id(scope) if plan.id is not None else key
    if found is None or found == "":
        return key
    text = as_text(found, f"the id of the event {plan.name}")
    if len(text) > MAX_ID:
        raise MappingError(f"the id of the event {plan.name} has more than {MAX_ID} characters")
    return text
