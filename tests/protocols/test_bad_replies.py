"""What a broken, slow or hostile system sends: each a clear error of ours, and right about what may have happened."""

from __future__ import annotations

import gzip
import json
import socket
import time
import tracemalloc

import pytest

from engine.calls import ABSENT, Call
from engine.errors import Unreachable
from engine.exchange import Trace
from engine.http import carrier
from tests.http.raw import Say, reply, saying
from tests.protocols.conftest import Open

ERP = """
settings: {url: {type: url}}
connections:
  erp:
    type: rest
    url: =settings.url
    insecure: a test
    timeout: 60s
    retry: {attempts: 1}
    limits: {size: 1MB}
    endpoints:
      order: {method: POST, path: /orders, effect: once}
      orders: {method: GET, path: /orders, records: =reply.results}
      feed: {method: GET, path: /feed, format: {type: xml}}
      note: {method: GET, path: /note, format: text}
"""

Told = tuple[str, bool, str]


async def told(opened: Open, url: str, endpoint: str = "order", timeout: float | None = None) -> Told:
    """Cause, whether it may have happened, and the words (without the port)."""
    body = {"no": 1} if endpoint == "order" else ABSENT
    with pytest.raises(Unreachable) as error:
        await opened(ERP, url=url)["erp"].send(Call(endpoint, body=body, timeout=timeout), Trace(payloads=False))
    words = error.value.text.replace(url.partition("//")[2], "HOST")
    return error.value.cause, error.value.may_have_happened, words


@pytest.mark.parametrize(
    ("say", "expected"),
    [
        (Say(b""), ("reset", True, "HOST broke the connection off: Server disconnected")),
        (Say(b"", "reset"), ("reset", True, "HOST broke the connection off: [Errno 104] Connection reset by peer")),
        (
            Say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", "reset"),
            ("reset", True, "HOST broke the connection off: in the middle of its reply"),
        ),
        (Say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), ("reset", True, None)),
        (Say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"), ("reset", True, None)),
        (Say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{"), ("garbage", True, None)),
        (Say(b"SSH-2.0-OpenSSH_9.2\r\n"), ("garbage", True, None)),
        (Say(b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"), ("garbage", True, None)),
        (Say(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000), ("garbage", True, None)),
        (Say(b"HTTP/1.1 200 OK\r\nContent-Le", "hold"), ("timeout", True, "HOST did not answer within 0.4 s")),
        (Say(b"", "hold"), ("timeout", True, "HOST did not answer within 0.4 s")),
        (
            Say(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", "hold"),
            ("timeout", True, "HOST did not answer within 0.4 s"),
        ),
        (
            Say(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", "hold"),
            ("too_large", True, "HOST answered with more than 1,000,000 bytes; `limits: {size: …}` allows more"),
        ),
        (
            Say(
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
                + b"80000\r\n"
                + b" " * 0x80000
                + b"\r\n80000\r\n"
                + b" " * 0x80000,
                "hold",
            ),
            ("too_large", True, "HOST answered with more than 1,000,000 bytes; `limits: {size: …}` allows more"),
        ),
        (Say(reply(b"\x1f\x8bnonsense", "application/json", "Content-Encoding: gzip")), ("garbage", True, None)),
    ],
    ids=range(15),
)
async def test_a_broken_answer_may_have_happened(
    opened: Open, say: Say, expected: tuple[str, bool, str | None]
) -> None:
    async with saying(say) as erp:
        found = await told(opened, erp.url, timeout=0.4 if expected[0] == "timeout" else None)

    assert found[: 2 if expected[2] is None else 3] == tuple(part for part in expected if part is not None)
    assert [request.split(b" ")[0] for request in erp.requests] == [b"POST"]


UNREADABLE = "erp.erp.order answered 200, but its body cannot be read: "


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        (
            b"<!DOCTYPE html><html>Please sign in</html>",
            "text/html",
            "its Content-Type is text/html; it begins: '<!DOCTYPE html><html>Please sign in</html>'",
        ),
        (b'{"results": [', "application/json", "it is no JSON: Input data was truncated; it begins: '{\"results\": ['"),
        (b'{"a": 1}', "text/plain", "its Content-Type is text/plain; it begins: '{\"a\": 1}'"),
        (
            b'{"a": 1}',
            "application/octet-stream",
            "its Content-Type is application/octet-stream; it begins: '{\"a\": 1}'",
        ),
        (
            b'{"a": 1}',
            "application/xml",
            "it is no XML: Start tag expected, '<' not found, line 1, column 1 (<string>, line 1); it begins: '{\"a\": 1}'",
        ),
        (
            b'{"a": NaN}',
            "application/json",
            "it is no JSON: JSON is malformed: invalid character (byte 6); it begins: '{\"a\": NaN}'",
        ),
        (
            b'{"a": Infinity}',
            "application/json",
            "it is no JSON: JSON is malformed: invalid character (byte 6); it begins: '{\"a\": Infinity}'",
        ),
        (b'{"a": "\xff\xfe"}', "application/json", None),
        (b'{"a": 1}', "application/json; charset=klingon", "it is not klingon text; it begins: '{\"a\": 1}'"),
        (b'{"a": 1}', "application/json; charset=hex", "it is not hex text; it begins: '{\"a\": 1}'"),
        (b"9" * 5000, "application/json", None),
        (b"[" * 100_000, "application/json", None),
        (b"<a>" * 100_000, "application/xml", None),
        (b"<a>" * 120 + b"</a>" * 120, "application/xml", None),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "text/xml", None),
        (b"<a>\xff</a>", "text/xml; charset=utf-8", None),
        (b"<a>x</a>", "text/xml; charset=klingon", "it is not klingon text; it begins: '<a>x</a>'"),
        (b"\x1b[31m\x00\x07boo", "text/html", "its Content-Type is text/html; it begins: '�[31m��boo'"),
    ],
    ids=range(18),
)
async def test_an_unreadable_body_may_have_happened(opened: Open, body: bytes, kind: str, words: str | None) -> None:
    async with saying(Say(reply(body, kind))) as erp:
        cause, may_have_happened, text = await told(opened, erp.url)

    assert (cause, may_have_happened) == ("garbage", True)
    assert text == UNREADABLE + words if words else text.startswith(UNREADABLE)
    assert len(text) < 600


async def test_html_is_no_text_either(opened: Open) -> None:
    async with saying(Say(reply(b"<html>", "text/html"))) as erp:
        found = await told(opened, erp.url, "note")

    assert found == (
        "garbage",
        True,
        "erp.erp.note answered 200, but its body cannot be read: its Content-Type is text/html; it begins: '<html>'",
    )


@pytest.mark.parametrize("body", [b"", b"  \n"])
async def test_nothing_where_records_should_be_is_not_taken_for_no_records(opened: Open, body: bytes) -> None:
    async with saying(Say(reply(body))) as erp:
        found = await told(opened, erp.url, "orders")

    assert found == ("garbage", True, "erp.erp.orders answered 200, but its body cannot be read: it is empty")


async def test_a_packed_bomb_is_stopped_at_the_limit(opened: Open) -> None:
    bomb = gzip.compress(b" " * 200_000_000)
    tracemalloc.start()

    async with saying(Say(reply(bomb, "application/json", "Content-Encoding: gzip"))) as erp:
        found = await told(opened, erp.url)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == (
        "too_large",
        True,
        "HOST answered with more than 1,000,000 bytes; `limits: {size: …}` allows more",
    )
    assert peak < 10_000_000


async def test_a_packed_reply_is_unpacked(opened: Open) -> None:
    packed = gzip.compress(json.dumps({"no": 1}).encode())

    async with saying(Say(reply(packed, "application/json", "Content-Encoding: gzip"))) as erp:
        answer = await opened(ERP, url=erp.url)["erp"].send(Call("order", body={}), Trace(payloads=False))

    assert answer.body == {"no": 1}


@pytest.mark.parametrize(
    ("url", "cause", "words"),
    [
        ("http://127.0.0.1:1", "connect", "HOST cannot be reached: connection refused; see that it runs, and"),
        ("http://nowhere.invalid", "dns", "nowhere.invalid:80 cannot be found: unknown host; check its name"),
    ],
)
async def test_who_cannot_be_reached_has_surely_done_nothing(opened: Open, url: str, cause: str, words: str) -> None:
    found = await told(opened, url)

    assert (found[0], found[1], words in found[2].replace("HOST:80", "nowhere.invalid:80")) == (cause, False, True)


async def test_a_name_that_is_not_found_in_time_has_surely_done_nothing(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*_: object, **__: object) -> list[object]:
        time.sleep(0.6)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    monkeypatch.setattr(carrier, "CONNECT", 0.4)

    found = await told(opened, "http://slow.test")

    assert found[1] is False


async def test_a_connection_that_is_not_accepted_in_time_has_surely_done_nothing(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carrier, "CONNECT", 0.4)
    async with saying(Say(b"", "hold")) as erp:  # takes the connection, but never answers the TLS handshake
        found = await told(opened, erp.url.replace("http:", "https:"))

    assert found[:2] == ("connect", False)
