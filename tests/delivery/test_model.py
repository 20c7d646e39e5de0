"""Whatever happens, in whatever order: nothing is lost, nothing doubled, and each key keeps its order.

A machine does to a store what shops, engines, the other side, operators and accidents do, and to a model of it: lists.
"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from engine.delivery.accepting import Batch
from engine.delivery.claiming import Claim
from engine.delivery.confirming import Answer
from engine.delivery.delivery import Delivery
from engine.delivery.ending import Ending
from engine.delivery.operating import Discard, Filter, Resend
from engine.delivery.remembering import EventId
from engine.delivery.store import Store
from tests.delivery.deliveries import NOW, ORDERS, new

KEYS, ENGINES = ["A", "B", "C"], ["engine 1", "engine 2"]
LEASE, WITHIN = 30.0, 100.0


@dataclass
class Kept:
    """What the model knows of a delivery.

    Attributes:
        tried: whether it may be on the other side; then an answer to it counts.
        early: an answer that came before it was sent; None if none did.
        refused: whether an answer has parked it.
    """

    id: str
    key: str
    state: str = "waiting"
    owner: str = ""
    tried: bool = False
    early: str | None = None
    refused: bool = False


class Machine(RuleBasedStateMachine):
    """A store and its model."""

    url = ""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.store = Store.open(self.url)
        self.now = NOW
        self.numbers = itertools.count()
        self.open: list[Kept] = []
        self.running: dict[str, list[Delivery]] = {engine: [] for engine in ENGINES}
        self.ended: list[str] = []
        self.events: dict[str, str] = {}

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def teardown(self) -> None:
        self.store.close()
        self.loop.close()

    # -- the model ---------------------------------------------------------------------------------------------------

    def head(self, key: str) -> Kept | None:
        return next((one for one in self.open if one.key == key), None)

    def gone(self, one: Kept) -> None:
        self.open.remove(one)
        self.ended.append(one.id)
        self.promote()

    def promote(self) -> None:
        for key in KEYS:
            head = self.head(key)
            if head is not None and head.state == "waiting":
                head.state = "ready"

    def answered(self, kept: Kept, refused: str) -> None:
        kept.early = None
        if refused:
            kept.state, kept.refused = "parked", True
        else:
            self.gone(kept)

    # -- what happens ------------------------------------------------------------------------------------------------

    @rule(key=st.sampled_from(KEYS), event=st.integers(0, 6))
    def post(self, key: str, event: int) -> None:
        """An event comes, perhaps one that came before."""
        one = new(key, next(self.numbers), due=self.now)
        id = f"{key} {event}"
        told = self.run(self.store.accept(Batch([one], self.now, EventId("acme", "placed", id), one.id)))

        assert told.known == (id in self.events)
        assert told.answer == self.events.setdefault(id, one.id)
        if not told.known:
            self.open.append(Kept(one.id, key))
            self.promote()

    @rule(engine=st.sampled_from(ENGINES), limit=st.integers(1, 3))
    def claim(self, engine: str, limit: int) -> None:
        asked = Claim(ORDERS, engine, limit, self.now, self.now + LEASE)
        claimed = self.run(self.store.claim(asked)).deliveries
        ready = {one.id: one for one in self.open if one.state == "ready"}

        assert {one.id for one in claimed} <= set(ready)
        assert len(claimed) == min(limit, len(ready))
        for one in claimed:
            kept = ready[one.id]
            kept.state, kept.owner, kept.tried, kept.refused = "running", engine, True, False
            self.running[engine].append(one)

    @rule(engine=st.sampled_from(ENGINES), state=st.sampled_from(["gone", "ready", "parked", "sent"]))
    def end(self, engine: str, state: Any) -> None:
        """An attempt ends; that of an engine which lost its lease ends nothing."""
        if not self.running[engine]:
            return
        one = self.running[engine].pop(0)
        kept = next((kept for kept in self.open if kept.id == one.id), None)
        lives = kept is not None and (kept.state, kept.owner) == ("running", engine)
        due, error = self.now + WITHIN if state == "sent" else self.now, "no" if state == "parked" else ""

        assert self.run(self.store.end([Ending(one, engine, state, self.now, due=due, error=error)])) == [lives]
        if not lives or kept is None:
            return
        kept.state, kept.owner = state, ""
        if state == "gone":
            self.gone(kept)
        elif state == "sent" and kept.early is not None:
            self.answered(kept, kept.early)

    @rule(key=st.sampled_from(KEYS), refused=st.sampled_from(["", "no"]))
    def answer(self, key: str, refused: str) -> None:
        """The other side says what became of a key."""
        given = Answer(ORDERS, key, self.now, refused)
        (told,) = self.run(self.store.accept_answering(Batch([], self.now, answers=[given])))
        head = self.head(key)

        if head is None or not head.tried:
            assert told.became == "unasked"
        elif head.state == "sent" or head.refused:
            assert (told.became, told.id) == ("parked" if refused else "done", head.id)
            self.answered(head, refused)
        else:
            assert (told.became, told.id) == ("kept", head.id)
            head.early = refused

    @rule(seconds=st.sampled_from([1.0, LEASE + 1, WITHIN + 1]))
    def pass_(self, seconds: float) -> None:
        """Time passes; what ended engines had is taken over, answers that are late are told."""
        self.now += seconds
        self.run(self.store.take_over(self.now))
        self.run(self.store.late(self.now))
        if seconds > LEASE:
            for one in self.open:
                if one.state == "running":
                    one.state, one.owner = "ready", ""

    @rule()
    def crash(self) -> None:
        """Both engines die at once, and begin anew; what they had is taken over when its lease is over."""
        self.running = {engine: [] for engine in ENGINES}

    @rule(key=st.sampled_from(KEYS))
    def resend(self, key: str) -> None:
        head = self.head(key)
        chosen = self.run(self.store.resend(Resend(self.filter(head), self.now)))

        assert len(chosen) == self.is_stuck(head)
        if head is not None and self.is_stuck(head):
            head.tried = not head.refused
            head.early = None if head.refused or head.state == "sent" or head.early else head.early
            head.state, head.refused = "ready", False

    @rule(key=st.sampled_from(KEYS))
    def discard(self, key: str) -> None:
        head = self.head(key)
        chosen = self.run(self.store.discard(Discard(self.filter(head), self.now, "a test")))

        assert len(chosen) == self.is_stuck(head)
        if head is not None and self.is_stuck(head):
            self.gone(head)

    @staticmethod
    def filter(head: Kept | None) -> Filter:
        return Filter(ids=(head.id if head is not None else "nothing",))

    @staticmethod
    def is_stuck(head: Kept | None) -> bool:
        return head is not None and head.state in ("parked", "sent")

    # -- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_lost_doubled_or_out_of_order(self) -> None:
        found = self.run(self.store.found(Filter()))

        assert [(one.id, one.key, one.state) for one in found] == [(one.id, one.key, one.state) for one in self.open]
        assert len(set(self.ended)) == len(self.ended)


EXAMPLES = {"memory": 60, "sqlite": 15, "postgresql": 3}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_store_does_what_the_model_does(
    kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    class Fresh(Machine):
        def __init__(self) -> None:
            self.url = {
                "memory": lambda: "sqlite://",
                "sqlite": lambda: f"sqlite:///{tmp_path_factory.mktemp('model')}/e.db",
                "postgresql": lambda: request.getfixturevalue("postgres").fresh(),
            }[kind]()
            super().__init__()

    bounds = settings(
        max_examples=EXAMPLES[kind],
        stateful_step_count=50,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Fresh, settings=bounds)  # type: ignore[no-untyped-call]
