"""Records that are not sent as they come: skipped, held until something else has happened, or unchanged."""

from __future__ import annotations

import pytest

from engine.delivery.operating import Filter, Resend
from tests.flows.conftest import MakeFlows
from tests.flows.orders import PLACE, UNASKED, orders


def with_flow(more: str, key: str = "=event.no", trigger: str = "placed") -> str:
    return f"""
events: {{placed: {{}}, paid: {{map: {{no: =body.no, payment: {{done: true}}}}}}}}
flows:
  orders:
    trigger: {{event: {trigger}}}
    key: {key}
    send: place
    input: {{no: =record.no}}
    {more}
"""


async def test_what_the_flow_does_not_want_is_skipped(flows: MakeFlows) -> None:
    s = orders(flows, text=with_flow("when: =record.open"))

    await s.post("placed", {"no": "W-1", "open": False})
    await s.post("placed", {"no": "W-2", "open": True})
    await s.work()

    assert [one["no"] for one in s.erp.bodies()] == ["W-2"]
    assert await s.states() == []


async def test_a_when_that_fails_parks_and_never_skips(flows: MakeFlows) -> None:
    s = orders(flows, text=with_flow("when: =record.total > `5`"))

    await s.post("placed", {"no": "W-1", "total": "ten"})
    await s.work()

    ((key, state, error),) = await s.states()
    assert (key, state) == ("W-1", "parked")
    assert "text is compared with a number" in error


async def test_a_held_record_waits_is_seen_to_wait_and_goes(flows: MakeFlows) -> None:
    text = with_flow("read: {call: erp.get, path: {id: =event.no}}\n    hold: {until: =record.approved, every: 5m}")
    s = orders(flows, messages=UNASKED, text=text)
    s.erp.on("GET /things/W-1", {"no": "W-1", "approved": False}, {"no": "W-1", "approved": True})

    await s.post("placed", {"no": "W-1"})
    await s.work()
    assert await s.states() == [("W-1", "held", "")]
    await s.work(299)
    assert s.erp.bodies() == []
    await s.work(1)

    assert [one["no"] for one in s.erp.bodies()] == ["W-1"]
    assert await s.states() == []


async def test_what_waits_too_long_is_parked(flows: MakeFlows) -> None:
    s = orders(flows, text=with_flow("hold: {until: =record.approved, every: 1h, limit: 2h}"))

    await s.post("placed", {"no": "W-1"})
    for _ in range(2):
        await s.work(3600)

    assert await s.states() == [("W-1", "parked", "it waited 7200 s and may still not go")]


@pytest.mark.parametrize("events", [("placed", "paid"), ("paid", "placed")])
async def test_an_order_waits_for_its_payment_whichever_comes_first(flows: MakeFlows, events: tuple[str, str]) -> None:
    s = orders(flows, text=with_flow("hold: {until: =record.payment.done, merge: [paid], every: 1h}"))

    for event in events:
        assert s.erp.bodies() == []
        await s.post(event, {"no": "W-1"})
        await s.work()

    assert [one["no"] for one in s.erp.bodies()] == ["W-1"]
    assert await s.states() == []


async def test_a_held_record_is_refreshed_by_a_message(flows: MakeFlows) -> None:
    messages = (
        PLACE
        + "  look: {steps: [{call: erp.get, save: found, path: {id: state}}], reply: {no: =input.no, ok: =found.ok}}\n"
    )
    s = orders(flows, messages=messages, text=with_flow("hold: {until: =record.ok, refresh: look, every: 1m}"))
    s.erp.on("GET /things/state", {"ok": False}, {"ok": True})

    await s.post("placed", {"no": "W-1"})
    await s.work()
    await s.work(60)

    assert [one["no"] for one in s.erp.bodies()] == ["W-1"]


async def test_what_has_not_changed_since_it_was_delivered_is_not_sent(flows: MakeFlows) -> None:
    s = orders(flows, {"erp": 1}, 400, {"erp": 1}, text=with_flow("changed: [=record.name, =record.city]"))

    for name in ("Ann", "Ann", "Bob"):
        await s.post("placed", {"no": "7", "name": name, "other": len(s.erp.bodies())})
        await s.work()
    await s.store.resend(Resend(Filter(), s.clock.now()))
    await s.work()

    assert len(s.erp.bodies()) == 3, "sent for Ann, refused for Bob, sent again"


async def test_what_was_not_delivered_counts_as_changed(flows: MakeFlows) -> None:
    s = orders(flows, 500, {"erp": 1}, text=with_flow("changed: [=record.name]"))

    await s.post("placed", {"no": "7", "name": "Ann"})
    await s.work()
    await s.work(60)

    assert len(s.erp.bodies()) == 2
    assert await s.states() == []
