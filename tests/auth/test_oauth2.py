"""OAuth 2 as a client."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from engine.calls import Call
from engine.errors import MappingError, Refused, Unreachable
from engine.exchange import Trace
from tests.fakes.orocommerce import OroCommerce
from tests.fakes.serving import serving
from tests.protocols.conftest import Open


def erp(more: str, url: str = "https://erp.test/base", insecure: str = "") -> str:
    return f"""
settings: {{id: {{type: text, default: shop}}, word: {{type: secret}}}}
connections:
  erp:
    type: rest
    url: {url}{insecure}
    retry: {{attempts: 1}}
    auth: {{type: oauth2, {more}}}
    endpoints:
      get: {{method: GET, path: /x}}
      order: {{method: POST, path: /x}}
      orders: {{method: GET, path: /admin/api/orders}}
"""


ID = "client_id: =settings.id, client_secret: =settings.word"
GRANTED = {"access_token": "t", "token_type": "Bearer", "expires_in": 3600}

Seen = list[tuple[str, str, dict[str, str]]]


def answering(seen: Seen, *tokens: Any, statuses: list[int] | None = None) -> httpx.MockTransport:
    """Tokens in this order; other requests are answered with these statuses, then 200."""
    left, others = list(tokens), list(statuses or [])

    def answer(request: httpx.Request) -> httpx.Response:
        if "token" not in str(request.url):
            seen.append(("call", request.headers["authorization"], {}))
            return httpx.Response(others.pop(0) if others else 200, json={})
        seen.append(
            (str(request.url), request.headers.get("authorization", ""), dict(parse_qsl(request.content.decode())))
        )
        token = left.pop(0)
        return token if isinstance(token, httpx.Response) else httpx.Response(200, json=token)

    return httpx.MockTransport(answer)


@pytest.mark.parametrize(
    ("more", "url", "authorization", "fields"),
    [
        (
            f"token_url: /oauth/token, {ID}",
            "https://erp.test/oauth/token",
            "",
            {"grant_type": "client_credentials", "client_id": "shop", "client_secret": "hunter 2"},
        ),
        (
            f"token_url: oauth/token, scope: read, {ID}",
            "https://erp.test/base/oauth/token",
            "",
            {"grant_type": "client_credentials", "scope": "read", "client_id": "shop", "client_secret": "hunter 2"},
        ),
        (
            f"token_url: https://login.test/token, client_auth: basic, {ID}",
            "https://login.test/token",
            "Basic c2hvcDpodW50ZXIlMjAy",
            {"grant_type": "client_credentials"},
        ),
        (
            f"token_url: /token, grant: password, client_auth: basic, username: u, password: =settings.word, {ID}",
            "https://erp.test/token",
            "Basic c2hvcDpodW50ZXIlMjAy",
            {"grant_type": "password", "username": "u", "password": "hunter 2"},
        ),
    ],
)
async def test_a_token_is_asked_for(
    opened: Open, more: str, url: str, authorization: str, fields: dict[str, str]
) -> None:
    seen: Seen = []

    await opened(erp(more), answering(seen, GRANTED), word="hunter 2")["erp"].send(Call("get"), Trace(payloads=False))

    assert seen == [(url, authorization, fields), ("call", "Bearer t", {})]


async def test_a_refused_token_is_refreshed_and_a_refused_refresh_begins_anew(opened: Open) -> None:
    seen: Seen = []
    transport = answering(
        seen,
        {**GRANTED, "refresh_token": "r1"},
        {**GRANTED, "access_token": "t2", "refresh_token": "r2"},
        httpx.Response(400, json={"error": "invalid_grant"}),
        {**GRANTED, "access_token": "t3"},
        statuses=[401, 200, 401],
    )
    session = opened(erp(f"token_url: /token, {ID}"), transport, word="hunter2")["erp"]

    await session.send(Call("get"), Trace(payloads=False))
    await session.send(Call("get"), Trace(payloads=False))

    assert [fields.get("refresh_token", fields.get("grant_type", "")) + token for _, token, fields in seen] == [
        "client_credentials",
        "Bearer t",
        "r1",
        "Bearer t2",
        "Bearer t2",
        "r2",
        "client_credentials",
        "Bearer t3",
    ]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (
            httpx.Response(401, json={"error": "invalid_client", "error_description": "wrong secret hunter2"}),
            Refused,
            "the token was refused: wrong secret ***",
        ),
        (httpx.Response(500, text="<html>"), Refused, "the token was refused: status 500"),
        (httpx.Response(200, text="<html>"), Unreachable, "the token request was answered without an access_token"),
        (httpx.Response(200, json=[1]), Unreachable, "the token request was answered without an access_token"),
        (
            httpx.Response(200, json={"access_token": "t", "expires_in": "soon"}),
            MappingError,
            "the token's lifetime is no number",
        ),
        (
            httpx.Response(302, headers={"Location": "https://evil.test/"}),
            Refused,
            "redirected to https://evil.test:443/, which this integration does not know",
        ),
    ],
)
async def test_a_wrong_answer_is_said(opened: Open, answer: httpx.Response, kind: type[Exception], words: str) -> None:
    session = opened(erp(f"token_url: /token, {ID}"), answering([], answer), word="hunter2")["erp"]

    with pytest.raises(kind) as error:
        await session.send(Call("get"), Trace(payloads=False))

    assert str(error.value) == words


async def test_who_gets_no_token_has_surely_ordered_nothing(opened: Open) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("x")

    session = opened(erp(f"token_url: /token, {ID}"), httpx.MockTransport(fail), word="hunter2")["erp"]

    with pytest.raises(Unreachable) as error:
        await session.send(Call("order", body={}), Trace(payloads=False))

    assert (error.value.cause, error.value.may_have_happened) == ("timeout", False)


async def test_secrets_are_not_sent_in_plain_http(opened: Open) -> None:
    seen: Seen = []
    session = opened(erp(f"token_url: 'http://login.test/token', {ID}"), answering(seen, GRANTED), word="x")["erp"]

    with pytest.raises(Refused) as error:
        await session.send(Call("get"), Trace(payloads=False))

    assert (str(error.value), seen) == ("erp.erp: the token is asked for in plain http; use https", [])


async def test_a_real_token_opens_a_shop(opened: Open) -> None:
    oro = OroCommerce()

    with serving(oro.app) as url:
        text = erp(
            f"token_url: /oauth2-token, format: json, {ID}",
            url,
            "\n    insecure: a test\n    headers: {Accept: application/vnd.api+json}",
        )
        session = opened(text, id=oro.client_id, word=oro.client_secret)["erp"]
        replies = [await session.send(Call("orders"), Trace(payloads=False)) for _ in range(3)]

    assert ([reply.status for reply in replies], len(oro.requests)) == ([200, 200, 200], 4)
