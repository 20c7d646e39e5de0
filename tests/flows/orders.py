"""Orders that a shop posts, and a flow that places each of them, after it has asked whether the system knows it."""

from __future__ import annotations

from typing import Any

from tests.flows.conftest import MakeFlows
from tests.flows.stage import FlowStage

PLACE = """
  place:
    input: {type: object, required: [no]}
    steps:
      - {call: erp.get, save: known, path: {id: =input.no}}
      - {call: erp.post, save: order, unless: known, body: {no: =input.no, key: =exchange.key, attempt: =exchange.attempt}}
    reply: =order
"""
UNASKED = PLACE.replace("{call: erp.get, save: known, path: {id: =input.no}}", "{value: =`null`, save: known}")
ORDERS = """
events:
  placed: {schema: {type: object, required: [no]}, id: =body.hook}
flows:
  orders:
    trigger: {event: placed}
    key: =event.customer
    send: place
    input: {no: =record.no}
    delivery: {attempts: 3, backoff: 10s..1m}
"""


def orders(flows: MakeFlows, *posts: Any, messages: str = PLACE, text: str = ORDERS) -> FlowStage:
    s = flows(messages, text)
    s.erp.on("POST /orders", *(posts or ({"erp": 1},)))
    return s
