"""What an engine looks after beside its work."""

from __future__ import annotations

from engine.delivery.operating import Filter, Resend
from engine.runtime.by_itself.upkeep import DIGESTS, EVENTS, HOUR, Upkeep
from tests.flows.conftest import MakeFlows
from tests.flows.stage import FlowStage

DAY = 86_400.0
MESSAGES = "\n  place: {steps: [{call: erp.post, save: done, body: =input}], reply: =done}\n"
FLOWS = """
events: {placed: {id: =body.hook}, paid: {}}
flows:
  orders:
    trigger: {event: placed}
    key: =event.no
    changed: [=event.amount]
    hold: {until: =record.paid, merge: [paid], limit: 3d}
    send: place
"""
WHY = "no placed of this key came within 259200 s"


def stage(flows: MakeFlows, text: str = FLOWS) -> tuple[FlowStage, Upkeep]:
    s = flows(MESSAGES, text)
    s.erp.on("POST /orders", {})
    return s, Upkeep(s.engine, s.store, s.clock)


async def test_what_never_meets_the_record_it_belongs_to_is_parked(flows: MakeFlows) -> None:
    s, upkeep = stage(flows)
    await s.post("paid", {"no": "W-1", "paid": True})

    s.hands.at += 3 * DAY
    await upkeep.look()
    assert await s.states() == [("W-1", "fragment", "")]
    s.hands.at += 1
    await upkeep.look()

    assert await s.states() == [("W-1", "parked", WHY)]


async def test_the_record_takes_it_in_also_when_it_comes_after_that(flows: MakeFlows) -> None:
    s, upkeep = stage(flows)
    await s.post("paid", {"no": "W-1", "paid": True})
    s.hands.at += 4 * DAY
    await upkeep.look()

    await s.post("placed", {"no": "W-1", "amount": 1})
    await s.work()

    assert s.erp.bodies() == [{"no": "W-1", "amount": 1, "paid": True}]
    assert await s.states() == []


async def test_sent_again_it_waits_again_and_is_not_sent_without_its_record(flows: MakeFlows) -> None:
    s, upkeep = stage(flows)
    await s.post("paid", {"no": "W-1", "paid": True})
    s.hands.at += 4 * DAY
    await upkeep.look()

    await s.store.resend(Resend(Filter(), s.clock.now()))
    await upkeep.look()
    assert await s.states() == [("W-1", "fragment", "")]
    assert await s.work(3 * DAY + 1) == 0
    await upkeep.look()

    assert await s.states() == [("W-1", "parked", WHY)]


async def test_sent_again_with_a_whole_record_it_goes(flows: MakeFlows) -> None:
    s, upkeep = stage(flows)
    await s.post("paid", {"no": "W-1", "paid": True})
    s.hands.at += 4 * DAY
    await upkeep.look()

    whole = {"no": "W-1", "amount": 1, "paid": True}
    await s.store.resend(Resend(Filter(), s.clock.now(), {"event": whole}))
    await s.work()

    assert s.erp.bodies() == [whole]


async def test_without_a_limit_it_waits_for_ever(flows: MakeFlows) -> None:
    s, upkeep = stage(flows, FLOWS.replace(", limit: 3d", ""))
    await s.post("paid", {"no": "W-1", "paid": True})

    s.hands.at += 1000 * DAY
    await upkeep.look()

    assert await s.states() == [("W-1", "fragment", "")]


async def test_an_event_is_known_for_its_time(flows: MakeFlows) -> None:
    s, upkeep = stage(flows)
    event = {"no": "W-1", "hook": "h1", "amount": 1}
    await s.post("placed", event)

    known = []
    for seconds in (EVENTS - HOUR, 2 * HOUR):
        s.hands.at += seconds
        await upkeep.look()
        known.append((await s.post("placed", event)).known)

    assert known == [True, False]


async def test_what_has_not_changed_for_very_long_is_sent_once_more(flows: MakeFlows) -> None:
    s, upkeep = stage(flows)
    sent = []

    for seconds in (0, DIGESTS - HOUR, 2 * HOUR, HOUR):
        s.hands.at += seconds
        await upkeep.look()
        await s.post("placed", {"no": "W-1", "amount": 1, "paid": True})
        await s.work()
        sent.append(len(s.erp.bodies()))

    assert sent == [1, 1, 2, 2]


async def test_events_are_known_as_long_as_the_journal_is_kept(flows: MakeFlows) -> None:
    s, upkeep = stage(flows, FLOWS + "log: {keep: 90d}\n")
    await s.post("placed", {"no": "W-1", "hook": "h1", "paid": True})

    s.hands.at += 89 * DAY
    await upkeep.look()

    assert (await s.post("placed", {"no": "W-1", "hook": "h1", "paid": True})).known


async def test_it_forgets_once_an_hour_much_at_a_time(flows: MakeFlows) -> None:
    s, upkeep = stage(flows)
    for number in range(1200):
        await s.post("placed", {"no": str(number), "hook": f"h{number}"})
    await upkeep.look()
    s.hands.at += EVENTS + HOUR

    await upkeep.look()

    assert not (await s.post("placed", {"no": "1", "hook": "h1"})).known
    assert not (await s.post("placed", {"no": "1199", "hook": "h1199"})).known
