"""Taking events in: checked, mapped, and safe before the sender is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.delivery.accepting import Accepted, Batch
from engine.delivery.clock import Clock
from engine.delivery.delivery import NewDelivery
from engine.delivery.remembering import EventId
from engine.delivery.store import Store
from engine.errors import InvalidInput, Refused, Violation
from engine.exchange import new_id, timestamp
from engine.expression.expressions import Expression
from engine.expression.operations import truth
from engine.functions.time import ZONE
from engine.plan import EventPlan
from engine.runtime.live.flow import as_text
from engine.runtime.live.integration import LiveIntegration


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


@dataclass(frozen=True, slots=True)
class Posted:
    """One event as it was posted; `key` is the Idempotency-Key, `events.NAME.id` comes before it."""

    body: Any
    key: str = ""


class Intake:
    """The way in for events.

    Args:
        new_id: makes the ids of exchanges.
    """

    def __init__(
        self,
        integrations: Mapping[str, LiveIntegration],
        store: Store,
        clock: Clock,
        new_id: Callable[[], str] = new_id,
    ) -> None:
        self._integrations = integrations
        self._new_id = new_id
        self._store = store
        self._clock = clock

    async def take(
        self, integration: str, event: str, posts: Sequence[Posted], headers: Mapping[str, str]
    ) -> list[Taken]:
        """Accept events, all or none; when this returns, they are safe.

        Args:
            headers: names in lower case with `_` for `-`.

        Raises:
            Refused: there is no such event.
            InvalidInput: what was posted does not fit the event's schema, or has no id though the event declares one.
            MappingError: its `map`, `when`, `id`, or the `key` of a flow cannot be computed.
            Unreachable: the store cannot be written; nothing was accepted.
        """
        live = self._integrations.get(integration)
        if live is None or event not in live.events:
            raise Refused(f"there is no event {integration}.{event}", code="unknown-event")
        require_fitting(live.events[event], posts)
        zone = ZONE.set(live.zone)
        try:
            batches = [self._batch(live, live.events[event], post, headers) for post in posts]
        finally:
            ZONE.reset(zone)
        _require_named(live.events[event], batches)
        wanted = [batch for batch in batches if batch.deliveries]
        accepted = iter(await self._store.accept_together(wanted) if wanted else ())
        return [
            _taken(next(accepted)) if batch.deliveries else Taken(self._new_id(), ignored=True) for batch in batches
        ]

    def _batch(self, live: LiveIntegration, plan: EventPlan, post: Posted, headers: Mapping[str, str]) -> Batch:
        """What follows from one event; no deliveries, if nothing does."""
        now = self._clock.now()
        scope = {"settings": live.public, "body": post.body, "headers": headers}
        if plan.when is not None and not truth(plan.when(scope)):
            return Batch((), now)
        id = _id(plan, scope, post.key)
        value = post.body if plan.map is None else plan.map(scope)
        deliveries = list(self._deliveries(live, plan.name, value, id))
        name = EventId(live.name, plan.name, id) if id else None
        return Batch(deliveries, now, name, deliveries[0].id if deliveries else "")

    def _deliveries(self, live: LiveIntegration, event: str, value: Any, id: str) -> Iterator[NewDelivery]:
        """One for each flow that waits for the event; the first has the id that the sender is told."""
        now = self._clock.now()
        for flow in live.flows.values():
            hold = flow.flow.hold
            completes = hold is not None and event in hold.merge
            if flow.flow.trigger.event != event and not completes:
                continue
            exchange = self._new_id()
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


def require_fitting(plan: EventPlan, posts: Sequence[Posted]) -> None:
    """Refuse what does not fit the event's schema.

    Raises:
        InvalidInput: with all misfits; of several events, each with the number of its event.
    """
    found: list[Violation] = []
    for number, post in enumerate(posts):
        for violation in plan.check(post.body) if plan.check else ():
            where = f"[{number}].{violation.path}".rstrip(".") if len(posts) > 1 else violation.path
            found.append(Violation(where, violation.message))
    if found:
        raise InvalidInput(found)


def _require_named(plan: EventPlan, batches: Sequence[Batch]) -> None:
    """Refuse what has no id though the event declares one: posted again, it would be accepted again."""
    if plan.id is None:
        return
    id = plan.event.id
    why = f"{id.text} gives nothing" if isinstance(id, Expression) else "`id` gives nothing"
    words = f"has no id: {why}, and there is no Idempotency-Key; send one of them, the same each time it is posted"
    nameless = [number for number, batch in enumerate(batches) if batch.deliveries and batch.event is None]
    if nameless:
        raise InvalidInput([Violation(f"[{number}]" if len(batches) > 1 else "", words) for number in nameless])


def _taken(accepted: Accepted) -> Taken:
    return Taken(accepted.answer, accepted.known)


def _id(plan: EventPlan, scope: Mapping[str, Any], key: str) -> str:
    """What the sender calls the event; empty if it says nothing."""
    found = plan.id(scope) if plan.id is not None else key
    if found is None or found == "":
        return key
    return as_text(found, f"the id of the event {plan.name}")
