"""Tokens that are fetched, kept while they last, and fetched once for a burst of callers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.auth.auth import Signer, Unsigned
from engine.exchange import Trace

MARGIN = 0.9


@dataclass(frozen=True)
class Token:
    """A token in use.

    Attributes:
        headers: what requests carry.
        until: monotonic seconds after which it is renewed; None: until it is refused.
        scope: the reply it came in, for the log-off.
    """

    headers: Mapping[str, str]
    until: float | None
    scope: Mapping[str, Any]


class TokenSigner(Signer):
    """Signs with a token; `fetch` gets one.

    Many callers that find no token wait for one fetch; a refused token is fetched again once, however many were refused.
    """

    def __init__(
        self,
        fetch: Callable[[Trace], Awaitable[Token]],
        renew_on: frozenset[int],
        end: Callable[[Token], Awaitable[None]] | None = None,
    ) -> None:
        self.renew_on = renew_on
        self._fetch = fetch
        self._end = end
        self._token: Token | None = None
        self._fetching = asyncio.Lock()

    async def sign(self, request: Unsigned, trace: Trace) -> object:
        token = self._token
        if token is None or (token.until is not None and time.monotonic() >= token.until):
            async with self._fetching:
                if self._token is token or self._token is None:
                    self._token = await self._fetch(trace)
                token = self._token
        request.headers.update(token.headers)
        return token

    async def renew(self, ticket: object) -> None:
        if self._token is ticket:
            self._token = None

    async def aclose(self) -> None:
        token, self._token = self._token, None
        if token is not None and self._end is not None:
            await self._end(token)


def deadline(lifetime: float | None) -> float | None:
    """When a token that lasts so many seconds is renewed: a little before."""
    return None if lifetime is None else time.monotonic() + lifetime * MARGIN
