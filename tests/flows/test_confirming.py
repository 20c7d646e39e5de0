"""Sent is not done: another flow's records answer, by equal key."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.delivery.operating import Filter, Resend
from engine.runtime.by_itself.upkeep import Upkeep
from tests.flows.conftest import MakeFlows
from tests.flows.stage import FlowStage

MESSAGES = """
  place:
    steps: [{call: erp.post, save: order, body: {no: =input.no, key: =exchange.key}}]
    reply: =order
  number: {steps: [{call: erp.post, save: done, body: {number_of: =input.no}}], reply: =done}
"""
CONFIRM = "{flow: results, refused: =record.state == 'E', error: =record.words, within: 4h}"
FLOWS = """
events: {placed: {id: =body.hook}, result: {}}
flows:
  orders:
    trigger: {event: placed}
    key: =event.no
    changed: [=event.amount]
    send: place
    confirm: %s
  results:
    trigger: {%s}
    read: {%s}
    when: =record.state == 'D'
    key: =%s.no
    send: number
"""
READ = FLOWS % (CONFIRM, "manual: true", "call: erp.list", "record")
POSTED = (FLOWS % (CONFIRM, "event: result", "", "event")).replace("    read: {}\n", "")


def order(flows: MakeFlows, text: str = READ) -> FlowStage:
    s = flows(MESSAGES, text)
    s.erp.on("POST /orders", {})
    return s


async def sent(s: FlowStage, no: str = "W-1", **more: Any) -> None:
    await s.post("placed", {"no": no, **more})
    await s.work()


async def answered(s: FlowStage, *records: dict[str, Any]) -> None:
    s.erp.on("GET /list", {"rows": list(records)})
    await s.read("results")


def outcomes(s: FlowStage) -> list[tuple[str, str, str, str]]:
    """Of the exchanges of the orders: key, status, who answered, error."""
    return [(one.key, one.status, one.answered_by, one.error) for one in s.stage.exchanges if one.message == "orders"]


async def test_what_is_sent_is_done_when_it_is_confirmed(flows: MakeFlows) -> None:
    s = order(flows)

    await sent(s)
    assert await s.states() == [("W-1", "sent", "")]
    await answered(s, {"no": "W-1", "state": "D"})

    assert await s.states() == [("W-1", "ready", "")]  # the order's number, on its way to the shop
    await s.work()
    assert s.erp.bodies()[1:] == [{"number_of": "W-1"}]
    assert outcomes(s) == [("W-1", "done", "system", ""), ("W-1", "done", "results", "")]


async def test_what_is_refused_is_parked_with_the_words_of_the_other_side(flows: MakeFlows) -> None:
    s = order(flows)

    await sent(s)
    await answered(s, {"no": "W-1", "state": "E", "words": "the customer is blocked"})

    assert await s.states() == [("W-1", "parked", "the customer is blocked")]
    assert outcomes(s)[1:] == [("W-1", "refused", "results", "the customer is blocked")]


async def test_numbers_are_equal_to_their_text(flows: MakeFlows) -> None:
    s = order(flows)

    await sent(s, "100045")
    await answered(s, {"no": 100045, "state": "N"})

    assert await s.states() == []


async def test_a_refusal_without_words_says_who_refused(flows: MakeFlows) -> None:
    s = order(flows, READ.replace(", error: =record.words", ""))

    await sent(s)
    await answered(s, {"no": "W-1", "state": "E"})

    assert await s.states() == [("W-1", "parked", "refused by results, without a word")]


async def test_a_refusal_whose_words_are_no_text_is_for_a_person(flows: MakeFlows) -> None:
    s = order(flows)

    await sent(s)
    await answered(s, {"no": "W-1", "state": "E", "words": ["unknown item"]})

    ((key, state, error),) = await s.states()
    assert (key, state) == ("W-1", "parked")
    assert error.startswith("the answer by results cannot be told: ")


async def test_an_answer_that_cannot_be_judged_is_for_a_person(flows: MakeFlows) -> None:
    s = order(flows, READ.replace("=record.state == 'E'", "'=lookup(record.codes, record.state)'"))

    await sent(s)
    await answered(s, {"no": "W-1", "state": "E", "codes": {}})

    ((key, state, error),) = await s.states()
    assert (key, state) == ("W-1", "parked")
    assert error.startswith("the answer by results cannot be judged: ")


async def test_a_record_without_a_key_answers_nothing_and_is_parked_itself(flows: MakeFlows) -> None:
    s = order(flows)

    await sent(s)
    await answered(s, {"state": "D"})

    assert [(key, state) for key, state, _ in await s.states()] == [("W-1", "sent"), ("", "parked")]


async def test_answers_that_nothing_waits_for_are_counted(flows: MakeFlows) -> None:
    s = order(flows)

    await answered(s, {"no": "W-8", "state": "E"}, {"no": "W-9", "state": "E"})

    assert s.engine.unasked == {("acme", "orders"): 2}
    assert await s.states() == []


async def test_what_was_refused_can_be_corrected_and_sent_again(flows: MakeFlows) -> None:
    s = order(flows)
    await sent(s, amount=1)
    await answered(s, {"no": "W-1", "state": "E", "words": "no"})

    await s.store.resend(Resend(Filter(), s.clock.now()))
    await s.work()
    await answered(s, {"no": "W-1", "state": "N"})

    first, again = s.erp.bodies()
    assert first == again
    assert await s.states() == []


async def test_a_later_one_of_the_key_waits_for_the_answer(flows: MakeFlows) -> None:
    s = order(flows)
    await sent(s, amount=1)
    await sent(s, amount=2)

    assert len(s.erp.bodies()) == 1
    await answered(s, {"no": "W-1", "state": "N"})
    await s.work()

    assert len(s.erp.bodies()) == 2
    assert await s.states() == [("W-1", "sent", "")]


async def test_an_event_answers_as_well_once_however_often_its_own_delivery_is_tried(flows: MakeFlows) -> None:
    s = order(flows, POSTED)
    await sent(s, amount=Decimal("1.5"))
    s.erp.on("POST /orders", 500, 500, {})

    await s.post("result", {"no": "W-1", "state": "D"})
    await s.work()
    assert [(key, state) for key, state, _ in await s.states()] == [("W-1", "ready")]
    await sent(s, amount=2)
    await s.work(60)

    assert [(key, state) for key, state, _ in await s.states()] == [("W-1", "sent")]


async def test_a_flow_that_was_switched_off_still_hears_of_what_it_has_sent(flows: MakeFlows) -> None:
    text = READ.replace("    send: place", "    enabled: =settings.company == 'NORTH'\n    send: place")
    s = order(flows, text)
    await sent(s)
    del s.live.flows["orders"]  # type: ignore[attr-defined]

    await answered(s, {"no": "W-1", "state": "N"})

    assert await s.states() == []


async def test_an_answer_that_does_not_come_is_told_once_and_waited_for(
    flows: MakeFlows, caplog: pytest.LogCaptureFixture
) -> None:
    s = order(flows)
    upkeep = Upkeep(s.engine, s.store, s.clock)
    await sent(s)

    for seconds in (0, 4 * 3600 - 1, 1, 15, 86_400):
        s.hands.at += seconds
        await upkeep.look()

    words = "no answer came within 14,400 s; it was sent at 2025-11-24T16:00:00.000Z"
    assert outcomes(s)[1:] == [("W-1", "unreachable", "nobody", words)]
    assert [one.message.partition(": ")[2].partition(": ")[2] for one in caplog.records] == [f"key W-1: {words}"]
    assert await s.states() == [("W-1", "sent", "no answer came in time")]
    await answered(s, {"no": "W-1", "state": "N"})
    assert await s.states() == []
