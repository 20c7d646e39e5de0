"""Secrets stay where they belong: not in errors, not in what is printed, not in what is kept."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from engine.auth.auth import Opening, Unsigned
from engine.calls import Call
from engine.errors import Refused, Unreachable
from engine.exchange import Trace
from engine.http.headers import Headers
from engine.redaction import Redactor
from tests.http.raw import Say, reply, saying
from tests.protocols.conftest import Open

WORD = 'hunter2&"<ü'

ERP = """
settings: {url: {type: url, default: "https://erp.test"}, word: {type: secret}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a test
    retry: {attempts: 1}
    auth: {type: api_key, query: {key: =settings.word}, header: {X-Key: plain}}
    error: {text: =reply.message, code: =reply.code}
    endpoints:
      get: {method: GET, path: /x}
"""


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"message": f"unknown key {WORD}", "code": WORD}),
        httpx.Response(401, text=f"no such key: {WORD}"),
        httpx.Response(401, json={"nested": {"key": WORD}}),
        httpx.Response(200, text=f"<html>{WORD}", headers={"Content-Type": "text/html"}),
        httpx.Response(
            302, headers={"Location": "https://evil.test/hunter2%26%22%3C%C3%BC?key=hunter2%26%22%3C%C3%BC"}
        ),
        httpx.ReadError(f"failed: https://erp.test/x?key={WORD}"),
        httpx.ConnectError("failed: https://erp.test/x?key=hunter2%26%22%3C%C3%BC"),
        httpx.RemoteProtocolError(json.dumps(WORD)),
    ],
)
async def test_what_the_other_side_repeats_is_struck_out(opened: Open, answer: Any) -> None:
    def answered(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[no-any-return]

    session = opened(ERP, httpx.MockTransport(answered), word=WORD)["erp"]

    with pytest.raises((Refused, Unreachable)) as error:
        await session.send(Call("get"), Trace(payloads=False))

    shown = f"{error.value} {error.value.args} {vars(error.value)}"
    assert ("hunter2" in shown, "***" in shown) == (False, True)


@pytest.mark.parametrize(
    "data", [b"nonsense", b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b""]
)
async def test_an_answer_that_is_none_shows_no_address(opened: Open, data: bytes) -> None:
    async with saying(Say(data)) as erp:
        session = opened(ERP, url=erp.url, word=WORD)["erp"]
        with pytest.raises(Unreachable) as error:
            await session.send(Call("get"), Trace(payloads=False))

    assert ("hunter2" in str(error.value), "/x" in str(error.value)) == (False, False)
    assert [b"GET /x?key=hunter2%26%22%3C%C3%BC HTTP/1.1" in request for request in erp.requests] != []


async def test_a_token_that_a_login_brought_is_a_secret_from_then_on(opened: Open) -> None:
    text = """
connections:
  erp:
    type: rest
    url: https://erp.test
    auth: {type: login, request: {call: erp.log_in}, token: =reply.token}
    endpoints:
      log_in: {method: POST, path: /login, auth: {type: none}}
      get: {method: GET, path: /x}
"""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/login":
            return httpx.Response(200, json={"token": "tok-4711"})
        return httpx.Response(403, text=f"{request.headers['authorization']} may not")

    with pytest.raises(Refused) as error:
        await opened(text, httpx.MockTransport(answer))["erp"].send(Call("get"), Trace(payloads=False))

    assert error.value.text == "status 403: Bearer *** may not"


def test_what_holds_secrets_does_not_print_them(opened: Open) -> None:
    session = opened(ERP, httpx.MockTransport(lambda _: httpx.Response(200)), word=WORD)["erp"]
    things = [
        session,
        session.signer,  # type: ignore[attr-defined]
        Unsigned(Headers({"X-Key": WORD}), [("key", WORD)]),
        Call("get", {"id": WORD}, {"key": WORD}, {"X-Key": WORD}, {"password": WORD}),
        Redactor([WORD]),
        Opening({"settings": {"word": WORD}}, *[None] * 7),  # type: ignore[arg-type]
    ]

    assert [thing for thing in map(repr, things) if "hunter2" in thing] == []


def test_a_secret_is_struck_out_however_it_is_written() -> None:
    written = [
        WORD,
        json.dumps(WORD),
        json.dumps(WORD, ensure_ascii=False),
        "hunter2%26%22%3C%C3%BC",
        'hunter2&amp;"&lt;ü',
    ]

    assert [Redactor([WORD]).text(f"key {text}.").strip('key ".') for text in written] == ["***"] * 5


def test_the_last_tokens_count_and_the_settings_always() -> None:
    redactor = Redactor(["pw"])
    for number in range(2000):
        redactor.learn(f"a long token {number:06}")

    assert redactor.text("pw, a long token 001999") == "***, ***"


def test_what_is_nested_too_deeply_is_struck_out() -> None:
    value: Any = "hunter2"
    for _ in range(900):
        value = [value]

    assert "hunter2" not in repr(Redactor([]).value(value))


async def test_a_refusal_is_bounded_too(opened: Open) -> None:
    text = ERP.replace("    retry:", "    limits: {size: 1kB}\n    retry:")
    async with saying(Say(reply(b"x" * 5000, "text/plain", status=500))) as erp:
        with pytest.raises(Unreachable) as error:
            await opened(text, url=erp.url, word="x")["erp"].send(Call("get"), Trace(payloads=False))

    assert error.value.cause == "too_large"
