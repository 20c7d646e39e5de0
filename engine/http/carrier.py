"""What carries a request to the other side and brings the reply: aiohttp in production, any httpx transport in tests."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import httpx

if TYPE_CHECKING:
    from engine.http.client import HttpRequest

CONNECT = 5.0
_CONNECT_SHARE = 0.9


class Carried(NamedTuple):
    """A reply whose head is there.

    Attributes:
        headers: names in lower case; of those that come several times, the last.
        body: whole, or as it comes; unpacked. A stream is closed by who reads it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes | httpx.AsyncByteStream


class Carrier(ABC):
    """Carries single requests: follows no redirect, keeps no cookie, sets no time but that for connecting."""

    @abstractmethod
    async def carry(self, request: HttpRequest) -> Carried:
        """Send a request, once.

        Raises:
            httpx.HTTPError, httpx.InvalidURL: no reply. Connect errors say that the request surely was not sent.
        """

    @abstractmethod
    async def aclose(self) -> None:
        """Close the connections that are kept open."""


class HttpxCarrier(Carrier):
    """Any transport of httpx."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def carry(self, request: HttpRequest) -> Carried:
        response = await self._transport.handle_async_request(_wire(request))
        stream = response.stream
        assert isinstance(stream, httpx.AsyncByteStream)
        body = b"".join(stream) if isinstance(stream, httpx.ByteStream) else stream
        return Carried(response.status_code, read_headers(response.headers.raw), body)

    async def aclose(self) -> None:
        await self._transport.aclose()


def connecting(request: HttpRequest) -> float:
    """Seconds for connecting: it ends before the whole, so that it is seen to be the connecting that takes so long."""
    return min(request.timeout * _CONNECT_SHARE, CONNECT)


def read_headers(raw: list[tuple[bytes, bytes]] | tuple[tuple[bytes, bytes], ...]) -> dict[str, str]:
    """Headers as they came over the wire as text."""
    return {name.decode("latin-1").lower(): value.decode("utf-8", "replace") for name, value in raw}


def _wire(request: HttpRequest) -> httpx.Request:
    connect = connecting(request)
    return httpx.Request(
        request.method,
        _url(request.url),
        headers=[(name.encode("ascii"), value.encode("utf-8")) for name, value in request.headers],
        stream=httpx.ByteStream(request.content),
        extensions={
            "timeout": {"connect": connect, "read": request.timeout, "write": request.timeout, "pool": connect}
        },
    )


@lru_cache(maxsize=4096)
def _url(text: str) -> httpx.URL:
    return httpx.URL(text)
