"""One request and its reply over HTTP: sent, redirected within known hosts, read within bounds, failures translated."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import httpx

from engine.errors import Refused
from engine.exchange import Trace
from engine.http.addresses import bare, host_of, joined, may_follow
from engine.http.carrier import Carried, Carrier, HttpxCarrier
from engine.http.failures import timed_out, too_large, unreachable
from engine.http.headers import only
from engine.time_limit import TimeLimit

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HARMLESS = frozenset({"accept", "accept-language", "content-type", "user-agent"})

Transport = Carrier | httpx.AsyncBaseTransport


class HttpRequest(NamedTuple):
    """What goes over the wire.

    Attributes:
        url: absolute and encoded.
        headers: names as they are sent.
        timeout: seconds for everything, from connecting to the reply's last byte, redirects included.
        repeatable: whether a second sending does no harm.
    """

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    content: bytes
    timeout: float
    repeatable: bool = False

    def __repr__(self) -> str:
        return f"<HttpRequest {self.method} {bare(self.url)}, {len(self.content)} bytes>"


class HttpReply(NamedTuple):
    """What came back: header names in lower case, the body whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def __repr__(self) -> str:
        return f"<HttpReply {self.status}, {len(self.content)} bytes>"


class HttpClient:
    """Sends requests of one connection.

    Args:
        transport: aiohttp's carrier in production, httpx.MockTransport or a canned one in tests.
        hosts: `host:port` of every address the connection knows; redirects elsewhere are refused.
        limit: the largest reply, in bytes.
    """

    def __init__(self, transport: Transport, hosts: Collection[str], limit: int) -> None:
        self._carrier = transport if isinstance(transport, Carrier) else HttpxCarrier(transport)
        self.hosts = frozenset(hosts)
        self._limit = limit

    async def exchange(self, request: HttpRequest, trace: Trace) -> HttpReply:
        """Send and read.

        Raises:
            Unreachable: no whole answer came.
            Refused: the answer is a redirect to a host the plan does not know.
        """
        try:
            with TimeLimit(request.timeout):
                return await self._followed(request, trace)
        except TimeoutError as error:
            raise timed_out(host_of(request.url), request.timeout) from error

    async def aclose(self) -> None:
        await self._carrier.aclose()

    async def _followed(self, request: HttpRequest, trace: Trace) -> HttpReply:
        for _ in range(MAX_REDIRECTS + 1):
            reply = await self._once(request, trace)
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return reply
            request = self._redirected(request, reply)
        words = f"more than {MAX_REDIRECTS} redirects, the last to {bare(request.url)}"
        raise Refused(words, code="redirect", status=reply.status)

    async def _once(self, request: HttpRequest, trace: Trace) -> HttpReply:
        trace.mark(180, request)
        try:
            carried = await self._carrier.carry(request)
            content = await self._body(carried, request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise unreachable(error, host_of(request.url)) from error
        reply = HttpReply(carried.status, carried.headers, content)
        trace.mark(220, reply)
        return reply

    async def _body(self, carried: Carried, request: HttpRequest) -> bytes:
        size = 0 if request.method == "HEAD" else _announced(carried.headers)
        body = carried.body
        if isinstance(body, bytes):
            if max(len(body), size) > self._limit:
                raise too_large(host_of(request.url), self._limit)
            return body
        chunks = []
        try:
            if size <= self._limit:
                size = 0
                async for chunk in body:
                    size += len(chunk)
                    if size > self._limit:
                        break
                    chunks.append(chunk)
        finally:
            await body.aclose()
        if size > self._limit:
            raise too_large(host_of(request.url), self._limit)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _redirected(self, request: HttpRequest, reply: HttpReply) -> HttpRequest:
        """The request that a redirect asks for; what identifies us goes to no other host.

        Raises:
            Refused: it leads away from the known hosts or from https, or would send something again as something else.
        """
        target = joined(request.url, reply.headers["location"])
        if not may_follow(request.url, target, self.hosts):
            words = f"redirected to {bare(target)}, which this integration does not know"
            raise Refused(words, code="redirect", status=reply.status)
        same = host_of(target) == host_of(request.url)
        moved = request._replace(url=target, headers=request.headers if same else only(request.headers, _HARMLESS))
        if reply.status in (307, 308) or request.method in ("GET", "HEAD"):
            return moved
        if reply.status == 303:
            return moved._replace(method="GET", content=b"", repeatable=True)
        raise Refused(f"redirected a {request.method} to {bare(target)}", code="redirect", status=reply.status)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header (a number, or a date), None if there is none."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(email.utils.parsedate_to_datetime(text).timestamp() - time.time(), 0.0) if text else None
    except (ValueError, OverflowError):
        return None


def _announced(headers: Mapping[str, str]) -> int:
    """Bytes that the reply says it has, 0 if it does not say."""
    text = headers.get("content-length", "")
    return int(text[:18]) if text.isascii() and text.isdigit() else 0
