"""One request and its reply over HTTP: sent, redirected within known hosts, read within bounds, failures translated."""

from __future__ import annotations

import asyncio
import email.utils
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

import httpx

from engine.errors import Refused, Unreachable
from engine.exchange import Trace

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What goes over the wire; `url` is absolute and encoded, header names as they are sent."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    content: bytes
    timeout: float


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What came back: header names in lower case, the body whole."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class HttpClient:
    """Sends requests of one connection.

    Args:
        transport: aiohttp's in production, httpx.MockTransport or a canned one in tests.
        hosts: `host:port` of every address the plan knows; redirects elsewhere are refused.
        limit: the largest reply, in bytes.
    """

    def __init__(self, transport: httpx.AsyncBaseTransport, hosts: Collection[str], limit: int) -> None:
        self._transport = transport
        self.hosts = set(hosts)
        self._limit = limit

    async def exchange(self, request: HttpRequest, trace: Trace) -> HttpReply:
        """Send and read.

        Raises:
            Unreachable: no whole answer came.
            Refused: the answer is a redirect to a host the plan does not know.
        """
        for _ in range(MAX_REDIRECTS + 1):
            reply = await self._once(request, trace)
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return reply
            request = self._redirected(request, reply)
        raise Refused(
            f"more than {MAX_REDIRECTS} redirects, the last to {_bare(request.url)}",
            code="redirect",
            status=reply.status,
        )

    async def aclose(self) -> None:
        await self._transport.aclose()

    async def _once(self, request: HttpRequest, trace: Trace) -> HttpReply:
        wire = httpx.Request(
            request.method,
            _url(request.url),
            headers=[(name.encode("ascii"), value.encode("utf-8")) for name, value in request.headers],
            stream=httpx.ByteStream(request.content),
            extensions={"timeout": request.timeout, "connect": min(request.timeout, 5.0)},
        )
        trace.mark(180, request)
        try:
            async with asyncio.timeout(request.timeout):
                response = await self._transport.handle_async_request(wire)
                content = await self._read(response)
        except (httpx.HTTPError, TimeoutError) as error:
            raise _unreachable(error, request) from error
        reply = HttpReply(response.status_code, {name.lower(): value for name, value in _headers(response)}, content)
        trace.mark(220, reply)
        return reply

    async def _read(self, response: httpx.Response) -> bytes:
        try:
            declared = int(response.headers.get("content-length") or 0)
            chunks, size = [], declared
            if declared <= self._limit:
                size = 0
                async for chunk in response.stream:  # type: ignore[union-attr]
                    size += len(chunk)
                    if size > self._limit:
                        break
                    chunks.append(chunk)
        finally:
            await response.aclose() if not hasattr(response.stream, "aclose") else await response.stream.aclose()
        if size > self._limit:
            raise _too_large(self._limit)
        return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    def _redirected(self, request: HttpRequest, reply: HttpReply) -> HttpRequest:
        target = urljoin(request.url, reply.headers["location"])
        known = host_of(target) in self.hosts
        downgrade = request.url.startswith("https:") and not target.startswith("https:")
        if not known or downgrade:
            raise Refused(
                f"redirected to {_bare(target)}, which this integration does not know",
                code="redirect",
                status=reply.status,
            )
        if reply.status in (307, 308) or request.method in ("GET", "HEAD"):
            return HttpRequest(request.method, target, request.headers, request.content, request.timeout)
        if reply.status == 303:
            return HttpRequest("GET", target, request.headers, b"", request.timeout)
        raise Refused(f"redirected a {request.method} to {_bare(target)}", code="redirect", status=reply.status)


def host_of(url: str) -> str:
    """`host:port` of an address."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header (a number, or a date), None if there is none."""
    text = headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(email.utils.parsedate_to_datetime(text).timestamp() - time.time(), 0.0) if text else None
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _url(text: str) -> httpx.URL:
    return httpx.URL(text)


def _headers(response: httpx.Response) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in response.headers.raw]


def _bare(url: str) -> str:
    """An address without its query, which may hold data."""
    return url.partition("?")[0]


def _too_large(limit: int) -> Unreachable:
    return Unreachable(
        f"the answer is larger than {limit:,} bytes; `limits: {{size: …}}` allows more",
        cause="too_large",
        may_have_happened=True,
    )


def _unreachable(error: Exception, request: HttpRequest) -> Unreachable:
    """httpx's failure as ours: what happened, and whether the call may have been carried out."""
    where, text = host_of(request.url), str(error)
    if isinstance(error, httpx.ConnectTimeout):
        return Unreachable(f"{where} did not accept a connection in time", cause="connect", may_have_happened=False)
    if isinstance(error, httpx.ConnectError):
        cause = "tls" if "certificate" in text.lower() or "ssl" in text.lower() else "connect"
        return Unreachable(f"{where} cannot be reached: {text}", cause=cause, may_have_happened=False)
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.PoolTimeout)):
        return Unreachable(f"{where} cannot be asked: {text}", cause="connect", may_have_happened=False)
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return Unreachable(
            f"{where} did not answer within {request.timeout:g} s", cause="timeout", may_have_happened=True
        )
    if isinstance(error, httpx.RemoteProtocolError):
        return Unreachable(
            f"{where} answered something that is not HTTP: {text[:200]}", cause="garbage", may_have_happened=True
        )
    return Unreachable(f"{where} broke the connection off: {text[:200]}", cause="reset", may_have_happened=True)
