"""A signer whose headers and parameters never change."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from engine.auth.auth import Signer, Unsigned
from engine.exchange import Trace
from engine.http.headers import Headers


class FixedHeaders(Signer):
    """Adds the same headers and parameters to every request."""

    def __init__(self, headers: Mapping[str, str], query: Mapping[str, str] | None = None) -> None:
        self._headers = Headers(headers)
        self._query = [(quote(name, safe="$[]"), quote(value, safe="")) for name, value in (query or {}).items()]

    async def sign(self, request: Unsigned, trace: Trace) -> object:
        request.headers.update(self._headers)
        request.query.extend(self._query)
        return None
