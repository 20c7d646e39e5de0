"""Repeating, refusing, and what still runs after a failure."""

from __future__ import annotations

import httpx

from engine.errors import Refused
from tests.runtime.conftest import MakeStage
from tests.runtime.stage import UNREACHABLE


async def test_repeat_calls_again_until_done(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - call: erp.get
        save: job
        path: {id: "1"}
        repeat: {until: =reply.done, every: 1ms, limit: 5s}
        value: =reply.result
    reply: {job: =job}
""")
    s.erp.on("GET /things/1", {"done": False}, {"done": False}, {"done": True, "result": "ok"})

    assert await s.reply() == {"job": "ok"}
    assert len(s.erp.requests) == 3


async def test_repeat_ends_at_its_limit_and_a_later_try_may_help(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {call: erp.get, path: {id: "1"}, repeat: {until: =reply.done, every: 1s, limit: 4s}}
""")
    s.erp.on("GET /things/1", {"done": False})

    error = (await s.run()).error

    assert isinstance(error, Refused)
    assert (error.code, error.temporary) == ("repeat-limit", True)
    assert len(s.erp.requests) == 5


async def test_refuse_ends_the_message_in_the_written_words(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {refuse: "Order {{ input.no }} cannot go", temporary: true}
      - {call: erp.list}
""")

    error = (await s.run(value={"no": "7"})).error

    assert isinstance(error, Refused)
    assert (error.text, error.code, error.temporary) == ("Order 7 cannot go", "refused", True)
    assert s.erp.asked == []


async def test_refuse_with_something_that_is_no_text_is_a_mapping_error(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps: [{refuse: =input}]
""")

    assert (await s.failure(value={"a": 1})).startswith("MappingError: `refuse` is no text")


async def test_always_runs_after_a_failure_and_the_first_failure_wins(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {call: erp.post, save: bid, body: {}}
      - {call: erp.list, save: rows}
      - {call: erp.get, path: {id: never}}
      - {call: erp.cancel, save: gone, always: true, path: {id: =bid.no}}
      - {call: erp.cancel, always: true, when: =!rows, path: {id: last}}
    reply: =rows
""")
    s.erp.on("POST /orders", {"no": "7"})
    s.erp.on("GET /list", httpx.Response(400, text="broken list"))
    s.erp.on("DELETE /orders/7", httpx.Response(409, text="cannot cancel"))
    s.erp.on("DELETE /orders/last", {})

    assert await s.failure() == "Refused: status 400: broken list"
    assert s.erp.asked == ["POST /orders", "GET /list", "DELETE /orders/7", "DELETE /orders/last"]


async def test_an_optional_failure_spoils_nothing_and_its_name_is_null(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {call: erp.list, save: rows, optional: true}
      - {save: wrong, optional: true, value: "=subtract('a', 'b')"}
      - {refuse: nobody hears this, optional: true}
    reply: {rows: =rows, wrong: =wrong}
""")
    s.erp.on("GET /list", UNREACHABLE)

    assert await s.reply() == {"rows": None, "wrong": None}


async def test_an_optional_step_after_a_failure_does_not_run(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {refuse: no}
      - {call: erp.list, optional: true}
""")

    assert await s.failure() == "Refused: no"
    assert s.erp.asked == []


async def test_when_that_cannot_be_computed_fails_and_does_not_skip(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps: [{call: erp.list, when: "=input.a > `1`"}]
""")

    assert (await s.failure(value={"a": "text"})).startswith("MappingError")
    assert s.erp.asked == []
