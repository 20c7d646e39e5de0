"""aiohttp under httpx's transport seam: httpx's request and response types at a fraction of their cost.

httpx-aiohttp does the same, but calls a server that hung up a failed connect; here it decides whether an order may
have arrived, so every failure is told apart.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from functools import lru_cache

import aiohttp
import httpx
from yarl import URL

CHUNK = 64 * 1024


class Body(httpx.AsyncByteStream):
    """The body of a reply, read as it comes."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.content.iter_any():
                yield chunk
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise _translated(error) from error

    async def aclose(self) -> None:
        self._response.close() if not self._response.content.at_eof() else self._response.release()


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Sends httpx requests with aiohttp; never follows redirects, never keeps cookies.

    Reads from `request.extensions`: `timeout` (seconds for the whole exchange), `connect` (seconds for connecting).
    """

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        session = self._session or self._open()
        try:
            response = await session.request(
                request.method,
                _yarl(str(request.url)),
                headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw],
                data=_content(request),
                allow_redirects=False,
                timeout=_timeout(request.extensions.get("timeout"), request.extensions.get("connect")),
            )
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            raise _translated(error) from error
        return httpx.Response(response.status, headers=response.raw_headers, stream=Body(response))

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(ssl=self._tls or True, limit=0, keepalive_timeout=30)
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Content-Type", "Accept"),
            trust_env=False,
        )
        return self._session


def _content(request: httpx.Request) -> bytes | None:
    stream = request.stream
    content = b"".join(stream) if isinstance(stream, httpx.ByteStream) else request.content
    return content or None


@lru_cache(maxsize=4096)
def _yarl(url: str) -> URL:
    return URL(url, encoded=True)


@lru_cache(maxsize=64)
def _timeout(total: float | None, connect: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_connect=connect)


def _translated(error: BaseException) -> httpx.TransportError:
    """aiohttp's failure as httpx's. The classes tell what surely did not happen (Connect…) from what may have."""
    text = str(error) or type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return httpx.ConnectError(f"certificate not accepted: {error.certificate_error}")
    if isinstance(error, (aiohttp.ConnectionTimeoutError,)):
        return httpx.ConnectTimeout(text)
    if isinstance(error, asyncio.TimeoutError):
        return httpx.ReadTimeout(text)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return httpx.ConnectError(f"the name cannot be resolved: {error.host}")
    if isinstance(error, aiohttp.ClientConnectorError):
        return httpx.ConnectError(text)
    if isinstance(error, aiohttp.InvalidURL):
        return httpx.UnsupportedProtocol(text)
    if isinstance(error, (aiohttp.ClientResponseError, ValueError)):
        return httpx.RemoteProtocolError(text)
    return httpx.ReadError(text)
