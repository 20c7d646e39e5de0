"""A login: one token for a burst of calls, renewed once, given back."""

from __future__ import annotations

import asyncio
from collections import Counter
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from engine.auth import tokens
from engine.calls import Call
from engine.errors import MappingError, Refused, Unreachable
from engine.exchange import Trace
from tests.fakes.eclipse import Eclipse
from tests.fakes.faults import Hang, Html, Reset, Status
from tests.fakes.p21 import P21
from tests.fakes.serving import serving
from tests.flows.stage import Hands
from tests.protocols.conftest import Open
from tests.runtime.stage import Held

P21_YAML = """
settings: {url: {type: url}, user: {type: text, default: api}, word: {type: secret}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a test
    headers: {Accept: application/json}
    timeout: 60s
    limits: {concurrency: 4}
    auth:
      type: login
      request: {call: erp.log_in, body: {username: =settings.user, password: =settings.word}}
      token: =coalesce(reply.AccessToken, reply.TokenResponse.AccessToken)
      lifetime: =coalesce(reply.ExpiresInSeconds, reply.TokenResponse.ExpiresInSeconds)
    error: {text: "=coalesce(reply.ErrorMessage, reply.error_description)"}
    endpoints:
      log_in: {method: POST, path: /api/security/token/v2, auth: {type: none}}
      ping: {method: GET, path: /api/entity/customers/ping}
      order: {method: POST, path: /api/entity/customers/ping, effect: once}
"""

ECLIPSE_YAML = """
settings: {url: {type: url}, word: {type: secret}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a test
    auth:
      type: login
      request: {call: erp.log_in, body: {username: WEBAPI, password: =settings.word}}
      token: =reply.sessionToken
      headers: {sessionToken: =token}
      renew_on: [401, 419]
      end: {call: erp.log_off, path: {id: =reply.id}}
    endpoints:
      log_in: {method: POST, path: /Sessions, auth: {type: none}}
      log_off: {method: DELETE, path: "/Sessions/{id}"}
      branches: {method: GET, path: /Branches}
"""


def trace() -> Trace:
    return Trace(payloads=False)


@pytest.mark.parametrize("format", ["json", "xml"])
async def test_one_login_for_a_burst_of_calls(opened: Open, format: str) -> None:
    p21 = P21(token_format=format)

    with serving(p21.app) as url:
        session = opened(P21_YAML, url=url, word=p21.password)["erp"]
        replies = await asyncio.gather(*(session.send(Call("ping"), trace()) for _ in range(30)))

    assert (p21.logins, [reply.body for reply in replies]) == (1, [{"ResponseMessage": "success"}] * 30)


async def test_a_header_that_is_null_is_not_carried(opened: Open) -> None:
    eclipse = Eclipse()
    yaml = ECLIPSE_YAML.replace("{sessionToken: =token}", '{sessionToken: =token, Authorization: "=reply.bearer"}')

    with serving(eclipse.app) as url:
        await opened(yaml, url=url, word=eclipse.password)["erp"].send(Call("branches"), trace())

    carried = dict(eclipse.requests[-1].headers)
    assert (carried["sessiontoken"], carried.get("authorization")) == (next(iter(eclipse.tokens._ends)), None)


@pytest.mark.parametrize("status", [401, 419])
async def test_a_token_that_has_ended_is_renewed_once_for_all(opened: Open, status: int) -> None:
    eclipse = Eclipse()

    with serving(eclipse.app) as url:
        session = opened(ECLIPSE_YAML, url=url, word=eclipse.password)["erp"]
        await session.send(Call("branches"), trace())
        for _ in range(10):
            eclipse.faults.add(Status(status), path="/Branches")
        replies = await asyncio.gather(*(session.send(Call("branches"), trace()) for _ in range(10)))

    assert [reply.status for reply in replies] == [200] * 10
    assert Counter((sent.method, sent.path) for sent in eclipse.requests)["POST", "/Sessions"] == 2


async def test_a_token_that_is_refused_again_is_a_refusal(opened: Open) -> None:
    eclipse = Eclipse()

    with serving(eclipse.app) as url:
        session = opened(ECLIPSE_YAML, url=url, word=eclipse.password)["erp"]
        eclipse.faults.add(Status(401, body="who are you?"), path="/Branches", times=None)
        with pytest.raises(Refused) as error:
            await session.send(Call("branches"), trace())

    assert (str(error.value), error.value.status, len(eclipse.requests)) == ("status 401: who are you?", 401, 4)


async def test_a_token_is_renewed_before_its_lifetime_ends(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    hands, p21 = Hands(), P21(token_lifetime=1000)
    monkeypatch.setattr(tokens, "time", SimpleNamespace(monotonic=hands))

    with serving(p21.app) as url:
        session = opened(P21_YAML, url=url, word=p21.password)["erp"]
        await session.send(Call("ping"), trace())
        hands.at += 930
        await session.send(Call("ping"), trace())

    assert [sent.path.rpartition("/")[2] for sent in p21.requests] == ["v2", "ping", "v2", "ping"]


async def test_a_wrong_password_is_tried_once_by_a_burst(opened: Open) -> None:
    p21 = P21()

    with serving(p21.app) as url:
        session = opened(P21_YAML, url=url, word="wrong word")["erp"]
        calls = (session.send(Call("ping"), trace()) for _ in range(20))
        errors = await asyncio.gather(*calls, return_exceptions=True)
        tried = len(p21.requests)
        with pytest.raises(Refused):
            await session.send(Call("ping"), trace())

    assert {str(error) for error in errors} == {"The user name or password is incorrect."}
    assert (tried, len(p21.requests)) == (1, 2)


async def test_a_login_that_fails_is_repeated_by_its_own_policy_and_once_in_an_exchange(opened: Open) -> None:
    p21 = P21()
    p21.faults.add(Status(503), path="/api/security", times=None)
    in_one, in_another = trace(), trace()

    with serving(p21.app) as url:
        text = P21_YAML.replace("token/v2, auth", "token/v2, effect: repeatable, auth")
        session = opened(text, url=url, word=p21.password)["erp"]
        for made in (in_one, in_one, in_another):
            with pytest.raises(Refused):
                await session.send(Call("ping"), made)

    assert [sent.path for sent in p21.requests] == ["/api/security/token/v2"] * 6


@pytest.mark.parametrize(("fault", "cause"), [(Hang(), "timeout"), (Reset(), "reset"), (Html(), "garbage")])
async def test_who_could_not_log_in_has_surely_ordered_nothing(opened: Open, fault: Any, cause: str) -> None:
    p21 = P21()
    p21.faults.add(fault, path="/api/security", times=None)

    with serving(p21.app) as url:
        timeout = "500ms" if cause == "timeout" else "60s"
        text = P21_YAML.replace("timeout: 60s", f"timeout: {timeout}")
        session = opened(text, url=url, word=p21.password)["erp"]
        with pytest.raises(Unreachable) as error:
            await session.send(Call("order", body={}), trace())

    assert (error.value.cause, error.value.may_have_happened) == (cause, False)


async def test_a_session_is_given_back_and_no_new_one_begun(opened: Open) -> None:
    eclipse = Eclipse()

    with serving(eclipse.app) as url:
        sessions = opened(ECLIPSE_YAML, url=url, word=eclipse.password)
        await sessions["erp"].send(Call("branches"), trace())
        await sessions.aclose()
        await sessions.aclose()

    assert [sent.method for sent in eclipse.requests] == ["POST", "GET", "DELETE"]


async def test_a_session_that_has_ended_needs_no_giving_back(opened: Open) -> None:
    eclipse = Eclipse()

    with serving(eclipse.app) as url:
        sessions = opened(ECLIPSE_YAML, url=url, word=eclipse.password)
        await sessions["erp"].send(Call("branches"), trace())
        eclipse.expire_sessions()
        await sessions.aclose()

    assert [sent.method for sent in eclipse.requests] == ["POST", "GET", "DELETE"]


async def test_a_caller_who_gives_up_does_not_spoil_the_login_of_the_others(opened: Open) -> None:
    logins, held = 0, Held()

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal logins
        if request.url.path.endswith("v2"):
            logins += 1
            await held(request)
        return httpx.Response(200, json={"AccessToken": f"token {logins}"})

    session = opened(P21_YAML, httpx.MockTransport(answer), url="https://erp.test", word="hunter2")["erp"]
    first = asyncio.create_task(session.send(Call("ping"), trace()))
    await held.asked.wait()
    others = [asyncio.create_task(session.send(Call("ping"), trace())) for _ in range(4)]
    await asyncio.sleep(0.01)
    first.cancel()
    held.goes_on.set()

    assert [reply.status for reply in await asyncio.gather(*others)] == [200] * 4
    assert logins == 2


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        ({}, Unreachable, "erp.log_in was answered without a token"),
        ({"AccessToken": ""}, Unreachable, "erp.log_in was answered without a token"),
        ({"AccessToken": ["x"]}, Unreachable, "erp.log_in was answered without a token"),
        (
            {"AccessToken": "x\r\nX-Admin: 1"},
            MappingError,
            "the header Authorization holds a line break or another control character",
        ),
        ({"AccessToken": "x", "ExpiresInSeconds": "soon"}, MappingError, "the token's lifetime is no number"),
        ({"AccessToken": "x", "ExpiresInSeconds": "NaN"}, MappingError, "the token's lifetime is no number"),
    ],
)
async def test_a_wrong_reply_to_the_login_is_said(opened: Open, reply: Any, kind: type[Exception], words: str) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=reply))
    session = opened(P21_YAML, transport, url="https://erp.test", word="hunter2")["erp"]

    with pytest.raises(kind) as error:
        await session.send(Call("ping"), trace())

    assert str(error.value) == words


async def test_a_login_that_needs_itself_is_said_rather_than_waited_for(opened: Open) -> None:
    text = P21_YAML.replace(", auth: {type: none}", "")
    session = opened(text, httpx.MockTransport(lambda _: httpx.Response(200)), url="https://erp.test", word="x")["erp"]

    with pytest.raises(Refused) as error:
        async with asyncio.timeout(60):
            await session.send(Call("ping"), trace())

    assert str(error.value) == "the login waits for itself; its endpoint needs `auth: {type: none}`"


SHARED = """
settings: {word: {type: secret}}
connections:
  writer:
    type: rest
    url: https://writer.test
    auth: {type: shared, connection: erp}
    endpoints: {write: {method: POST, path: /write}}
  erp:
    type: rest
    url: https://erp.test
    auth:
      type: login
      request: {call: erp.log_in, body: =settings.word}
      token: =reply.token
      end: {call: erp.log_off}
    endpoints:
      log_in: {method: POST, path: /login, auth: {type: none}}
      log_off: {method: DELETE, path: /login}
"""


async def test_who_borrows_a_session_does_not_end_it(opened: Open) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url}")
        return httpx.Response(200, json={"token": "t"})

    sessions = opened(SHARED, httpx.MockTransport(answer), word="hunter2")
    await sessions["writer"].send(Call("write", body={}), trace())
    await sessions["writer"].aclose()

    assert seen == ["POST https://erp.test/login", "POST https://writer.test/write"]


async def test_a_shared_session_is_renewed_for_both_and_ended_once(opened: Open) -> None:
    seen: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(f"{request.method} {request.url} {request.headers.get('authorization', '')}".strip())
        old = request.headers.get("authorization") == "Bearer t1" and request.url.path == "/write"
        return httpx.Response(401 if old else 200, json={"token": f"t{len(seen)}"})

    sessions = opened(SHARED, httpx.MockTransport(answer), word="hunter2")
    await sessions["writer"].send(Call("write", body={}), trace())
    await sessions.aclose()

    assert seen == [
        "POST https://erp.test/login",
        "POST https://writer.test/write Bearer t1",
        "POST https://erp.test/login",
        "POST https://writer.test/write Bearer t3",
        "DELETE https://erp.test/login Bearer t3",
    ]
