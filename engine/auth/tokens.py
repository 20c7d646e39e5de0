"""Tokens that are fetched, kept while they last, and fetched once for a burst of callers."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from engine.auth.auth import Signer, Unsigned
from engine.errors import EngineError, MappingError, Refused, Stopped
from engine.exchange import Trace
from engine.http.headers import Headers

MARGIN = 0.9

_LOGGING_IN: ContextVar[tuple[Signer, ...]] = ContextVar("_LOGGING_IN", default=())


@dataclass(frozen=True, repr=False)
class Token:
    """A token in use.

    Attributes:
        headers: what requests carry.
        until: monotonic seconds after which it is renewed; None: until it is refused.
        scope: the reply it came in, for the log-off.
    """

    headers: Headers
    until: float | None
    scope: Mapping[str, Any]


class TokenSigner(Signer):
    """Signs with a token; `fetch` gets one, `end` gives it back.

    Many callers that find no token wait for one fetch, and share its failure (a wrong password, tried by each of them,
    would lock the account); so do all calls of one exchange, the probe that follows it, too. A refused token is fetched
    again once, however many were refused.
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
        import asyncio  # here, for a file is checked without

        self._fetching = asyncio.Lock()
        self._failures = 0
        self._failure: EngineError | None = None
        self._failed_in: Trace | None = None
        self._closing = False

    async def sign(self, request: Unsigned, trace: Trace) -> object:
        token = self._token
        if token is None or (token.until is not None and time.monotonic() >= token.until and not self._closing):
            token = await self._fetched(token, trace)
        request.headers.update(token.headers)
        return token

    async def renew(self, ticket: object) -> None:
        if self._token is ticket:
            self._token = None

    async def aclose(self) -> None:
        self._closing = True
        if self._token is not None and self._end is not None:
            await self._end(self._token)
        self._token = None

    async def _fetched(self, old: Token | None, trace: Trace) -> Token:
        """The token that takes the place of `old`: that which another caller has got meanwhile, or a new one."""
        if self in _LOGGING_IN.get():
            raise Refused("the login waits for itself; its endpoint needs `auth: {type: none}`", code="login")
        if self._closing:
            raise Stopped("the connection is being closed")
        failures = self._failures
        async with self._fetching:
            if self._token is not None and self._token is not old:
                return self._token
            if self._failure is not None and (self._failures != failures or self._failed_in is trace):
                raise self._failure
            self._token = await self._fetch_noted(trace)
            self._failed_in = None
            return self._token

    async def _fetch_noted(self, trace: Trace) -> Token:
        within = _LOGGING_IN.set((*_LOGGING_IN.get(), self))
        try:
            return await self._fetch(trace)
        except EngineError as error:
            self._failures, self._failure, self._failed_in = self._failures + 1, error, trace
            raise
        finally:
            _LOGGING_IN.reset(within)


def deadline(lifetime: Any) -> float | None:
    """When a token that lasts so many seconds is renewed: a little before. None: it does not say.

    Raises:
        MappingError: the lifetime is no number.
    """
    if lifetime is None:
        return None
    try:
        seconds = float(lifetime)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if math.isnan(seconds):
        raise MappingError("the token's lifetime is no number")
    return time.monotonic() + seconds * MARGIN
