"""A SOAP connection, opened: as every connection over HTTP, and its WSDL can be looked at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING

from engine.errors import Refused, Unreachable
from engine.exchange import Trace
from engine.http.addresses import may_follow
from engine.observation import Observation, compared
from engine.protocols.connection import Opening
from engine.protocols.http_session import HttpSession
from engine.wsdl.drift import drift
from engine.wsdl.read import Unusable, operations_in
from engine.wsdl.shape import Operation

if TYPE_CHECKING:
    from engine.protocols.soap import SoapConnection

MOST_DOCUMENTS = 50
"""That one WSDL may import."""


class SoapSession(HttpSession):
    """Implements `engine.calls.Session` for SOAP."""

    def __init__(self, connection: SoapConnection, opening: Opening) -> None:
        super().__init__(connection, opening)
        self._version = connection.version
        self._vendored = list(connection.vendored(opening.folder, self._scope))

    async def observe(self) -> AsyncIterator[Observation]:
        """Look at the way, log in, and compare each vendored WSDL with the one that the service shows."""
        works = True
        async for seen in super().observe():
            works = works and seen.state != "failed"
            yield seen
        live: dict[str, Mapping[str, Operation] | Observation] = {}
        for name, file, operation in self._vendored if works else ():
            try:
                url = _of_wsdl(await self._endpoints[name].address.current(Trace(payloads=False)))
            except (Refused, Unreachable):
                continue  # its address is named by another call, which is looked at by itself
            if url not in live:
                live[url] = await self._shown(url, file)
                if isinstance(failure := live[url], Observation):
                    yield failure
            found = live[url]
            if not isinstance(found, Observation):
                yield _compared(file, operation, found)

    async def _shown(self, url: str, file: str) -> Mapping[str, Operation] | Observation:
        """The operations of the WSDL at an address, with all that it imports; or why there are none."""
        documents: dict[str, bytes] = {}
        missing = url
        try:
            while len(documents) < MOST_DOCUMENTS:
                documents[missing] = await self.document(missing)
                try:
                    found = await asyncio.to_thread(operations_in, url, documents)
                    if any(found.values()):
                        return found[self._version]
                    raise Unusable("it shows no WSDL: what is there has no operations", "")
                except Unusable as error:
                    missing = error.missing
                    if not may_follow(url, missing, self.hosts):
                        raise
            told = f"its WSDL imports more than {MOST_DOCUMENTS} documents"
        except Unusable as error:
            told = error.message
        except (Refused, Unreachable) as error:
            told = f"it shows no WSDL: {self._opening.redactor.text(error.text)}"
        return Observation(f"wsdl {file}", "warning", told, "compare it with the vendored one by hand")


def _of_wsdl(url: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}wsdl"


def _compared(file: str, vendored: Operation, live: Mapping[str, Operation]) -> Observation:
    what = f"wsdl {file} {vendored.name}"
    if vendored.name not in live:
        return compared(what, ["the service no longer has this operation"], file)
    return compared(what, drift(vendored, live[vendored.name]), file)
