"""A signer whose headers and parameters never change."""

from __future__ import annotations

from collections.abc import Mapping

from engine.auth.auth import Signer, Unsigned
from engine.exchange import Trace


class FixedHeaders(Signer):
    def __init__(self, headers: Mapping[str, str], query: Mapping[str, str] | None = None) -> None:
        self._headers = dict(headers)
        self._query = list((query or {}).items())

    async def sign(self, request: Unsigned, trace: Trace) -> object:
        request.headers.update(self._headers)
        request.query.extend(self._query)
        return None
