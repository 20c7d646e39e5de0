"""aiohttp as the carrier of requests: httpx's failures at a fraction of its cost.

httpx-aiohttp does the same, but calls a server that hung up a failed connect; here it decides whether an order may
have arrived, so every failure is told apart.
"""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from functools import lru_cache
from typing import TYPE_CHECKING

import aiohttp
import httpx
from aiohttp.helpers import is_ip_address
from yarl import URL

from engine.http.carrier import Carried, Carrier, connecting, read_headers
from engine.http.doors import Door, Doors
from engine.http.failures import UnknownName, Untrusted
from engine.unreached import why

if TYPE_CHECKING:
    from engine.http.client import HttpRequest

SMALL = 64 * 1024

_is_encoded = re.compile(r"[!#-;=?-\[\]_a-z~]*").fullmatch

_BROKEN_OFF = (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)
_FAILURES = (TimeoutError, aiohttp.ClientError, OSError, ValueError)


class Body(httpx.AsyncByteStream):
    """The body of a reply, unpacked, read as it comes."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for chunk in self._response.content.iter_any():
                yield chunk
        except _FAILURES as error:
            raise translated(error) from error

    async def aclose(self) -> None:
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


class AiohttpTransport(Carrier):
    """Sends requests with aiohttp; one that may be repeated is sent once more where a connection turns out to be broken
    (one kept open that the other side has closed meanwhile).

    Args:
        door: gives the address at which a new connection to a host and port is made, where a tunnel leads there.
    """

    def __init__(self, tls: ssl.SSLContext | None, door: Door | None = None) -> None:
        self._tls = tls
        self._doors = None if door is None else Doors(door)
        self._session: aiohttp.ClientSession | None = None

    async def carry(self, request: HttpRequest) -> Carried:
        try:
            try:
                response = await self._sent(request)
            except _BROKEN_OFF as error:
                if isinstance(error, aiohttp.ClientConnectorError) or not request.repeatable:
                    raise
                response = await self._sent(request)
            headers = read_headers(response.raw_headers)
            length = response.content_length
            at_once = length is not None and length <= SMALL and "content-encoding" not in headers
            body = await response.read() if at_once else Body(response)
        except _FAILURES as error:
            raise translated(error) from error
        headers.pop("content-encoding", None)  # aiohttp has unpacked it
        return Carried(response.status, headers, body)

    async def aclose(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _sent(self, request: HttpRequest) -> aiohttp.ClientResponse:
        session = self._session or self._open()
        url, headers, name = _yarl(request.url), request.headers, None
        if self._doors is not None and is_ip_address(url.host):
            headers, name = [*headers, ("Host", url.authority)], url.host
            url = self._doors.named(url)
        return await session.request(
            request.method,
            url,
            server_hostname=name,
            headers=headers,
            data=request.content or None,
            allow_redirects=False,
            timeout=_timeout(connecting(request)),
        )

    def _open(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            ssl=self._tls or True,
            limit=0,
            keepalive_timeout=30,
            resolver=self._doors,
            use_dns_cache=self._doors is None,  # each connection goes through a door of its own
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Content-Type", "Accept"),
            trust_env=False,
        )
        self._session._retry_connection = False  # aiohttp would repeat by the verb; what may be repeated, `effect` says
        return self._session


def translated(error: BaseException) -> httpx.TransportError:
    """aiohttp's failure as httpx's. Connect errors say that the request surely was not sent."""
    text = str(error) or type(error).__name__
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return Untrusted(str(error.certificate_error))
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return Untrusted(str(error.os_error))
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return httpx.ConnectTimeout(text)
    if isinstance(error, asyncio.TimeoutError):
        return httpx.ReadTimeout(text)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return UnknownName(str(why(error.os_error)))
    if isinstance(error, aiohttp.ClientConnectorError):
        return httpx.ConnectError(str(why(error.os_error)))
    if isinstance(error, aiohttp.InvalidURL):
        return httpx.UnsupportedProtocol("its address cannot be read")
    if isinstance(error, (aiohttp.ClientResponseError, aiohttp.ClientPayloadError, ValueError)):
        return _unreadable(error)
    return httpx.ReadError(text)


def _unreadable(error: Exception) -> httpx.TransportError:
    """A reply that is broken: off before its end, or in itself."""
    if isinstance(error, aiohttp.ClientResponseError):
        return httpx.RemoteProtocolError(error.message)  # its text would hold the address, and with it its parameters
    if isinstance(error.__cause__, (aiohttp.http_exceptions.ContentLengthError, OSError)) or "Not enough" in str(error):
        return httpx.ReadError("in the middle of its reply")
    return httpx.RemoteProtocolError(str(error))


@lru_cache(maxsize=4096)
def _yarl(url: str) -> URL:
    """An address as it is sent: ours are encoded, those of links and redirects may need it."""
    return URL(url if _is_encoded(url) else str(httpx.URL(url)), encoded=True)


@lru_cache(maxsize=64)
def _timeout(connect: float | None) -> aiohttp.ClientTimeout:
    """`connect` holds for the name, TCP and TLS together, so that it ends before the whole, which is the client's to limit."""
    return aiohttp.ClientTimeout(total=None, connect=connect, sock_connect=connect)
