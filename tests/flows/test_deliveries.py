"""Records after an event: nothing lost, nothing doubled, nothing out of order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx
import pytest

from engine.delivery.operating import Filter, Resend
from engine.errors import InvalidInput, MappingError, Refused
from engine.http.client import HttpClient, HttpRequest
from tests.flows.conftest import MakeFlows
from tests.flows.orders import ORDERS, PLACE, orders
from tests.flows.stage import BEGIN


async def test_an_event_is_delivered(flows: MakeFlows) -> None:
    s = orders(flows)

    taken = await s.post("placed", {"no": "W-1", "customer": "A"}, key="shop 1")
    await s.work()

    assert s.erp.bodies() == [{"no": "W-1", "key": "shop 1", "attempt": 1}]
    assert await s.states() == []
    (exchange,) = s.stage.exchanges
    assert (exchange.delivery, exchange.message) == (taken.exchange, "orders")
    assert (exchange.key, exchange.event, exchange.status) == ("A", "shop 1", "done")


async def test_the_same_event_is_delivered_once(flows: MakeFlows) -> None:
    s = orders(flows)

    first = await s.post("placed", {"no": "W-1", "customer": "A", "hook": "h1"})
    await s.work()
    again = await s.post("placed", {"no": "W-1", "customer": "A", "hook": "h1"})
    await s.work()

    assert (again.exchange, again.known) == (first.exchange, True)
    assert s.erp.asked.count("POST /orders") == 1


async def test_what_does_not_fit_its_schema_is_not_accepted(flows: MakeFlows) -> None:
    s = orders(flows)

    with pytest.raises(InvalidInput):
        await s.post("placed", {"customer": "A"})

    assert await s.open() == []


async def test_an_event_whose_key_cannot_be_computed_is_not_accepted(flows: MakeFlows) -> None:
    s = orders(flows)

    with pytest.raises(MappingError, match=r"the key of a record of acme.orders is null"):
        await s.post("placed", {"no": "W-1"})


async def test_there_is_no_such_event(flows: MakeFlows) -> None:
    with pytest.raises(Refused, match=r"there is no event acme.paid"):
        await orders(flows).post("paid", {})


async def test_a_refusal_for_good_is_parked_at_once_with_the_words_of_the_system(flows: MakeFlows) -> None:
    s = orders(flows, httpx.Response(400, text="no such customer"))

    await s.post("placed", {"no": "W-1", "customer": "A"})
    await s.work()

    assert await s.states() == [("A", "parked", "status 400: no such customer")]


async def test_what_may_work_later_is_tried_later_and_parked_after_the_last_attempt(flows: MakeFlows) -> None:
    s = orders(flows, 500)

    await s.post("placed", {"no": "W-1", "customer": "A"})
    made = [await s.work(seconds) for seconds in (0, 5, 10, 10, 60, 600)]

    assert made == [1, 0, 1, 0, 1, 0]
    assert [one["attempt"] for one in s.erp.bodies()] == [1, 2, 3]
    assert await s.states() == [("A", "parked", "status 500")]
    exchanges = s.stage.exchanges
    assert len({one.id for one in exchanges}) == 3
    assert {one.delivery for one in exchanges} == {(await s.open())[0].id}
    began = [datetime.fromisoformat(one.at).timestamp() - BEGIN for one in exchanges]
    assert began == pytest.approx([0, 15, 85], abs=5)  # when each was made, not when the order came


SAVE = """
  place:
    steps:
      - {call: erp.search, save: known}
      - {call: erp.put, save: order, body: {no: =input.no}}
    reply: =order
"""


@pytest.mark.parametrize("failure", [500, httpx.ReadError("the connection broke")])
async def test_what_writes_is_sent_again_by_its_delivery_only_and_reads_by_themselves(
    flows: MakeFlows, failure: Any
) -> None:
    s = orders(flows, messages=SAVE)
    s.erp.on("GET /search", failure, failure, {})
    s.erp.on("PUT /things", failure, {})

    await s.post("placed", {"no": "W-1", "customer": "A"})
    await s.work()
    assert s.erp.asked == ["GET /search"] * 3 + ["PUT /things"]
    await s.work(60)

    assert s.erp.asked[4:] == ["GET /search", "PUT /things"]
    assert await s.states() == []


async def test_what_writes_is_not_sent_again_where_its_connection_turns_out_to_be_broken(
    flows: MakeFlows, monkeypatch: pytest.MonkeyPatch
) -> None:
    s = orders(flows, messages=SAVE)
    s.erp.on("GET /search", {})
    s.erp.on("PUT /things", {})
    asked: list[tuple[str, bool]] = []
    exchange = HttpClient.exchange

    async def noted(client: HttpClient, request: HttpRequest, trace: Any) -> Any:
        asked.append((request.method, request.repeatable))
        return await exchange(client, request, trace)

    monkeypatch.setattr(HttpClient, "exchange", noted)
    await s.post("placed", {"no": "W-1", "customer": "A"})
    await s.work()
    await s.stage.run("place", {"no": "W-2"})

    assert asked == [("GET", True), ("PUT", False), ("GET", True), ("PUT", True)]


async def test_an_order_that_may_have_arrived_is_asked_for_before_it_is_sent_again(flows: MakeFlows) -> None:
    s = orders(flows, httpx.ReadTimeout("slow"))
    s.erp.on("GET /things/W-1", 404, {"erp": 7})

    await s.post("placed", {"no": "W-1", "customer": "A"})
    await s.work()
    await s.work(60)

    assert s.erp.asked == ["GET /things/W-1", "POST /orders", "GET /things/W-1"]
    assert await s.states() == []


@pytest.mark.parametrize("failure", [httpx.ReadTimeout("slow"), 504])
async def test_a_slow_system_gets_as_long_again_before_it_is_asked_whether_an_order_arrived(
    flows: MakeFlows, failure: Any
) -> None:
    s = orders(flows, failure, text=ORDERS.replace("10s..1m", "1s..1m"))
    s.erp.on("GET /things/W-1", 404, 404, {"erp": 7})

    await s.post("placed", {"no": "W-1", "customer": "A"})
    made = [await s.work(seconds) for seconds in (0, 5, 4, 2)]  # the call had 10 s

    assert made == [1, 0, 0, 1]
    assert s.erp.asked == ["GET /things/W-1", "POST /orders", "GET /things/W-1", "POST /orders"]


async def test_what_may_be_done_twice_is_tried_again_at_once_after_a_timeout(flows: MakeFlows) -> None:
    s = orders(flows, text=ORDERS.replace("10s..1m", "1s..1m"), messages=SAVE)
    s.erp.on("GET /search", {})
    s.erp.on("PUT /things", httpx.ReadTimeout("slow"), {})

    await s.post("placed", {"no": "W-1", "customer": "A"})

    assert [await s.work(seconds) for seconds in (0, 2)] == [1, 1]


async def test_orders_of_a_customer_go_in_order_and_others_do_not_wait(flows: MakeFlows) -> None:
    s = orders(flows, 500, {"erp": 1})

    for no, customer in (("A-1", "A"), ("A-2", "A"), ("B-1", "B")):
        await s.post("placed", {"no": no, "customer": customer})
    await s.work()
    await s.work(60)

    assert [one["no"] for one in s.erp.bodies()] == ["A-1", "B-1", "A-1", "A-2"]


async def test_a_parked_order_holds_back_its_customer_until_it_is_sent_again(flows: MakeFlows) -> None:
    s = orders(flows, 400, {"erp": 1})
    for no, customer in (("A-1", "A"), ("A-2", "A"), ("B-1", "B")):
        await s.post("placed", {"no": no, "customer": customer})

    await s.work()
    assert [(key, state) for key, state, _ in await s.states()] == [("A", "parked"), ("A", "waiting")]
    await s.store.resend(Resend(Filter(), s.clock.now()))
    await s.work()

    assert [one["no"] for one in s.erp.bodies()] == ["A-1", "B-1", "A-1", "A-2"]


async def test_while_the_system_is_away_no_attempt_is_spent(flows: MakeFlows) -> None:
    away = ORDERS.replace("delivery: {attempts: 3", "delivery: {attempts: 1")
    s = flows(PLACE, away)
    s.erp.on("POST /orders", {"erp": 1})
    s.live.sessions.guarded["erp"] = _Offline(s.live.sessions.guarded["erp"], times=5)  # type: ignore[assignment]

    await s.post("placed", {"no": "W-1", "customer": "A"}, key="shop 1")
    for _ in range(8):
        await s.work(30)

    assert await s.states() == []
    assert s.erp.bodies() == [{"no": "W-1", "key": "shop 1", "attempt": 1}]


class _Offline:
    """A session that refuses its first calls because its system is away."""

    def __init__(self, inner: Any, times: int) -> None:
        self._inner = inner
        self._times = times

    async def send(self, call: Any, trace: Any) -> Any:
        from engine.errors import Unreachable

        self._times -= 1
        if self._times >= 0:
            raise Unreachable("acme.erp is offline", cause="offline", may_have_happened=False, retry_after=20)
        return await self._inner.send(call, trace)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)
