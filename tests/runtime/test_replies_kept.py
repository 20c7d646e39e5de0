"""Cache and fallback: who answers when, and what is kept."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from engine.runtime.live import cache
from engine.runtime.live.cache import ReplyCache
from tests.runtime.conftest import MakeStage
from tests.runtime.stage import UNREACHABLE

LIST = """
  m:
    steps: [{call: erp.list, save: rows}]
    reply: =rows
"""


async def test_a_young_reply_is_given_without_asking(stage: MakeStage) -> None:
    s = stage(LIST + "    cache: {keep: 1h}")
    s.erp.on("GET /list", {"rows": [1]}, {"rows": [2]})

    answers = [await s.run(value=value) for value in ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {"a": 2})]

    assert [(a.exchange.reply, a.exchange.answered_by) for a in answers] == [
        ([1], "system"),
        ([1], "cache"),
        ([2], "system"),
    ]


async def test_an_old_reply_is_asked_anew(stage: MakeStage) -> None:
    s = stage(LIST + "    cache: {keep: 30ms}")
    s.erp.on("GET /list", {"rows": [1]}, {"rows": [2]})

    first = await s.reply()
    await asyncio.sleep(0.04)

    assert [first, await s.reply()] == [[1], [2]]


async def test_the_key_says_what_tells_requests_apart(stage: MakeStage) -> None:
    s = stage(LIST + "    cache: {keep: 1h, key: =input.customer}")
    s.erp.on("GET /list", {"rows": [1]}, {"rows": [2]})

    assert await s.reply(value={"customer": "a", "session": 1}) == [1]
    assert await s.reply(value={"customer": "a", "session": 2}) == [1]
    assert await s.reply(value={"customer": "b", "session": 1}) == [2]


async def test_a_failure_is_never_kept(stage: MakeStage) -> None:
    s = stage(LIST + "    cache: {keep: 1h}")
    s.erp.on("GET /list", 400, {"rows": [1]})

    assert (await s.failure()).startswith("Refused")
    assert await s.reply() == [1]


async def test_a_batch_that_failed_in_part_is_never_kept(stage: MakeStage) -> None:
    s = stage(LIST + "    failed: =rows[?bad]\n    cache: {keep: 1h}")
    s.erp.on("GET /list", {"rows": [{"bad": True}]}, {"rows": [{"bad": False}]})

    assert [len((await s.run()).failed) for _ in range(3)] == [1, 0, 0]
    assert len(s.erp.requests) == 2


async def test_while_the_system_is_away_an_older_reply_will_do(stage: MakeStage) -> None:
    s = stage(LIST + "    cache: {keep: 1ms, offline: 1h}\n    fallback: stand-in")
    s.erp.on("GET /list", {"rows": [1]}, UNREACHABLE)
    await s.reply()
    await asyncio.sleep(0.01)

    kept, other = await s.run(), await s.run(value={"other": 1})

    assert (kept.exchange.reply, kept.exchange.answered_by, kept.exchange.status) == ([1], "offline cache", "done")
    assert (other.exchange.reply, other.exchange.answered_by) == ("stand-in", "fallback")


async def test_a_refusal_is_answered_neither_by_an_old_reply_nor_by_the_fallback(stage: MakeStage) -> None:
    s = stage(LIST + "    cache: {keep: 1ms, offline: 1h}\n    fallback: stand-in")
    s.erp.on("GET /list", {"rows": [1]}, 400)
    await s.reply()
    await asyncio.sleep(0.01)

    assert (await s.failure()).startswith("Refused: status 400")


async def test_without_offline_a_reply_is_not_older_than_keep(stage: MakeStage) -> None:
    s = stage(LIST + "    cache: {keep: 20ms}")
    s.erp.on("GET /list", {"rows": [1]}, UNREACHABLE)
    await s.reply()
    await asyncio.sleep(0.03)

    assert (await s.failure()).startswith("Unreachable")


async def test_the_fallback_sees_the_error_and_no_step(stage: MakeStage) -> None:
    s = stage("""
  m:
    steps:
      - {save: before, value: 1}
      - {call: erp.list, save: rows}
    fallback: {error: =error, before: =before, rows: =rows, input: =input, company: =settings.company}
""")
    s.erp.on("GET /list", UNREACHABLE)

    assert await s.reply(value={"a": 1}) == {
        "error": {"text": "erp.example:443 cannot be reached: no route", "cause": "connect"},
        "before": None,
        "rows": None,
        "input": {"a": 1},
        "company": "NORTH",
    }


async def test_the_fallback_must_fit_the_output_schema_too(stage: MakeStage) -> None:
    s = stage(LIST + "    output: {type: array}\n    fallback: =input")
    s.erp.on("GET /list", UNREACHABLE)

    assert await s.failure() == (
        "MappingError: the reply of acme.m does not fit its output schema: must be array, is object"
    )


async def test_a_fallback_that_fails_is_an_error_that_says_where(stage: MakeStage) -> None:
    s = stage(LIST + "    fallback: \"=subtract('a', 'b')\"")
    s.erp.on("GET /list", UNREACHABLE)

    assert "acme.yaml:" in await s.failure()


def test_the_longest_unused_reply_goes_first_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_BYTES", 3000)
    kept = ReplyCache(60, 60)
    first, second, third = (ReplyCache.key({"n": n}) for n in range(3))
    kept.put(first, "x" * 1200)
    kept.put(second, "x" * 1200)

    assert kept.young(first)
    kept.put(third, "x" * 1200)

    assert [kept.young(key) is not None for key in (first, second, third)] == [True, False, True]


def test_one_reply_that_is_too_large_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MAX_BYTES", 1000)
    kept = ReplyCache(60, 60)

    kept.put(b"k", "x" * 2000)

    assert kept.young(b"k") is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", 1), ("00123", "123"), ("1E10", 10_000_000_000), (None, ""), (Decimal("3.1"), "3.1"), ([], {})],
)
def test_different_inputs_have_different_keys(one: object, other: object) -> None:
    assert ReplyCache.key({"a": one}) != ReplyCache.key({"a": other})
