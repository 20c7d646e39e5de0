"""Messages that call messages, of the same integration and of others."""

from __future__ import annotations

import asyncio

from tests.runtime.conftest import MakeStage
from tests.runtime.stage import UNREACHABLE, after

SHOP = """
engine: 1
name: shop
zone: Asia/Tokyo
settings:
  shop_token: {type: secret, default: null, required: false}
connections:
  web:
    type: rest
    url: https://shop.example
    retry: {attempts: 1}
    endpoints:
      note: {method: PUT, path: /note}
messages:
  note:
    input: {type: object, required: [text]}
    steps: [{call: web.note, save: done, body: {text: =input.text}}]
    reply: {done: =done.ok}
  day:
    reply: {day: "=date('2025-01-31T23:30:00Z', '%Y-%m-%d')", local: "=date('2025-01-31T08:00:00', '%H:%M', 'UTC')"}
  off:
    enabled: false
    reply: 1
  boom:
    steps: [{call: web.note, body: {}}]
log: {redact: [nickname]}
"""


async def test_a_message_is_called_with_its_input_as_body(stage: MakeStage) -> None:
    s = stage("""
  double:
    input: {type: object, required: [n]}
    reply: {twice: "=[input.n, input.n]"}
  m:
    steps:
      - {call: double, save: rows, each: =input.list, item: one, body: {n: =one}, value: =reply.twice}
    reply: =rows
""")

    assert await s.reply(value={"list": [1, 2]}) == [[1, 1], [2, 2]]


async def test_a_message_of_another_integration_is_called_by_its_local_name(stage: MakeStage) -> None:
    s = stage(
        """
  m:
    steps: [{call: store.note, save: noted, body: {text: hello}}]
    reply: =noted
""",
        SHOP,
        head="uses: {store: shop}",
    )
    s.erp.on("PUT /note", {"ok": True})

    assert await s.reply() == {"done": True}
    assert str(s.erp.requests[0].url) == "https://shop.example/note"
    assert s.exchanges[0].integration == "acme"


async def test_a_body_that_does_not_fit_the_called_message_is_our_error(stage: MakeStage) -> None:
    s = stage("""
  inner: {input: {type: object, required: [n]}, reply: 1}
  m: {steps: [{call: inner, body: =input}]}
""")

    assert await s.failure() == "MappingError: the body does not fit the input of inner: n is missing"


async def test_a_message_that_is_switched_off_cannot_be_called(stage: MakeStage) -> None:
    s = stage("  m: {steps: [{call: store.off, body: {}}]}", SHOP, head="uses: {store: shop}")

    assert await s.failure() == "Refused: there is no message shop.off"


async def test_messages_call_each_other_not_too_deep(stage: MakeStage) -> None:
    chain = "".join(f"  m{n}: {{steps: [{{call: m{n + 1}, save: x, body: {{}}}}], reply: =x}}\n" for n in range(12))
    s = stage(chain + "  m12: {reply: deep}")

    assert await s.reply("m4") == "deep"
    assert await s.failure("m3") == "MappingError: messages call each other more than 8 deep"


async def test_failed_records_of_a_called_message_fail_the_step(stage: MakeStage) -> None:
    s = stage("""
  inner: {failed: [{index: 0, error: unknown}]}
  m: {steps: [{call: inner, body: {}}]}
""")

    assert await s.failure() == 'Refused: inner failed in part: [{"index":0,"error":"unknown"}]'


async def test_a_called_message_answers_from_its_young_cache_but_never_from_an_old_one(stage: MakeStage) -> None:
    s = stage("""
  inner:
    steps: [{call: erp.list, save: rows}]
    reply: =rows
    cache: {keep: 50ms, offline: 1h}
    fallback: stand-in
  m: {steps: [{call: inner, save: x, body: {}}], reply: =x}
""")
    s.erp.on("GET /list", {"rows": [1]}, UNREACHABLE)

    assert [await s.reply(), await s.reply()] == [[1], [1]]
    await asyncio.sleep(0.06)
    assert (await s.failure()).startswith("Unreachable")
    assert await s.reply("inner") == [1]


async def test_the_fallback_of_the_calling_message_answers_for_the_called_one(stage: MakeStage) -> None:
    s = stage("""
  inner: {steps: [{call: erp.list}]}
  m: {steps: [{call: inner, body: {}}], fallback: {why: =error.cause}}
""")
    s.erp.on("GET /list", UNREACHABLE)

    assert await s.reply() == {"why": "connect"}


async def test_times_without_offset_stand_in_the_zone_of_the_integration(stage: MakeStage) -> None:
    s = stage(
        """
  m:
    steps: [{call: store.day, save: there, body: {}}]
    reply:
      there: =there
      here: {day: "=date('2025-01-31T23:30:00Z', '%Y-%m-%d')", local: "=date('2025-01-31T08:00:00', '%H:%M', 'UTC')"}
""",
        SHOP,
        head="uses: {store: shop}\nzone: America/Chicago",
    )

    reply = await s.reply()

    assert reply["there"]["local"] == "23:00"
    assert reply["here"]["local"] == "14:00"


async def test_the_secrets_and_named_fields_of_a_called_integration_are_struck_out_too(stage: MakeStage) -> None:
    s = stage("  m: {steps: [{call: store.note, body: {text: hi}}]}", SHOP, head="uses: {store: shop}")
    s.engine.integrations["shop"].redactor.learn("tok-of-the-shop")
    s.erp.on("PUT /note", 400)

    await s.run()

    redactor = s.recorded[0][1]
    assert redactor.text("Bearer tok-of-the-shop") == "Bearer ***"
    assert redactor.value({"nickname": "Jo"}) == {"nickname": "***"}


async def test_a_called_message_still_cleans_up_when_the_time_of_its_caller_is_over(stage: MakeStage) -> None:
    s = stage("""
  total:
    timeout: 10s
    steps:
      - {call: erp.post, save: bid, body: {}}
      - {call: erp.list}
      - {call: erp.cancel, always: true, path: {id: =bid.no}}
  m:
    timeout: 100ms
    steps: [{call: total, body: {}}]
""")
    s.erp.on("POST /orders", {"no": "7"})
    s.erp.on("GET /list", after(20))
    s.erp.on("DELETE /orders/7", {})

    assert await s.failure() == "Unreachable: acme.m took longer than 0.1 s (at erp.list)"
    assert s.erp.asked[-1] == "DELETE /orders/7"


async def test_the_timeout_of_a_step_holds_for_a_called_message(stage: MakeStage) -> None:
    s = stage("""
  slow: {steps: [{call: erp.list}]}
  m: {steps: [{call: slow, body: {}, timeout: 50ms}]}
""")
    s.erp.on("GET /list", after(20))

    assert await s.failure() == "Unreachable: slow took longer than 0.05 s (at erp.list)"
