"""The public keys of an identity provider (JWKS, RFC 7517): fetched when needed, kept, fetched again when it changes them."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

import jwt

from engine.errors import Refused, Unreachable
from engine.exchange import Trace
from engine.formats.format import Undecodable
from engine.formats.json import loads
from engine.http.addresses import host_of
from engine.http.client import HttpClient, HttpRequest
from engine.http.tls import TlsOptions, context
from engine.http.transport import AiohttpTransport

TIMEOUT = 5.0
LARGEST = 1_000_000
KEPT = 3600.0
"""Seconds after which the keys are asked for again; if the provider is away, the known ones serve on."""
PAUSE = 60.0
"""Seconds between two fetches for a key nobody knows: who invents key ids must not make us ask without end."""

log = logging.getLogger(__name__)


class PublicKeys:
    """The keys at an address.

    Args:
        ca: file of the authority that vouches for the address, None for the system's.
    """

    def __init__(self, url: str, ca: str | None) -> None:
        self._url = url
        self._tls = context(TlsOptions(ca=ca), "security.clients: jwks")
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = -KEPT
        self._asked = -PAUSE
        self._fetching = asyncio.Lock()

    async def get(self, kid: str) -> jwt.PyJWK | None:
        """The key with this id, None if the provider has none.

        Raises:
            Unreachable, Refused: there are no keys yet, and they cannot be had.
        """
        now = time.monotonic()
        if kid in self._keys and now - self._fetched < KEPT:
            return self._keys[kid]
        async with self._fetching:
            if now - self._fetched >= KEPT or kid not in self._keys:
                await self._renew()
        return self._keys.get(kid)

    async def _renew(self) -> None:
        now = time.monotonic()
        if now - self._asked < PAUSE and self._keys:
            return
        self._asked = now
        try:
            self._keys = _read(await self._fetch())
        except (Unreachable, Refused) as error:
            if not self._keys:
                raise
            log.warning("the keys of %s cannot be had, the known ones serve on: %s", host_of(self._url), error)
            return
        self._fetched = time.monotonic()

    async def _fetch(self) -> bytes:
        client = HttpClient(AiohttpTransport(self._tls), [host_of(self._url)], LARGEST)
        try:
            request = HttpRequest("GET", self._url, [("Accept", "application/json")], b"", TIMEOUT, repeatable=True)
            reply = await client.exchange(request, Trace(payloads=False))
        finally:
            await client.aclose()
        if reply.status != 200:
            raise Refused(f"{host_of(self._url)} answered {reply.status} when asked for its keys", status=reply.status)
        return reply.content


def _read(content: bytes) -> dict[str, jwt.PyJWK]:
    """Keys by id; what is no public key for signatures that we know is left out."""
    try:
        body: Any = loads(content)
    except Undecodable:
        body = None
    keys = body.get("keys") if isinstance(body, dict) else None
    if not isinstance(keys, list):
        raise Refused("what was to be a list of keys (JWKS) is none")
    found: dict[str, jwt.PyJWK] = {}
    for key in keys:
        if isinstance(key, dict) and key.get("use", "sig") == "sig" and key.get("kty") != "oct":
            try:
                found[str(key.get("kid", ""))] = jwt.PyJWK.from_dict(key)
            except jwt.PyJWTError:
                continue
    return found
