"""Networks, proxies, clients: who may call what, before anything of a request is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.api.access import Denied, Proxies, networks
from engine.api.app import App
from engine.errors import SettingMissing
from tests.api.site import BACK, GIVEN, GUARDED, SHOP, caller
from tests.runtime.stage import Stage, staged

ECHO = "/v1/guarded/messages/echo"
ITEMS = {"items": [{"sku": "A", "quantity": 1}]}


async def ask(
    stage: Stage,
    address: str = "10.20.0.1",
    path: str = ECHO,
    headers: Any = SHOP,
    proxies: Sequence[str] = (),
) -> tuple[int, str]:
    async with caller(stage.engine, address, proxies) as client:
        response = await client.post(path, headers=headers, json=ITEMS)
    return response.status_code, response.json().get("detail", "")


@pytest.mark.parametrize(
    "address", ["10.20.0.1", "10.20.255.255", "127.0.0.1", "2001:db8::1", "::ffff:10.20.3.4", "2001:db8::1%eth0"]
)
async def test_the_listed_networks_may_connect(stage: Stage, address: str) -> None:
    assert await ask(stage, address) == (200, "")


@pytest.mark.parametrize("address", ["10.21.0.1", "192.0.2.1", "::1", "2001:db9::1", "::ffff:10.21.0.1", "::"])
async def test_all_others_may_not(stage: Stage, address: str) -> None:
    assert await ask(stage, address) == (403, "this network may not connect")


async def test_a_foreign_network_learns_nothing_else(stage: Stage) -> None:
    async with caller(stage.engine, "203.0.113.9") as client:
        answers = [
            await client.request(method, ECHO, headers=headers)
            for method in ("GET", "POST", "OPTIONS")
            for headers in ({}, SHOP)
        ]

    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1


async def test_a_caller_without_an_address_may_not_connect(stage: Stage) -> None:
    app = App(stage.engine, Proxies())
    sent: list[Any] = []

    async def send(event: Any) -> None:
        sent.append(event)

    for client in (None, ("", 0), ("somewhere", 1)):
        await app({"type": "http", "method": "POST", "path": ECHO, "headers": [], "client": client}, None, send)  # type: ignore[arg-type]

    assert [event["status"] for event in sent if "status" in event] == [403, 403, 403]


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1"])
async def test_an_integration_without_security_is_served_on_loopback(stage: Stage, address: str) -> None:
    assert await ask(stage, address, "/v1/open/messages/hello", {}) == (200, "")


@pytest.mark.parametrize("address", ["10.20.0.1", "192.168.0.1", "2001:db8::1", "0.0.0.0", "::ffff:10.0.0.1"])
async def test_and_nowhere_else(stage: Stage, address: str) -> None:
    assert (await ask(stage, address, "/v1/open/messages/hello", {}))[0] == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer shop-token-012345678"},
        {"Authorization": "Bearer shop-token-01234567890"},
        {"Authorization": "Bearer SHOP-TOKEN-0123456789"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic shop-token-0123456789"},
        {"Authorization": "shop-token-0123456789"},
        {"Authorization": "Bearer shop-token-0123456789, Bearer x"},
        {"X-Token": "shop-token-0123456789"},
        {"Authorization": b"Bearer \xff\xfe"},
    ],
)
async def test_a_token_that_is_missing_or_wrong_is_401(stage: Stage, headers: Any) -> None:
    async with caller(stage.engine) as client:
        response = await client.post(ECHO, headers=headers, json=ITEMS)

    assert response.json() == {
        "type": "urn:engine:problem:unknown-client",
        "title": "Who are you?",
        "status": 401,
        "detail": "no known client has these credentials"
        if "Authorization" in headers
        else "no known client: there is no Authorization header",
    }
    assert response.headers["www-authenticate"] == "Bearer"
    assert stage.exchanges == []


async def test_two_tokens_at_once_are_none(stage: Stage) -> None:
    both = [("Authorization", "Bearer wrong"), ("Authorization", "Bearer shop-token-0123456789")]

    assert (await ask(stage, headers=both))[0] == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_the_word_bearer_may_be_written_as_one_likes(stage: Stage, scheme: str) -> None:
    assert await ask(stage, headers={"authorization": f"{scheme} shop-token-0123456789"}) == (200, "")


async def test_a_client_calls_the_messages_it_may_and_no_others(stage: Stage) -> None:
    batch = "/v1/guarded/messages/batch"

    assert await ask(stage, headers=BACK) == (200, "")
    assert await ask(stage, path=batch, headers=BACK) == (403, "this client may not call batch")
    assert (await ask(stage, path=batch, headers=SHOP))[0] == 207


async def test_a_client_may_have_networks_of_its_own(stage: Stage) -> None:
    assert await ask(stage, "10.30.0.7", headers=BACK) == (200, "")
    assert await ask(stage, "10.20.0.2", headers=BACK) == (403, "this client may not connect from this network")
    assert await ask(stage, "10.30.0.7", headers=SHOP) == (403, "this client may not connect from this network")
    assert await ask(stage, "10.30.0.8", headers=BACK) == (403, "this network may not connect")


async def test_what_one_client_may_from_elsewhere_is_no_permission_here(tmp_path: Path) -> None:
    same = {**GIVEN, "guarded.back_token": GIVEN["guarded.shop_token"]}
    s = staged(tmp_path, GUARDED.replace("[echo, ask,", "[ask,"), given=same)

    assert await ask(s, "10.20.0.1") == (200, "")
    assert await ask(s, "10.20.0.2") == (403, "this client may not call echo")


async def test_a_token_that_is_too_short_is_told_with_its_place(tmp_path: Path) -> None:
    s = staged(tmp_path, GUARDED, given={**GIVEN, "guarded.shop_token": "short"})

    with pytest.raises(SettingMissing, match=r"guarded.*shop.*at least 8 characters") as caught:
        App(s.engine, Proxies())

    assert "short" not in str(caught.value)


# -- proxies ---------------------------------------------------------------------------------------------------------


async def test_nobody_is_believed_who_is_no_trusted_proxy(stage: Stage) -> None:
    forged = {**SHOP, "X-Forwarded-For": "10.20.0.1"}

    assert (await ask(stage, "203.0.113.9", headers=forged))[0] == 403
    assert (await ask(stage, "203.0.113.9", headers=forged, proxies=["192.0.2.0/24"]))[0] == 403
    assert await ask(stage, "10.20.0.1", headers={**SHOP, "X-Forwarded-For": "203.0.113.9"}) == (200, "")


async def test_behind_a_trusted_proxy_the_caller_counts(stage: Stage) -> None:
    def via(*forwarded: str) -> Any:
        return [*SHOP.items(), *[("X-Forwarded-For", text) for text in forwarded]]

    async def status(*forwarded: str) -> int:
        return (await ask(stage, "192.0.2.1", headers=via(*forwarded), proxies=["192.0.2.0/24"]))[0]

    assert await status("10.20.0.1") == 200
    assert await status("203.0.113.9") == 403
    assert await status("10.20.0.1, 203.0.113.9") == 403
    assert await status("203.0.113.9, 10.20.0.1") == 200
    assert await status("10.20.0.1, 203.0.113.9", "192.0.2.8") == 403
    assert await status("203.0.113.9", "10.20.0.1, 192.0.2.8") == 200
    assert await status() == 403
    assert await status("unknown") == 403
    assert await status("") == 403


async def test_a_proxy_does_not_make_a_caller_local(stage: Stage) -> None:
    hello, remote = "/v1/open/messages/hello", {"X-Forwarded-For": "203.0.113.9"}

    assert (await ask(stage, "127.0.0.1", hello, remote, ["127.0.0.0/8"]))[0] == 403
    assert (await ask(stage, "127.0.0.1", hello, {"X-Forwarded-For": "::1"}, ["127.0.0.0/8"]))[0] == 200


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]:4711", "2001:db8::7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("1.1.1.1, 198.51.100.7, 192.0.2.2,192.0.2.3", "198.51.100.7"),
        ("192.0.2.9, 192.0.2.2", "192.0.2.9"),
    ],
)
def test_the_caller_is_the_last_one_that_is_no_proxy(forwarded: str, address: str) -> None:
    assert str(Proxies(networks(["192.0.2.0/24"])).caller("192.0.2.1", forwarded)) == address


@pytest.mark.parametrize("forwarded", ["unknown", "10.20.0.1;", "_hidden", "10.20.0.300", ",", "10.20.0.1, "])
def test_what_is_no_address_is_nobody(forwarded: str) -> None:
    with pytest.raises(Denied):
        print(Proxies(networks(["192.0.2.0/24"])).caller("192.0.2.1", forwarded))
