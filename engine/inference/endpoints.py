"""What is known of the endpoints of an integration: what they take, what they answer."""

from __future__ import annotations

from dataclasses import dataclass

from engine.formats.json import Json
from engine.formats.jsonapi import JsonApi
from engine.functions.takes import PRINTED
from engine.inference.messages import Answer, records_of
from engine.inference.schema import SchemaTypes
from engine.mapping import Fields
from engine.protocols.connection import Connection
from engine.protocols.http import Defaults, HttpEndpoint
from engine.protocols.soap import SoapEndpoint
from engine.spec.integration import Integration
from engine.types import ANY, Boolean, Number, Text, Type, list_of
from engine.types.fitting import Gap

_ON_ANY_WIRE = ("unknown", "missing", "choice", "length", "code")
"""What is wrong in every format; where all is text on the wire (xml, form), a number may stand for text."""

PARAMETER = (PRINTED | list_of(PRINTED.or_null())).or_null()
"""What `query` takes: null leaves a parameter out, a list repeats it."""


@dataclass(frozen=True)
class Endpoints:
    """The endpoints of one integration; `call` is `connection.endpoint`."""

    integration: Integration
    schemas: SchemaTypes
    settings: Type

    def answer(self, call: str) -> Answer:
        """What a call gives; any, if there is no such endpoint."""
        endpoint, _ = self._found(call)
        reply = self.reply(call)
        if endpoint is None:  # of a database: its reply is its records; or there is none
            return Answer(reply, reply)
        records = records_of(endpoint.records, reply, self.settings)
        return Answer(reply.or_null() if endpoint.absences else reply, records)

    def reply(self, call: str) -> Type:
        """The body of what it answers."""
        _, above = self._found(call)
        reference = above.reply_schema(call.partition(".")[2]) if above is not None else None
        return ANY if reference is None else self.schemas.of(reference, f"reply of {call}")

    def request(self, call: str) -> tuple[Type, frozenset[str]]:
        """The body that it takes, and the fields that default bodies add."""
        endpoint, above = self._found(call)
        reference = above.request_schema(call.partition(".")[2]) if above is not None else None
        if reference is None:
            return ANY, frozenset()
        defaults = [endpoint.body if endpoint else None, above.body if isinstance(above, Defaults) else None]
        present = {entry.name for body in defaults if isinstance(body, Fields) for entry in body.entries}
        return self.schemas.of(reference, f"request of {call}"), frozenset(present)

    def takes_anyway(self, call: str, gap: Gap) -> bool:
        """Whether a misfit does not matter in the format in which it is called: in xml and forms all is text."""
        endpoint, above = self._found(call)
        if isinstance(endpoint, SoapEndpoint):
            return gap.kind == "kind" and _is_printable(gap)
        form = (endpoint.format if endpoint else None) or (above.format if isinstance(above, Defaults) else None)
        return gap.kind not in _ON_ANY_WIRE and form is not None and not isinstance(form, (Json, JsonApi))

    def is_http(self, call: str) -> bool:
        """Whether it is called with parameters and headers as HTTP has them."""
        return self._found(call)[0] is not None

    def parameter(self, call: str, name: str) -> Type:
        """What a value of a call's `query` may be."""
        endpoint, above = self._found(call)
        if endpoint is not None:
            return PARAMETER
        schema = above.parameter_schema(call.partition(".")[2], name) if above is not None else None
        return ANY if schema is None else self.schemas.of(schema, f"column {name}")

    def _found(self, call: str) -> tuple[HttpEndpoint | None, Connection | None]:
        """The endpoint, and its connection, whose defaults count for it."""
        above, endpoint = self.integration.endpoint_called(call)
        return endpoint if isinstance(endpoint, HttpEndpoint) else None, above


def _is_printable(gap: Gap) -> bool:
    """Whether a number or a boolean stands where text is wanted, which is what XML makes of it."""
    plain = all(isinstance(shape, (Number, Boolean)) for shape in gap.given.shapes)
    return plain and any(isinstance(shape, Text) for shape in gap.wanted.shapes)
