"""Deliveries for tests, in few words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from engine.delivery.accepting import Accepted, Batch
from engine.delivery.claiming import Claim
from engine.delivery.delivery import Delivery, FlowName, NewDelivery
from engine.delivery.ending import Ending
from engine.delivery.operating import Filter
from engine.delivery.remembering import EventId
from engine.delivery.store import Store
from engine.sqlite import on_connect

ORDERS = FlowName("acme", "orders")
STOCK = FlowName("acme", "stock")
US = "engine 1"
NOW = 1_000_000.0

_numbers = itertools.count(1)


def new(key: str = "", value: Any = None, name: FlowName = ORDERS, **more: Any) -> NewDelivery:
    id = f"x{next(_numbers):06}"
    return NewDelivery(name, id, key, more.pop("exchange_key", id), {"record": value}, more.pop("due", NOW), **more)


async def accept(store: Store, *deliveries: NewDelivery, event: str = "", now: float = NOW) -> Accepted:
    id = EventId("acme", "order_placed", event) if event else None
    return await store.accept(Batch(deliveries, now, id, deliveries[0].id if deliveries else ""))


async def claim(store: Store, limit: int = 10, now: float = NOW, owner: str = US, **more: Any) -> Sequence[Delivery]:
    claimed = await store.claim(Claim(more.get("name", ORDERS), owner, limit, now, now + 30))
    return claimed.deliveries


async def done(store: Store, *deliveries: Delivery, owner: str = US, **more: Any) -> Sequence[bool]:
    return await store.end([Ending(one, owner, "gone", NOW, **more) for one in deliveries])


async def parked(store: Store, *deliveries: Delivery, error: str = "no") -> None:
    await store.end([Ending(one, US, "parked", NOW, error=error) for one in deliveries])


async def states(store: Store) -> list[tuple[str, Any, str]]:
    """Key, value and state of everything open."""
    return [(one.key, one.payload.get("record"), one.state) for one in await store.found(Filter())]


def values(deliveries: Sequence[Delivery]) -> list[Any]:
    return [one.payload.get("record") for one in deliveries]


def with_room_for(store: Store, pages: int) -> None:
    """A disk with room for so many pages of an SQLite store, at least for those it has."""
    engine = store._writer._engine
    engine.dispose()
    on_connect(engine, f"max_page_count={pages}")
