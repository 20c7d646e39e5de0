"""`type: rest`: HTTP verbs on paths."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.calls import Session
from engine.formats.graphql import GraphQl, changes
from engine.formats.graphql_query import operations
from engine.formats.json import Json
from engine.openapi.schemas import is_file, is_wsdl
from engine.paging.pages import Paging
from engine.parts.registry import OneOf
from engine.parts.scalars import Name, ReadBy, Text, Whole, matching, wrong
from engine.protocols.connection import Opening
from engine.protocols.http import Effect, HttpConnection, HttpEndpoint, Operation

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

_EFFECTS: dict[str, Effect] = {"GET": "read", "HEAD": "read", "PUT": "repeatable", "DELETE": "repeatable"}


_ELSEWHERE = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}|\$\{\s*([^{}]*?)\s*\}|(?<=/):([A-Za-z_]\w*)|\{(\s[^{}]*|[^{}]*\s)\}")
"""How other tools write what {name} is here."""


def _path(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        is_address = isinstance(value, str) and "://" in value
        hint = "the address of the system stands under `url` of the connection; " if is_address else ""
        raise wrong("a path begins with /", f"{hint}write one such as /orders/{{id}}")
    other = _ELSEWHERE.search(value)
    if other is not None:
        name = next(found for found in other.groups() if found is not None).strip().rpartition(".")[2] or "name"
        words = f"{other[0]} is not filled in a path"
        raise wrong(words, f"write {{{name}}}, and at the call `path: {{{name}: …}}`")
    return str(value)


OnePaging = Annotated[Paging, OneOf("engine.paging")]


class Endpoint(HttpEndpoint):
    """One operation: a verb on a path."""

    noun = "a REST endpoint"

    method: Annotated[Method, Field(description="the HTTP verb", examples=["GET"])]
    path: Annotated[
        str,
        ReadBy(_path, matching("^/")),
        Field(description="the path; {name} is filled by the call's `path`", examples=["/items/{sku}/price"]),
    ]
    page: Annotated[
        OnePaging | None,
        Field(
            description="how the list comes in pages; needs `records`",
            examples=[{"type": "offset", "param": "skip", "size_param": "take", "size": 100}],
        ),
    ] = None
    absent: Annotated[
        tuple[Whole, ...], Field(description="statuses that mean there is none: the reply is null", examples=[[404]])
    ] = ()
    graphql: Annotated[
        Text | None,
        Field(
            description="a GraphQL query or mutation; a call's `body` holds its variables, the reply is the whole answer "
            "(`found.data.order`), `errors` in it refuse",
            examples=["query($no: ID!) { order(no: $no) { no status } }"],
        ),
    ] = None

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The names in the path that a call fills."""
        return frozenset(PLACEHOLDER.findall(self.path))

    @property
    def what(self) -> str:
        return f"{self.method} {self.path}" if self.method else ""

    @property
    def paging(self) -> Paging | None:
        return self.page

    @property
    def absences(self) -> tuple[int, ...]:
        return self.absent

    @property
    def what_twice(self) -> Effect:
        if self.graphql is not None and self.effect is None:
            return "once" if changes(self.graphql) else "read"
        return self.effect or _EFFECTS.get(self.method, "once")


class RestConnection(HttpConnection):
    """A system with an HTTP API."""

    noun = "a REST connection"

    type: Literal["rest"]
    openapi: Annotated[
        str | None,
        ReadBy(_path, matching("^/")),
        Field(
            description="the path at which the system shows its own OpenAPI file; `engine check` compares the places in "
            "vendored ones that `request` and `reply` name with it",
            examples=["/openapi.json"],
        ),
    ] = None
    endpoints: Annotated[
        dict[Name, Endpoint],
        Field(
            description="its operations, by name", examples=[{"price": {"method": "GET", "path": "/items/{sku}/price"}}]
        ),
    ]

    def open(self, opening: Opening) -> Session:
        from engine.protocols.rest_session import RestSession

        return RestSession(self, opening)

    def vendored(self) -> Iterator[tuple[str, str]]:
        """The places in OpenAPI files that endpoints name: the endpoint, and `acme.openapi.yaml#/…`."""
        for name, endpoint in self.endpoints.items():
            for schema in (endpoint.request, endpoint.reply):
                reference = schema.get("$ref") if isinstance(schema, dict) else schema
                if isinstance(reference, str) and is_file(reference) and not is_wsdl(reference):
                    yield name, reference

    def request_schema(self, endpoint: str) -> Any:
        found = self.endpoints.get(endpoint)
        if found is None or found.request is not None or found.graphql is None:
            return found and found.request
        asked = operations(found.graphql)
        return asked[0].schema() if len(asked) == 1 else None

    def operation(self, name: str, folder: Path | None, scope: Mapping[str, Any]) -> Operation:
        endpoint = self.endpoints[name]
        return Operation(
            method=endpoint.method,
            codec=GraphQl(endpoint.graphql)
            if endpoint.graphql
            else endpoint.format or self.format or Json(type="json"),
            path=endpoint.path,
            page=endpoint.page,
            absent=endpoint.absent,
        )
