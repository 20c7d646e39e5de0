"""What is known of an exchange afterwards, and what its expressions see of it."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from engine.errors import InvalidInput, Refused, SettingMissing, Violation
from tests.runtime.conftest import MakeStage
from tests.runtime.stage import UNREACHABLE, after, staged

SECRET = "s3cret/pass word"


async def test_expressions_see_who_they_are_part_of(stage: MakeStage) -> None:
    s = stage("""
  inner: {reply: =exchange}
  m:
    steps: [{call: inner, save: inside, body: {}}]
    reply: {seen: =exchange, same: =inside == exchange}
""")

    first, second = await s.run(key="ORDER-7"), await s.run()

    seen = first.exchange.reply["seen"]
    assert first.exchange.reply["same"] is True
    assert {"id": seen["id"], "key": seen["key"], "attempt": seen["attempt"], "at": seen["at"]} == {
        "id": first.exchange.id,
        "key": "ORDER-7",
        "attempt": 1,
        "at": first.exchange.at,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", seen["at"])
    assert second.exchange.key == second.exchange.id != first.exchange.id
    assert second.exchange.reply["seen"]["number"] > seen["number"]


@pytest.mark.parametrize(
    ("reply", "status"),
    [({"rows": []}, "done"), (400, "refused"), (UNREACHABLE, "unreachable"), ({"rows": ["a"]}, "mapping")],
)
async def test_every_end_is_recorded(stage: MakeStage, reply: Any, status: str) -> None:
    s = stage("""
  m: {steps: [{call: erp.list, save: rows}], reply: "=map(&subtract(@, `1`), rows)"}
""")
    s.erp.on("GET /list", reply)

    answer = await s.run()

    assert s.exchanges == [answer.exchange]
    assert answer.exchange.status == status
    assert bool(answer.exchange.error) == (status != "done")


async def test_input_that_does_not_fit_is_told_whole_and_nothing_is_called(stage: MakeStage) -> None:
    s = stage("""
  m:
    input:
      type: object
      required: [customer]
      properties: {items: {type: array, items: {type: object, properties: {quantity: {type: number}}}}}
    steps: [{call: erp.list}]
""")

    answer = await s.run(value={"items": [{"quantity": 1}, {"quantity": "two"}]})

    assert isinstance(answer.error, InvalidInput)
    assert sorted(answer.error.violations, key=lambda violation: violation.path) == [
        Violation("customer", "is missing"),
        Violation("items[1].quantity", "must be number, is string"),
    ]
    assert answer.exchange.status == "invalid"
    assert [moment.point for moment in answer.exchange.moments] == [100, 280]
    assert s.erp.asked == []


async def test_measuring_points_come_in_order_with_the_call_they_belong_to(stage: MakeStage) -> None:
    s = stage("""
  inner: {steps: [{call: erp.list}]}
  m:
    steps:
      - {call: erp.get, each: =input.ids, path: {id: =item}}
      - {call: inner, body: {}}
""")
    s.erp.on("GET /things/1", {})
    s.erp.on("GET /things/2", {})
    s.erp.on("GET /list", {"rows": []})

    moments = (await s.run(value={"ids": [1, 2]})).exchange.moments

    one_get = [(150, "erp.get"), (180, "erp.get"), (220, "erp.get"), (250, "erp.get")]
    one_list = [(150, "erp.list"), (180, "erp.list"), (220, "erp.list"), (250, "erp.list")]
    assert [(moment.point, moment.call) for moment in moments] == [
        (100, ""),
        (120, ""),
        *one_get,
        *one_get,
        (150, "inner"),
        *one_list,
        (250, "inner"),
        (250, "inner"),
        (250, ""),
        (280, ""),
    ]
    assert [moment.micros for moment in moments] == sorted(moment.micros for moment in moments)


async def test_payloads_are_kept_only_where_the_log_says_so(stage: MakeStage) -> None:
    s = stage("  m: {steps: [{call: erp.list}], reply: =input.a}")
    s.erp.on("GET /list", {"rows": []})
    assert [moment.payload for moment in (await s.run(value={"a": 1})).exchange.moments] == [None] * 8

    kept = stage("  m: {reply: =input.a}", head="log: {payloads: true}")
    moments = (await kept.run(value={"a": 1})).exchange.moments

    assert [(moment.point, moment.payload) for moment in moments] == [(100, None), (120, {"a": 1}), (250, 1), (280, 1)]


async def test_messages_do_not_see_secrets(stage: MakeStage) -> None:
    s = stage(
        """
  inner: {reply: =settings}
  m:
    steps:
      - {call: inner, save: inside, body: {}}
      - {save: own, value: =settings}
      - {call: erp.list}
    reply: {own: =own, inside: =inside}
    fallback: {own: =settings}
    cache: {keep: 1s, key: =settings}
""",
        password=SECRET,
    )
    s.erp.on("GET /list", {"rows": []})

    reply = await s.reply()

    assert reply["own"] == reply["inside"] == {"url": "https://erp.example", "company": "NORTH"}


async def test_a_secret_that_the_other_side_repeats_is_struck_out_of_the_error(stage: MakeStage) -> None:
    s = stage(
        "  m: {steps: [{call: erp.post, body: {}}]}",
        connection="""auth: {type: basic, username: api, password: =settings.password}
    error: {text: =reply.message}""",
        password=SECRET,
    )
    s.erp.on(
        "POST /orders", after(0, _refused(f"{SECRET} is not the password (s3cret%2Fpass%20word, s3cret%2Fpass+word)"))
    )

    exchange = (await s.run()).exchange

    assert exchange.error == "*** is not the password (***, ***)"


async def test_nothing_that_can_be_shown_holds_a_secret(stage: MakeStage) -> None:
    s = stage(
        "  m: {steps: [{call: erp.post, body: {}}]}",
        connection="auth: {type: bearer, token: =settings.password}",
        password=SECRET,
    )
    s.erp.on("POST /orders", 401)
    answer = await s.run()
    live = s.engine.integrations["acme"]

    sessions = [vars(session) for session in live.sessions.guarded.values()]
    parts = [part for inside in (vars(live), vars(live.sessions), *sessions) for part in inside.values()]
    shown = repr([s.engine, answer, live, [part for part in parts if not isinstance(part, dict)]])

    assert SECRET not in shown
    assert SECRET not in str(live)


async def test_old_tokens_are_forgotten_before_any_secret_is(stage: MakeStage) -> None:
    s = stage("  m: {reply: 1}", password="pw")
    redactor = s.engine.integrations["acme"].redactor

    for number in range(2000):
        redactor.learn(f"a-token-that-is-longer-than-the-password-{number}")

    assert redactor.text("pw a-token-that-is-longer-than-the-password-1999") == "*** ***"


async def test_an_exchange_that_is_cancelled_is_recorded_as_stopped(stage: MakeStage) -> None:
    s = stage("  m: {steps: [{call: erp.list}]}")
    s.erp.on("GET /list", after(30))
    running = asyncio.create_task(s.run())
    await asyncio.sleep(0.02)

    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    assert [(e.status, e.error) for e in s.exchanges] == [("stopped", "the engine stopped")]


async def test_a_defect_is_recorded_and_not_hidden(stage: MakeStage) -> None:
    s = stage("  m: {steps: [{call: erp.list}]}")
    s.erp.on("GET /list", RuntimeError(SECRET))

    with pytest.raises(RuntimeError):
        await s.run()

    assert [(e.status, e.error) for e in s.exchanges] == [("stopped", "a defect: RuntimeError")]


async def test_closing_waits_for_running_exchanges(stage: MakeStage) -> None:
    s = stage("  m: {steps: [{call: erp.list, save: rows}], reply: =rows}")
    s.erp.on("GET /list", after(0.05, {"rows": [1]}))
    running = asyncio.create_task(s.run())
    await asyncio.sleep(0.01)

    await s.engine.aclose(5)

    assert running.done()
    assert (await running).exchange.reply == [1]


async def test_closing_does_not_wait_for_ever(stage: MakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime.messages.engine.CLOSING", 0.05)
    s = stage(
        "  m: {steps: [{call: erp.list}]}",
        connection="""auth:
      type: login
      request: {call: erp.log_in}
      token: =reply.token
      end: {call: erp.cancel, path: {id: =token}}""",
    )
    s.erp.on("POST /log_in", {"token": "t0k3n-of-the-session"})
    s.erp.on("GET /list", {"rows": []})
    s.erp.on("DELETE /orders/t0k3n-of-the-session", after(30))
    await s.run()

    await asyncio.wait_for(s.engine.aclose(0.01), 1)

    assert s.erp.asked[-1] == "DELETE /orders/t0k3n-of-the-session"


async def test_all_missing_settings_of_all_integrations_are_told_at_once(tmp_path: Any) -> None:
    def needing(name: str, setting: str) -> str:
        settings = f"settings:\n  {setting}: {{type: text}}\n  n: {{type: integer}}\n"
        return f"engine: 1\nname: {name}\n{settings}messages:\n  m: {{reply: 1}}\n"

    with pytest.raises(SettingMissing) as caught:
        staged(tmp_path, needing("one", "user"), needing("two", "company"))

    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "one.user is not set",
        "one.n is not set",
        "two.company is not set",
        "two.n is not set",
    ]


async def test_a_message_that_does_not_exist_cannot_be_run(stage: MakeStage) -> None:
    s = stage("  m: {reply: 1}")

    with pytest.raises(Refused, match=r"there is no message acme\.none"):
        await s.run("none")
    with pytest.raises(Refused, match=r"there is no message nobody\.m"):
        await s.run(integration="nobody")


def _refused(words: str) -> Any:
    import httpx

    return httpx.Response(403, json={"message": words})
