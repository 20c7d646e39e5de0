"""Redirects, bounds and sizes, over canned transports; sending again, over real ones."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from engine.errors import Refused, Unreachable
from engine.exchange import Trace
from engine.http.carrier import connecting
from engine.http.client import HttpClient, HttpReply, HttpRequest, retry_after
from engine.http.failures import UnknownName, Untrusted
from engine.http.transport import AiohttpTransport
from tests.http.raw import Say, lines, reply, saying

HOSTS = {"erp.test:443", "other.test:443"}
HEADERS = [
    ("Accept", "text/plain"),
    ("Authorization", "Bearer hunter2"),
    ("sessionToken", "hunter2"),
    ("Content-Type", "text/csv"),
]


def request(
    method: str = "GET",
    url: str = "https://erp.test/a?key=hunter2",
    *,
    repeatable: bool = False,
    timeout: float = 60.0,
) -> HttpRequest:
    return HttpRequest(method, url, HEADERS, b"x" if method == "POST" else b"", timeout, repeatable)


async def exchanged(
    answer: Callable[[httpx.Request], httpx.Response], sent: HttpRequest, limit: int = 1000
) -> HttpReply:
    return await HttpClient(httpx.MockTransport(answer), HOSTS, limit).exchange(sent, Trace(payloads=False))


def redirecting(to: str, status: int, seen: list[httpx.Request]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(asked: httpx.Request) -> httpx.Response:
        seen.append(asked)
        return httpx.Response(status, headers={"Location": to}) if len(seen) == 1 else httpx.Response(200, text="there")

    return answer


@pytest.mark.parametrize(
    ("method", "status", "to", "then"),
    [
        ("GET", 301, "/b", ("GET", "https://erp.test/b", b"", 4)),
        ("GET", 302, "b?c=d", ("GET", "https://erp.test/b?c=d", b"", 4)),
        ("GET", 307, "https://erp.test/b", ("GET", "https://erp.test/b", b"", 4)),
        ("POST", 303, "/b", ("GET", "https://erp.test/b", b"", 4)),
        ("POST", 308, "/b", ("POST", "https://erp.test/b", b"x", 4)),
        ("GET", 302, "https://other.test/b", ("GET", "https://other.test/b", b"", 2)),
        ("POST", 307, "https://other.test/b", ("POST", "https://other.test/b", b"x", 2)),
    ],
)
async def test_a_redirect_is_followed(method: str, status: int, to: str, then: tuple[str, str, bytes, int]) -> None:
    seen: list[httpx.Request] = []

    found = await exchanged(redirecting(to, status, seen), request(method))

    assert (found.status, found.content) == (200, b"there")
    assert (seen[1].method, str(seen[1].url), seen[1].content, len(seen[1].headers)) == then


async def test_what_identifies_us_goes_to_no_other_host() -> None:
    seen: list[httpx.Request] = []

    await exchanged(redirecting("https://other.test/", 302, seen), request())

    assert dict(seen[1].headers) == {"accept": "text/plain", "content-type": "text/csv"}


@pytest.mark.parametrize(
    ("method", "status", "to", "words"),
    [
        (
            "GET",
            302,
            "https://evil.test/?t=hunter2",
            "redirected to https://evil.test:443/, which this integration does not know",
        ),
        ("GET", 302, "http://erp.test/b", "redirected to http://erp.test:80/b, which this integration does not know"),
        (
            "GET",
            302,
            "http://erp.test:443/",
            "redirected to http://erp.test:443/, which this integration does not know",
        ),
        (
            "GET",
            302,
            "https://u:hunter2@erp.test/",
            "redirected to an address that cannot be read, which this integration does not know",
        ),
        ("GET", 302, "https://[", "redirected to an address that cannot be read, which this integration does not know"),
        (
            "GET",
            302,
            "gopher://erp.test",
            "redirected to an address that cannot be read, which this integration does not know",
        ),
        ("POST", 302, "/b?t=hunter2", "redirected a POST to https://erp.test:443/b"),
    ],
)
async def test_a_redirect_is_refused(method: str, status: int, to: str, words: str) -> None:
    seen: list[httpx.Request] = []

    with pytest.raises(Refused) as error:
        await exchanged(redirecting(to, status, seen), request(method))

    assert (str(error.value), error.value.code, error.value.status, len(seen)) == (words, "redirect", 302, 1)


async def test_a_redirect_loop_ends() -> None:
    with pytest.raises(Refused) as error:
        await exchanged(lambda _: httpx.Response(302, headers={"Location": "/a?key=hunter2"}), request())

    assert str(error.value) == "more than 5 redirects, the last to https://erp.test:443/a"


@pytest.mark.parametrize(
    ("failure", "cause", "may_have_happened"),
    [
        (httpx.ConnectError("x"), "connect", False),
        (httpx.ConnectTimeout("x"), "connect", False),
        (httpx.PoolTimeout("x"), "connect", False),
        (httpx.UnsupportedProtocol("x"), "connect", False),
        (httpx.LocalProtocolError("x"), "connect", False),
        (httpx.InvalidURL("x"), "connect", False),
        (UnknownName("x"), "dns", False),
        (Untrusted("x"), "tls", False),
        (httpx.ReadTimeout("x"), "timeout", True),
        (httpx.WriteTimeout("x"), "timeout", True),
        (TimeoutError("x"), "timeout", True),
        (httpx.RemoteProtocolError("x"), "garbage", True),
        (httpx.DecodingError("x"), "garbage", True),
        (httpx.ReadError("x"), "reset", True),
        (httpx.WriteError("x"), "reset", True),
        (httpx.CloseError("x"), "reset", True),
        (httpx.ProxyError("x"), "reset", True),
    ],
)
async def test_a_failure_says_whether_it_may_have_happened(
    failure: Exception, cause: str, may_have_happened: bool
) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise failure

    with pytest.raises(Unreachable) as error:
        await exchanged(fail, request())

    assert (error.value.cause, error.value.may_have_happened) == (cause, may_have_happened)


class Slow(httpx.AsyncByteStream):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            yield b"."
            await asyncio.sleep(0.01)


async def test_the_time_limit_holds_for_all_redirects_together() -> None:
    asked = []

    async def answer(given: httpx.Request) -> httpx.Response:
        asked.append(given)
        await asyncio.sleep(0.15)
        return httpx.Response(302, headers={"Location": "/a"})

    client = HttpClient(httpx.MockTransport(answer), HOSTS, 1000)
    with pytest.raises(Unreachable) as error:
        await client.exchange(request(timeout=0.5), Trace(payloads=False))

    assert error.value.cause == "timeout"
    assert len(asked) <= 4  # each of them alone would have had the time


def test_connecting_ends_before_the_whole() -> None:
    assert 0 < connecting(request(timeout=0.5)) < 0.5


async def test_a_body_that_never_ends_is_bounded_by_time() -> None:
    with pytest.raises(Unreachable) as error:
        await exchanged(lambda _: httpx.Response(200, stream=Slow()), request(timeout=0.5))

    assert str(error.value) == "erp.test:443 did not answer within 0.5 s"


@pytest.mark.parametrize(("method", "status"), [("GET", None), ("HEAD", 200)])
async def test_only_what_is_sent_counts_for_the_size(method: str, status: int | None) -> None:
    async def found() -> int | None:
        answer = httpx.Response(200, headers={"Content-Length": "5000"}, stream=httpx.ByteStream(b""))
        try:
            return (await exchanged(lambda _: answer, request(method))).status
        except Unreachable:
            return None

    assert await found() == status


class Watched(httpx.AsyncByteStream):
    """A body that tells whether it was closed."""

    def __init__(self, part: bytes, *, ends: bool) -> None:
        self.closed = False
        self._part = part
        self._ends = ends

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._part
        if not self._ends:
            await asyncio.sleep(60)

    async def aclose(self) -> None:
        self.closed = True


@pytest.mark.parametrize("body", [Watched(b"x", ends=True), Watched(b"x" * 2000, ends=True), Watched(b"x", ends=False)])
async def test_a_reply_is_closed_however_it_ends(body: Watched) -> None:
    with contextlib.suppress(Unreachable):
        await exchanged(lambda _: httpx.Response(200, stream=body), request(timeout=0.5))

    assert body.closed


@pytest.mark.parametrize("length", ["abc", "-1", "²", "9" * 5000, ""])
async def test_a_wrong_content_length_does_no_harm(length: str) -> None:
    answer = httpx.Response(200, headers={"Content-Length": length.encode()}, stream=httpx.ByteStream(b"{}"))  # type: ignore[dict-item]
    try:
        found: object = (await exchanged(lambda _: answer, request())).content
    except Unreachable as error:
        found = error.cause

    assert found in (b"{}", "too_large")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("", None),
        ("soon", None),
        ("²", None),
        ("-5", None),
        ("1.5", None),
        ("Mon, 01 Jan 2001 00:00:00 GMT", 0.0),
        ("Mon, 99 Jan 2001 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_read(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}) == seconds


def test_requests_and_replies_show_no_contents() -> None:
    shown = [repr(request("POST")), repr(HttpReply(200, {"set-cookie": "hunter2"}, b"hunter2"))]

    assert shown == ["<HttpRequest POST https://erp.test:443/a, 1 bytes>", "<HttpReply 200, 7 bytes>"]


# -- over TCP --------------------------------------------------------------------------------------------------------


async def over_tcp(url: str, *requests: HttpRequest) -> list[object]:
    client = HttpClient(AiohttpTransport(None), {url.partition("//")[2]}, 1000)
    found: list[object] = []
    for sent in requests:
        try:
            found.append((await client.exchange(sent, Trace(payloads=False))).content)
        except Unreachable as error:
            found.append(error.cause)
    await client.aclose()
    return found


@pytest.mark.parametrize(
    ("method", "repeatable", "found", "times"),
    [
        ("GET", True, [b"ok"], 2),
        ("POST", True, [b"ok"], 2),
        ("PUT", False, ["reset"], 1),
        ("DELETE", False, ["reset"], 1),
    ],
)
async def test_what_a_second_sending_does_decides_not_the_verb(
    method: str, repeatable: bool, found: list[object], times: int
) -> None:
    async with saying(Say(b""), Say(reply(b"ok"))) as erp:
        answered = await over_tcp(erp.url, request(method, f"{erp.url}/a", repeatable=repeatable))

    assert (answered, len(erp.requests)) == (found, times)


async def test_only_the_headers_of_the_request_go_out() -> None:
    async with saying(Say(reply(b"ok"))) as erp:
        sent = HttpRequest("POST", f"{erp.url}/a%2Fb?q=%27x%27", [("X-Name", "Jürgen"), ("Accept", "*/*")], b"", 60.0)
        await over_tcp(erp.url, sent)

    host = erp.url.partition("//")[2]
    assert sorted(line.encode("latin-1").decode() for line in lines(erp.requests[0])) == sorted(
        [
            "POST /a%2Fb?q=%27x%27 HTTP/1.1",
            f"Host: {host}",
            "X-Name: Jürgen",
            "Accept: */*",
            "Accept-Encoding: gzip, deflate",
            "Content-Length: 0",
        ]
    )


async def test_cookies_are_not_kept() -> None:
    async with saying(Say(reply(b"ok", "text/plain", "Set-Cookie: session=hunter2"))) as erp:
        await over_tcp(erp.url, request(url=f"{erp.url}/a"), request(url=f"{erp.url}/a"))

    assert [
        b"hunter2" in sent.replace(b"Bearer hunter2", b"").replace(b"sessionToken: hunter2", b"")
        for sent in erp.requests
    ] == [False, False]
