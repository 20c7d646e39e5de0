"""A `once` call that was accepted is never made again."""

from __future__ import annotations

from tests.flows.conftest import MakeFlows
from tests.flows.orders import ORDERS, orders

TWO_CALLS = """
  place:
    steps:
      - {call: erp.post, save: order, body: {no: =input.no}}
      - {call: label, each: =input.lines, item: line, save: labels, body: {no: =line}}
      - {call: erp.get, save: last, path: {id: =input.no}}
    reply: {order: =order, labels: =labels}
  label:
    steps: [{call: erp.post, save: done, body: {label: =input.no}}]
    reply: =done.n
"""


async def test_a_once_call_that_was_accepted_is_not_made_again(flows: MakeFlows) -> None:
    text = ORDERS.replace("input: {no: =record.no}", "input: =record")
    s = orders(flows, {"n": 1}, {"n": 2}, {"n": 3}, 500, messages=TWO_CALLS, text=text)
    s.erp.on("GET /things/W-1", 500, {})

    await s.post("placed", {"no": "W-1", "customer": "A", "lines": ["x", "y"]})
    await s.work()
    await s.work(60)

    assert s.erp.bodies() == [{"no": "W-1"}, {"label": "x"}, {"label": "y"}]
    assert s.erp.asked.count("GET /things/W-1") == 2
    assert await s.states() == []


async def test_only_what_was_accepted_is_kept(flows: MakeFlows) -> None:
    text = ORDERS.replace("input: {no: =record.no}", "input: =record")
    s = orders(flows, {"n": 1}, 500, {"n": 3}, messages=TWO_CALLS, text=text)
    s.erp.on("GET /things/W-1", {})

    await s.post("placed", {"no": "W-1", "customer": "A", "lines": ["x", "y"]})
    await s.work()
    await s.work(60)

    assert s.erp.bodies() == [{"no": "W-1"}, {"label": "x"}, {"label": "x"}, {"label": "y"}]
