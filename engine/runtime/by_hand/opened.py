"""An engine opened for one task, such as a command's, and closed after it with all that it keeps."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, closing

from engine.delivery.clock import Clock
from engine.delivery.store import Store
from engine.journal import Journal
from engine.plan import Plan
from engine.runtime.connections.outages import sharing
from engine.runtime.messages.engine import Engine
from engine.settings import Sources


@asynccontextmanager
async def answering(plans: Mapping[str, Plan], sources: Sources, store: str) -> AsyncIterator[Engine]:
    """An engine that answers messages.

    Args:
        store: the database URL of the journal.

    Raises:
        SettingMissing: settings are missing or do not fit.
    """
    with closing(Journal.open(store)) as journal:
        async with aclosing(Engine.start(plans, sources, journal)) as engine:
            yield engine


@asynccontextmanager
async def delivering(plans: Mapping[str, Plan], sources: Sources, store: str) -> AsyncIterator[tuple[Engine, Store]]:
    """An engine and its deliveries, for flows that are run by hand; outages are shared with the others on the store.

    Args:
        store: the database URL of the journal and of the deliveries.

    Raises:
        SettingMissing: settings are missing or do not fit.
    """
    with closing(Journal.open(store)) as journal, closing(Store.open(store)) as deliveries:
        async with aclosing(Engine.start(plans, sources, journal)) as engine:
            async with sharing(engine.availabilities, deliveries, Clock()):
                yield engine, deliveries
