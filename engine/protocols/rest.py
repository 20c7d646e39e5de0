"""`type: rest`: HTTP verbs on paths. The language's part; `rest_session` is its behaviour."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from engine.auth.auth import Auth
from engine.calls import CallSpec, Session
from engine.formats.format import Format
from engine.http.addresses import host_of
from engine.paging.pages import Paging
from engine.parts.fields import OF_REPLY, NotYet, Query, S, Tree, Value
from engine.parts.part import Part
from engine.parts.policies import ErrorRule, Retry
from engine.parts.registry import OneOf
from engine.parts.scalars import Duration, Name, Text, Whole, wrong
from engine.protocols.connection import Connection, Opening

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

Effect = Literal["read", "repeatable", "once"]
Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

_EFFECTS: dict[str, Effect] = {"GET": "read", "HEAD": "read", "PUT": "repeatable", "DELETE": "repeatable"}


def _url(value: Any) -> str:
    if not isinstance(value, str) or urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
        raise wrong("this is no address", "write one such as https://erp.example.com, or =settings.url")
    if urlsplit(value).username or urlsplit(value).password:
        raise wrong("an address holds no user or password", "use `auth` and settings")
    if urlsplit(value).query or urlsplit(value).fragment or not host_of(value):
        raise wrong("this is no address to put paths behind", "write scheme, host and path; parameters under `query`")
    return str(value).rstrip("/")


def _path(value: Any) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        raise wrong("a path begins with /", "write one such as /orders/{id}")
    return str(value)


OneFormat = Annotated[Format, OneOf("engine.formats", short=True)]
OneAuth = Annotated[Auth, OneOf("engine.auth")]
OnePaging = Annotated[Paging, OneOf("engine.paging")]


class UrlCall(CallSpec):
    """An address that another call names: `url: {call: erp.address, value: =reply.Url, keep: 1h}`."""

    noun = "a url found by a call"

    value: Annotated[
        Query, OF_REPLY, Field(description="where the address is, over reply status headers", examples=["=reply.Url"])
    ]
    keep: Annotated[
        S[Duration], Field(description="how long the address is used before it is asked again", examples=["1h"])
    ] = 3600.0
    hosts: Annotated[
        S[tuple[Text, ...]],
        Field(description="hosts it may name besides that of the asked connection", examples=[["orders.erp.example"]]),
    ] = ()


Address = Annotated[
    Annotated[
        S[Annotated[str, BeforeValidator(_url), WithJsonSchema({"type": "string", "pattern": "^https?://"})]],
        Tag("address"),
    ]
    | Annotated[UrlCall, Tag("call")],
    Discriminator(lambda value: "call" if isinstance(value, (dict, UrlCall)) else "address"),
]


class Defaults(Part):
    """What stands at the connection as default and at the endpoint as exception; nearer wins, maps merge."""

    timeout: Annotated[
        S[Duration] | None, Field(description="longest time for one call; default 10s", examples=["10s"])
    ] = None
    retry: Annotated[
        Retry | None, Field(description="repeats of a failed call", examples=[{"attempts": 3, "backoff": "200ms..2s"}])
    ] = None
    headers: Annotated[
        dict[Text, Value],
        Field(description="headers, over settings; null leaves one out", examples=[{"Accept": "application/json"}]),
    ] = Field(default_factory=dict)
    query: Annotated[
        dict[Text, Tree],
        Field(
            description="parameters, over settings; null leaves one out, a list repeats it",
            examples=[{"company": "=settings.company"}],
        ),
    ] = Field(default_factory=dict)
    body: Annotated[
        Tree | None,
        Field(description="fields of every body, over settings", examples=[{"company": "=settings.company"}]),
    ] = None
    format: Annotated[
        OneFormat | None,
        Field(description="how a body is written: json, jsonapi, xml, form, text; default json", examples=["json"]),
    ] = None
    success: Annotated[
        Query | None,
        OF_REPLY,
        Field(
            description="whether a reply is a yes; default: status below 300",
            examples=["=status < `300` && reply.ok == `true`"],
        ),
    ] = None
    error: Annotated[
        ErrorRule | None,
        Field(description="how to read a no", examples=[{"text": "=reply.message", "code": "=reply.code"}]),
    ] = None
    reply: Annotated[
        Any,
        Field(
            description="schema of the reply: a name, a place in an OpenAPI file, or JSON Schema in place",
            examples=[{"type": "object", "properties": {"price": {"type": "number"}}}],
        ),
    ] = None


class Endpoint(Defaults):
    """One operation: a verb on a path."""

    noun = "a REST endpoint"

    description: Annotated[Text | None, Field(description="for people", examples=["Prices of one customer"])] = None
    method: Annotated[Method, Field(description="the HTTP verb", examples=["GET"])]
    path: Annotated[
        str,
        BeforeValidator(_path),
        WithJsonSchema({"type": "string", "pattern": "^/"}),
        Field(description="the path; {name} is filled by the call's `path`", examples=["/items/{sku}/price"]),
    ]
    auth: Annotated[
        OneAuth | None, Field(description="`{type: none}` for the login itself", examples=[{"type": "none"}])
    ] = None
    effect: Annotated[
        Effect | None,
        Field(
            description="what a second sending does; default: GET HEAD read, PUT DELETE repeatable, else once",
            examples=["read"],
        ),
    ] = None
    records: Annotated[
        Query | None,
        OF_REPLY,
        Field(description="where the list of records is in the reply", examples=["=reply.items"]),
    ] = None
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
    request: Annotated[Any, Field(description="schema of the body, as `reply`", examples=["commerce.order"])] = None
    graphql: Annotated[NotYet, Field(description="a GraphQL query, in place of a body")] = None

    @cached_property
    def placeholders(self) -> frozenset[str]:
        """The names in the path that a call fills."""
        return frozenset(PLACEHOLDER.findall(self.path))

    @property
    def what_twice(self) -> Effect:
        """What a second sending does: what is written, else what the verb says."""
        return self.effect or _EFFECTS.get(self.method, "once")

    @property
    def once(self) -> bool:
        """Whether a second sending would do the thing twice."""
        return self.what_twice == "once"


class RestConnection(Defaults, Connection):
    """A system with an HTTP API."""

    noun = "a REST connection"

    type: Literal["rest"]
    url: Annotated[
        Address, Field(description="its address, https; or a call that names it", examples=["=settings.url"])
    ]
    auth: Annotated[
        OneAuth | None,
        Field(
            description="how we show who we are",
            examples=[{"type": "basic", "username": "=settings.user", "password": "=settings.password"}],
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
