"""A REST connection, opened: as every connection over HTTP, and its OpenAPI file can be looked at."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

from engine.errors import Refused, Unreachable
from engine.exchange import Trace
from engine.observation import Observation, compared
from engine.openapi.drift import drift, operation, operations
from engine.openapi.schemas import NoSchema, document_of, shown_document
from engine.protocols.connection import Opening
from engine.protocols.http_session import HttpSession

if TYPE_CHECKING:
    from engine.protocols.rest import RestConnection


class RestSession(HttpSession):
    """Implements `engine.calls.Session` for REST."""

    def __init__(self, connection: RestConnection, opening: Opening) -> None:
        super().__init__(connection, opening)
        self._connection = connection

    async def observe(self) -> AsyncIterator[Observation]:
        """Look at the way, log in, and compare what is vendored with the OpenAPI file that the system shows."""
        works = True
        async for seen in super().observe():
            works = works and seen.state != "failed"
            yield seen
        path = self._connection.openapi
        if path is None or not works:
            return
        what = f"openapi {path}"
        try:
            live = shown_document(await self.document(await self._address.current(Trace(payloads=False)) + path))
        except NoSchema as error:
            yield Observation(what, "warning", error.message, "see that `openapi` is its path")
        except (Refused, Unreachable) as error:
            told = f"it shows no OpenAPI file: {self._opening.redactor.text(error.text)}"
            yield Observation(what, "warning", told, "see that `openapi` is its path, and that we may read it")
        else:
            for seen in self._compared(live):
                yield seen

    def _compared(self, live: Any) -> Iterator[Observation]:
        """Each place of a vendored file once; of an operation only that it is gone."""
        named = list(self._connection.vendored())
        if not named:
            told = "no `request` or `reply` of an endpoint names a place in an OpenAPI file"
            yield Observation(f"openapi {self._connection.openapi}", "warning", told, "write acme.openapi.yaml#/…")
        there = operations(live)
        for name, reference in named:
            file = reference.partition("#")[0]
            endpoint = self._connection.endpoints[name]
            asked = operation(endpoint.method, endpoint.path)
            if asked in operations(document_of(self._opening.folder, file)) - there:
                yield compared(f"openapi {endpoint.what}", ["the system no longer has this operation"], file)
        for reference in dict.fromkeys(reference for _, reference in named):
            file, _, pointer = reference.partition("#")
            vendored = document_of(self._opening.folder, file)
            yield compared(f"openapi {reference}", drift(vendored, live, f"#{pointer}"), file)
