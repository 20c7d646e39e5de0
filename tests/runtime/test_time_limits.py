"""Nothing takes longer than it may."""

from __future__ import annotations

import time

from engine.errors import Unreachable
from tests.runtime.conftest import MakeStage
from tests.runtime.stage import after


async def test_a_message_ends_at_its_timeout(stage: MakeStage) -> None:
    s = stage("""
  m:
    timeout: 60ms
    steps: [{call: erp.get, each: =input.ids, path: {id: =item}}]
""")
    for number in range(5):
        s.erp.on(f"GET /things/{number}", after(0.025))
    began = time.monotonic()

    answer = await s.run(value={"ids": [0, 1, 2, 3, 4]})

    assert isinstance(answer.error, Unreachable)
    assert str(answer.error) == "acme.m took longer than 0.06 s (at erp.get)"
    assert (answer.error.cause, answer.error.may_have_happened) == ("timeout", True)
    assert len(s.erp.requests) < 5
    assert time.monotonic() - began < 1


async def test_a_message_waits_no_longer_than_its_timeout_for_a_repeat(stage: MakeStage) -> None:
    s = stage("""
  m:
    timeout: 60ms
    steps: [{call: erp.get, path: {id: a}, repeat: {until: =reply.done, every: 20s, limit: 1h}}]
""")
    s.erp.on("GET /things/a", {})

    assert await s.failure() == "Unreachable: acme.m took longer than 0.06 s (at erp.get)"


async def test_the_timeout_of_a_step_is_that_of_one_call(stage: MakeStage) -> None:
    s = stage("""
  m: {steps: [{call: erp.list, timeout: 50ms}]}
""")
    s.erp.on("GET /list", after(20))

    assert await s.failure() == "Unreachable: erp.example:443 did not answer within 0.05 s"


async def test_steps_with_always_get_time_of_their_own_after_a_timeout(stage: MakeStage) -> None:
    s = stage("""
  m:
    timeout: 80ms
    steps:
      - {call: erp.list}
      - {call: erp.post, body: {}}
      - {call: erp.cancel, always: true, path: {id: a}}
      - {call: erp.cancel, always: true, path: {id: b}}
""")
    s.erp.on("GET /list", after(20))
    s.erp.on("DELETE /orders/a", after(20))
    s.erp.on("DELETE /orders/b", {})

    assert await s.failure() == "Unreachable: acme.m took longer than 0.08 s (at erp.list)"
    assert s.erp.asked == ["GET /list", "DELETE /orders/a", "DELETE /orders/b"]


async def test_nothing_is_begun_after_the_deadline(stage: MakeStage) -> None:
    s = stage("""
  m:
    timeout: 60ms
    steps:
      - {call: erp.list, optional: true}
      - {call: erp.post, body: {}}
""")
    s.erp.on("GET /list", after(20))

    answer = await s.run()

    assert isinstance(answer.error, Unreachable)
    assert not answer.error.may_have_happened
    assert s.erp.asked == ["GET /list"]
