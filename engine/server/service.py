"""The engine as a service: on its store, answering and delivering, until a signal comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass

from engine.api.access import Proxies
from engine.api.counts import Counts
from engine.api.vitals import Vitals
from engine.delivery.store import Store
from engine.journal import Journal
from engine.plan import Plan
from engine.runtime.by_itself.flows import Duties, Flows
from engine.runtime.by_itself.notifying import Post
from engine.runtime.messages.engine import Engine
from engine.server.generations import Generations, Process
from engine.server.reload import Files, Loaded, Reload
from engine.server.sockets import Address, serve
from engine.server.tracing import traced
from engine.settings import Sources


@dataclass(frozen=True)
class Service:
    """What a process serves, and how.

    Attributes:
        store: the database URL of the journal and of the deliveries.
        patience: seconds that what runs gets to finish at the end.
        redacting: hears how each engine of the process strikes out its secrets; log lines go through that.
    """

    address: Address
    store: str
    duties: Duties
    post: Post
    proxies: Proxies
    patience: float
    redacting: Callable[[Callable[[str], str]], None]

    async def run(self, first: Loaded, changing: Files | None, started: Callable[[str], None]) -> None:
        """Serve until a signal comes; then finish what runs, log off, close.

        Args:
            first: what is served at first.
            changing: is taken over when it changes; None: nothing is.
            started: called with the base URL once the sockets accept.

        Raises:
            SettingMissing: settings are missing or do not fit.
            OSError: the address cannot be listened on, or a certificate file cannot be read.
        """
        async with AsyncExitStack() as stack:
            journal = stack.enter_context(closing(Journal.open(self.store)))
            recorder, traces = traced(journal)
            if traces is not None:
                stack.enter_context(closing(traces))
            deliveries = stack.enter_context(closing(Store.open(self.store)))
            vitals = Vitals(Counts(recorder), journal)

            def start(plans: Mapping[str, Plan], sources: Sources) -> tuple[Engine, Flows]:
                engine = Engine.start(plans, sources, vitals.counts)
                self.redacting(engine.redacted)
                journal.retain({name: live.log.keep for name, live in engine.integrations.items()})
                return engine, Flows.of(engine, deliveries, self.duties, self.post)

            generations = Generations(*start(*first), Process(self.proxies, vitals, self.patience))
            if changing is not None:
                await stack.enter_async_context(Reload(generations, vitals, changing, start).beside())
            await serve(generations, self.address, started)
