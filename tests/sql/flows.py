"""A flow that claims rows of a site and writes what came of them back, run when told to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.delivery.claiming import Claim
from engine.delivery.clock import Clock
from engine.delivery.operating import Filter
from engine.delivery.store import Store
from engine.document import parse
from engine.plan import compile_plan
from engine.runtime.delivering.attempt import Attempt
from engine.runtime.intake.reading import Reading
from engine.runtime.messages.engine import Engine
from engine.settings import Sources
from engine.spec.load import read
from tests.flows.stage import Hands
from tests.sql.site import ENDPOINTS, Site

FLOWS = """
messages:
  take:
    steps:
      - {refuse: "the shop does not know {{ input.ORDER_NO }}", when: "=input.NAME == 'unknown'"}
      - call: db.put
        body: {lines: {ORDER_NO: =input.ORDER_NO, LINE_NO: "=coalesce(input.SEQ, `0`)", ITEM: taken, QTY: 1}}
    reply: {order: =input.ORDER_NO}
flows:
  rows:
    trigger: {every: 1m}
    read: {call: db.waiting}
    when: =record.NAME != 'skip'
    key: =record.ORDER_NO
    send: take
    delivery: {attempts: 3}
"""
MORE = """
put: {type: write, parts: {lines: {table: LINE, mode: insert}}}
"""


class Unkept:
    """Keeps no exchange."""

    def record(self, *about: Any) -> None:
        return None


@dataclass
class Taker:
    """One engine with one flow; `read` and `work` are what its schedule and its worker do."""

    site: Site
    store: Store
    folder: Path
    owner: str = "engine 1"
    hands: Hands = field(default_factory=Hands)
    more: Sequence[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        text = self.site.text(ENDPOINTS + MORE, *self.more) + FLOWS
        integration, findings = read(parse(text, str(self.folder / "erp.yaml")))
        assert [str(finding) for finding in findings] == []
        given = {"erp.user": self.site.user, "erp.password": self.site.password}
        self.engine = Engine.start({"erp": compile_plan(integration)}, Sources(given, {}), Unkept())
        self.live = self.engine.integrations["erp"]
        self.flow = self.live.flows["rows"]
        self.clock = Clock(self.hands, self.hands)

    async def read(self) -> Reading:
        reading = Reading(self.engine, self.store, self.clock, self.live, self.flow)
        assert await reading.run()
        return reading

    async def work(self, seconds: float = 0.0) -> int:
        """Move the clock, then make one attempt at everything that is due; gives how many."""
        self.hands.at += seconds
        now = self.clock.now()
        claimed = await self.store.claim(Claim(self.flow.name, self.owner, 1000, now, now + 30))
        for delivery in claimed.deliveries:
            attempt = Attempt(self.engine, self.store, self.clock, self.owner, self.live, self.flow)
            await attempt.end(await attempt.make([delivery]))
        return len(claimed.deliveries)

    async def states(self) -> list[tuple[str, str, str]]:
        return [(one.key, one.state, one.error) for one in await self.store.found(Filter())]

    async def aclose(self) -> None:
        await self.engine.aclose(0)
        self.store.close()
