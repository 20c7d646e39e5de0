"""A real socket: slow and broken callers, many callers, and the end."""

from __future__ import annotations

import asyncio
import socket
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from engine.server.generations import Generations
from engine.server.sockets import Address, serve
from tests.api.site import SHOP, served
from tests.runtime.stage import Held, Stage, after

ASK = "/v1/guarded/messages/ask"


def client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, headers=SHOP, trust_env=False, timeout=60)


async def connected(url: str, begin: bytes = b"") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which something has come before the server looks at it."""
    where = urlsplit(url)
    line = socket.create_connection((where.hostname, where.port))
    line.sendall(begin)
    return await asyncio.open_connection(sock=line)


async def raw(url: str, *parts: bytes, begin: bytes = b"", pause: float = 0.0) -> bytes:
    """What comes back for these bytes, until the other side closes."""
    reader, writer = await connected(url, begin)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause)
        return await asyncio.wait_for(reader.read(), 60)
    except ConnectionError:
        return b""
    finally:
        writer.close()


def post(body: bytes, length: int | None = None, *headers: bytes) -> bytes:
    lines = [
        b"POST /v1/guarded/messages/ask HTTP/1.1",
        b"Host: engine",
        b"Authorization: Bearer shop-token-0123456789",
        b"Content-Type: application/json",
        b"Content-Length: %d" % (len(body) if length is None else length),
        *headers,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


async def test_two_hundred_callers_at_once_each_get_their_own_answer(stage: Stage) -> None:
    async with served(stage.engine) as url, client(url) as asking:
        items = [{"items": [{"sku": f"S-{number}", "quantity": number}]} for number in range(1, 201)]

        answers = await asyncio.gather(*[asking.post("/v1/guarded/messages/echo", json=item) for item in items])

    assert [answer.json() for answer in answers] == items
    assert len({answer.headers["engine-exchange"] for answer in answers}) == len(stage.exchanges) == 200
    assert len({exchange.id for exchange in stage.exchanges}) == 200


async def test_head_has_no_body(stage: Stage) -> None:
    async with served(stage.engine) as url, client(url) as asking:
        answer = await asking.head("/healthz")

    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (200, b"", "15")


async def test_what_is_sent_does_not_say_who_serves_it(stage: Stage) -> None:
    async with served(stage.engine) as url, client(url) as asking:
        assert "server" not in (await asking.get("/healthz")).headers


async def test_a_caller_that_leaves_does_not_stop_its_order(stage: Stage) -> None:
    held = Held({"rows": [1]})
    stage.erp.on("GET /list", held)
    async with served(stage.engine) as url:
        _, writer = await connected(url, post(b'{"name": "a"}'))
        await held.asked.wait()
        writer.transport.abort()
        await asyncio.sleep(0.05)
        held.goes_on.set()

    assert [(e.status, e.reply) for e in stage.exchanges] == [("done", {"rows": [1]})]


async def test_a_caller_that_leaves_within_its_request_has_sent_none(stage: Stage) -> None:
    async with served(stage.engine) as url:
        _, writer = await connected(url, post(b'{"name"', 100))
        await asyncio.sleep(0.05)
        writer.transport.abort()
        await asyncio.sleep(0.05)

    assert stage.exchanges == []


async def test_a_body_that_does_not_come_is_not_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.api.requests.BODY_SECONDS", 0.1)
    async with served(stage.engine) as url:
        answer = await raw(url, post(b"{", 100))

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b'"urn:engine:problem:too-slow"' in answer
    assert b"the body did not come within 0.1 s" in answer


async def test_a_head_that_does_not_come_is_not_waited_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.server.connection.HEAD_SECONDS", 0.1)
    async with served(stage.engine) as url:
        nothing = await raw(url)
        some = await raw(url, b"POST / HTTP/1.1\r\n", b"Host: e\r\n", b"X: 1\r\n", pause=0.05)

    assert (nothing, some) == (b"", b"")


async def test_a_second_head_on_a_connection_is_timed_too(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.server.connection.HEAD_SECONDS", 0.2)
    async with served(stage.engine) as url:
        answer = await raw(url, b"GET /hea", begin=b"GET /healthz HTTP/1.1\r\nHost: e\r\n\r\n")

    assert answer.count(b"HTTP/1.1 200") == 1


async def test_a_slow_exchange_is_not_taken_for_a_slow_head(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.server.connection.HEAD_SECONDS", 0.05)
    stage.erp.on("GET /list", after(0.2, {"rows": []}))
    async with served(stage.engine) as url:
        answer = await raw(url, begin=post(b'{"name": "a"}', None, b"Connection: close"))

    assert answer.startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("header", [b"X-Long: " + b"a" * 200_000, b"\r\n".join(b"X-%d: a" % n for n in range(20_000))])
async def test_a_head_without_end_is_431(stage: Stage, header: bytes) -> None:
    async with served(stage.engine) as url:
        answer = await raw(url, b"GET /healthz HTTP/1.1\r\nHost: e\r\n" + header)

    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b""


@pytest.mark.parametrize("garbage", [b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"\r\n\r\n\r\n" + b"x" * 100])
async def test_what_is_not_http_is_answered_or_cut_off(stage: Stage, garbage: bytes) -> None:
    async with served(stage.engine) as url:
        answer = await raw(url, garbage + b"\r\n\r\n")

    assert answer == b"" or answer.startswith(b"HTTP/1.1 400")


async def test_an_unannounced_body_ends_at_its_bound(stage: Stage) -> None:
    async def endless() -> Any:
        while True:
            yield b" " * 65536

    async with served(stage.engine) as url, client(url) as asking:
        try:
            status = (
                await asking.post(ASK, content=endless(), headers={"Content-Type": "application/json"})
            ).status_code
        except httpx.TransportError:
            status = 413

    assert status == 413


async def test_a_signal_lets_running_exchanges_finish_and_closes_the_socket(stage: Stage) -> None:
    held = Held({"rows": [1]})
    stage.erp.on("GET /list", held)
    async with served(stage.engine) as url:
        asking = client(url)
        running = asyncio.create_task(asking.post(ASK, json={"name": "a"}))
        await held.asked.wait()
        asyncio.get_running_loop().call_later(0.2, held.goes_on.set)
    answer = await running
    await asking.aclose()

    assert (answer.status_code, answer.json()) == (200, {"rows": [1]})
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=1)


async def test_what_does_not_finish_in_time_is_stopped_and_recorded(stage: Stage) -> None:
    held = Held()
    stage.erp.on("GET /list", held)
    async with served(stage.engine, patience=0.2) as url:
        asking = client(url)
        running = asyncio.create_task(asking.post(ASK, json={"name": "a"}))
        await held.asked.wait()
    await asyncio.gather(running, return_exceptions=True)
    await asking.aclose()

    assert [exchange.status for exchange in stage.exchanges] == ["stopped"]


async def test_a_port_in_use_is_an_error(stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        with pytest.raises(OSError, match="in use"):
            await serve(Generations(stage.engine), Address(port=taken.getsockname()[1]), print)


async def test_ipv6_is_served(stage: Stage) -> None:
    started: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 here")
    serving = asyncio.create_task(serve(Generations(stage.engine), Address("::1", 0), started.set_result))
    url = await started
    try:
        async with client(url) as asking:
            answer = await asking.post("/v1/open/messages/hello", json={"who": "you"})
    finally:
        import signal

        signal.raise_signal(signal.SIGINT)
        await serving

    assert url.startswith("http://[::1]:")
    assert answer.json() == {"hello": "you"}
