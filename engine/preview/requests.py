"""Requests as they would be on the wire, fit to be shown: without secrets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import httpx

from engine.redaction import STRUCK

_CREDENTIALS = frozenset({"authorization", "proxy-authorization", "cookie"})


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        integration: whose call it is.
        call: `connection.endpoint`.
        url: whole and encoded, as it is sent.
        query: the same parameters, readable.
        body: as it is sent, empty if there is none.
        by_itself: whether no step makes it: a login, or a call that names an address.
    """

    integration: str
    call: str
    method: str
    url: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: str
    by_itself: bool


def shown(
    integration: str, call: str, request: httpx.Request, text: Callable[[str], str], *, by_itself: bool
) -> Request:
    """A request as it is shown; `text` strikes out secrets."""
    url = str(request.url)
    content = b"".join(request.stream) if isinstance(request.stream, httpx.ByteStream) else request.content
    return Request(
        integration=integration,
        call=call,
        method=request.method,
        url=text(url),
        query=tuple(
            (text(name), text(value)) for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
        ),
        headers=tuple(
            (name.decode("latin-1"), _header(name.decode("latin-1"), text(value.decode("utf-8", "replace"))))
            for name, value in request.headers.raw
        ),
        body=text(content.decode("utf-8", "replace")),
        by_itself=by_itself,
    )


def _header(name: str, value: str) -> str:
    """What identifies us is never shown, whatever it was made of; the word before it says of which kind it is."""
    if name.lower() not in _CREDENTIALS:
        return value
    scheme, blank, _ = value.partition(" ")
    return f"{scheme} {STRUCK}" if blank else STRUCK
