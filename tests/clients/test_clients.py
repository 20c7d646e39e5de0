"""Callers that show who they are: by user and password, by a digest, by a token an identity provider signed."""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest

from engine.api.access import Proxies
from engine.api.app import App
from engine.clients import keys
from engine.errors import SettingMissing
from tests.api.site import caller
from tests.fakes.identity_provider import ISSUER, IdentityProvider, identity_provider
from tests.runtime.stage import Stage, staged

PASSWORD = "a long password"
ACME = """
engine: 1
name: acme
settings:
  password: {{type: secret}}
messages:
  echo: {{reply: {{hello: =input.who}}}}
security:
  allow: [127.0.0.0/8]
  clients:
    shop: {{{client}, may: {{messages: [echo]}}}}
"""
BASIC = "type: basic, username: shop, password: =settings.password"
WSSE = "type: wsse, username: shop, password: =settings.password, tolerance: 5m"


def stage_of(folder: Path, client: str, password: str = PASSWORD) -> Stage:
    return staged(folder, ACME.format(client=client), given={"acme.password": password})


async def ask(stage: Stage, *headers: dict[str, str]) -> list[int]:
    """The statuses of requests with these headers, all sent to one engine."""
    async with caller(stage.engine, "127.0.0.1") as client:
        sent = [await client.post("/v1/acme/messages/echo", headers=given, json={"who": "you"}) for given in headers]
    return [answer.status_code for answer in sent]


def basic(user: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


def wsse(
    password: str = PASSWORD, *, user: str = "shop", nonce: str = "bm9uY2Ux", ago: float = 0, **wrong: str
) -> dict[str, str]:
    created = (datetime.now(UTC) - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    digest = hashlib.sha1(b"nonce1" + created.encode() + password.encode()).digest()
    if nonce != "bm9uY2Ux":
        digest = hashlib.sha1(b"nonce2" + created.encode() + password.encode()).digest()
    parts = {
        "Username": user,
        "PasswordDigest": b64encode(digest).decode(),
        "Nonce": nonce,
        "Created": created,
        **wrong,
    }
    return {"X-WSSE": "UsernameToken " + ", ".join(f'{name}="{value}"' for name, value in parts.items())}


async def test_a_basic_client_is_known_by_user_and_password(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, BASIC)
    answers = await ask(
        stage,
        basic("shop", PASSWORD),
        {"Authorization": basic("shop", PASSWORD)["Authorization"].replace("Basic", "basic")},
        basic("shop", "wrong"),
        basic("other", PASSWORD),
        basic("", ""),
        {"Authorization": "Basic ????"},
        {"Authorization": f"Bearer {PASSWORD}"},
        {},
    )
    assert answers == [200, 200, 401, 401, 401, 401, 401, 401]


async def test_one_that_is_not_known_is_told_how_to_prove_who_it_is(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, BASIC)
    async with caller(stage.engine, "127.0.0.1") as client:
        answer = await client.post("/v1/acme/messages/echo", json={})
    assert answer.headers["www-authenticate"] == 'Basic realm="engine", charset="UTF-8"'


async def test_a_wsse_client_is_known_by_a_digest_of_its_password(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, WSSE)
    assert await ask(stage, wsse(), wsse(nonce="bm9uY2Uy")) == [200, 200]


async def test_a_nonce_is_believed_once(tmp_path: Path) -> None:
    stage = stage_of(tmp_path, WSSE)
    assert await ask(stage, wsse(), wsse()) == [200, 401]


@pytest.mark.parametrize(
    "header",
    [
        wsse("another password"),
        wsse(user="other"),
        wsse(Nonce=""),
        wsse(Nonce="???"),
        wsse(Created="yesterday"),
        wsse(Created="2026-01-01T00:00:00"),
        wsse(PasswordDigest=""),
        {"X-WSSE": "UsernameToken"},
        {},
    ],
)
async def test_a_wsse_header_that_is_wrong_or_unreadable_is_nobody(tmp_path: Path, header: dict[str, str]) -> None:
    assert await ask(stage_of(tmp_path, WSSE), header) == [401]


@pytest.mark.parametrize("ago", [310, -310])
async def test_a_wsse_header_that_is_too_old_or_from_the_future_is_nobody(tmp_path: Path, ago: float) -> None:
    assert await ask(stage_of(tmp_path, WSSE), wsse(ago=ago)) == [401]


@pytest.mark.parametrize("client", [BASIC, WSSE])
def test_a_short_password_is_none(tmp_path: Path, client: str) -> None:
    with pytest.raises(SettingMissing, match="a password has at least 8 characters"):
        App(stage_of(tmp_path, client, "short").engine, Proxies())


@pytest.mark.parametrize("user", ['""', '"a:b"'])
def test_a_basic_user_is_a_text_without_a_colon(tmp_path: Path, user: str) -> None:
    with pytest.raises(SettingMissing, match="a user is a text without a colon"):
        App(stage_of(tmp_path, f"type: basic, username: {user}, password: =settings.password").engine, Proxies())


# -- tokens of an identity provider --------------------------------------------------------------------------------------


@pytest.fixture
def provider(tmp_path: Path) -> Iterator[IdentityProvider]:
    with identity_provider(tmp_path) as found:
        yield found


def trusting(tmp_path: Path, provider: IdentityProvider, more: str = "claims: {azp: shop}") -> Stage:
    return stage_of(
        tmp_path,
        f"type: oauth2, issuer: '{ISSUER}', audience: engine, jwks: '{provider.url}', ca: '{provider.ca_file}', {more}",
    )


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_a_token_that_the_provider_signed_is_known(tmp_path: Path, provider: IdentityProvider) -> None:
    stage = trusting(tmp_path, provider)
    good = bearer(provider.token("first"))
    assert await ask(stage, good, good, bearer(provider.token("first", aud=["other", "engine"]))) == [200, 200, 200]
    assert provider.asked == 1, "the keys are kept"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://elsewhere.example.com/"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"exp": -3600},
        {"exp": None},
        {"nbf": 3600},
        {"azp": "another"},
        {"azp": None},
    ],
    ids=str,
)
async def test_a_token_for_others_or_of_another_time_is_nobody(
    tmp_path: Path, provider: IdentityProvider, claims: dict[str, Any]
) -> None:
    now = int(time.time())
    said = {name: now + value if isinstance(value, int) else value for name, value in claims.items()}
    assert await ask(trusting(tmp_path, provider), bearer(provider.token("first", **said))) == [401]


async def test_a_scope_is_one_of_its_words_and_a_list_one_of_its_members(
    tmp_path: Path, provider: IdentityProvider
) -> None:
    stage = trusting(tmp_path, provider, "claims: {scope: erp.orders, roles: buyer}")
    tokens = [
        provider.token("first", scope="erp.prices erp.orders", roles=["seller", "buyer"]),
        provider.token("first", scope="erp.prices", roles=["buyer"]),
        provider.token("first", scope="erp.orders.all", roles=["buyer"]),
        provider.token("first", scope="erp.orders", roles=["seller"]),
    ]
    assert await ask(stage, *map(bearer, tokens)) == [200, 401, 401, 401]


async def test_a_token_signed_by_nobody_or_with_a_shared_secret_is_nobody(
    tmp_path: Path, provider: IdentityProvider
) -> None:
    claims = {"iss": ISSUER, "aud": "engine", "exp": int(time.time()) + 60, "azp": "shop"}
    other = IdentityProvider()
    other.new_key("first")
    tokens = [
        jwt.encode(claims, None, "none", headers={"kid": "first"}),
        jwt.encode(claims, "a shared secret of enough bytes!", "HS256", headers={"kid": "first"}),
        other.token("first"),
        provider.token("first")[:-4],
        "no.token.atall",
        "",
    ]
    assert await ask(trusting(tmp_path, provider), *map(bearer, tokens)) == [401] * 6


async def test_a_new_key_of_the_provider_is_learned_and_invented_ones_ask_only_now_and_then(
    tmp_path: Path, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = trusting(tmp_path, provider)
    provider.new_key("second")
    later = IdentityProvider()
    later.new_key("invented")
    first, second, invented = provider.token("first"), provider.token("second"), later.token("invented")
    del provider.keys["second"]
    assert await ask(stage, bearer(first), bearer(invented), bearer(invented), bearer(second)) == [200, 401, 401, 401]
    assert provider.asked == 1

    monkeypatch.setattr(keys, "PAUSE", 0.0)
    provider.new_key("third")
    async with caller(stage.engine, "127.0.0.1") as client:
        answers = [
            (await client.post("/v1/acme/messages/echo", headers=bearer(token), json={})).status_code
            for token in (first, provider.token("third"))
        ]
    assert answers == [200, 200]


async def test_keys_that_cannot_be_had_are_an_outage_and_known_ones_serve_on(
    tmp_path: Path, provider: IdentityProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = trusting(tmp_path, provider)
    monkeypatch.setattr(keys, "PAUSE", 0.0)
    good = bearer(provider.token("first"))
    async with caller(stage.engine, "127.0.0.1") as client:
        provider.status = 500
        away = await client.post("/v1/acme/messages/echo", headers=good, json={})
        provider.status = 200
        known = await client.post("/v1/acme/messages/echo", headers=good, json={})
        monkeypatch.setattr(keys, "KEPT", 0.0)
        provider.status = 500
        still = await client.post("/v1/acme/messages/echo", headers=good, json={})

    assert [away.status_code, known.status_code, still.status_code] == [503, 200, 200]
    assert away.json()["detail"].startswith("it cannot be told now who this is: 127.0.0.1:")


async def test_the_keys_come_from_an_https_address_only(tmp_path: Path, provider: IdentityProvider) -> None:
    provider.url = "http://127.0.0.1:1"
    with pytest.raises(SettingMissing, match="jwks is an https address"):
        App(trusting(tmp_path, provider).engine, Proxies())
