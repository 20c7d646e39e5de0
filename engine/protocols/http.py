"""What HTTP protocols share: an address, who we are, defaults and exceptions, endpoints. `http_session` is the behaviour."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Discriminator, Field, Tag

from engine.auth.auth import Auth
from engine.calls import CallSpec, Session
from engine.formats.format import Codec, Format
from engine.http.addresses import host_of
from engine.paging.pages import Paging
from engine.parts.fields import OF_REPLY, Query, S, Schema, Tree, Value
from engine.parts.part import Part
from engine.parts.policies import ErrorRule, HttpLimits, Retry
from engine.parts.registry import OneOf
from engine.parts.scalars import Duration, Name, ReadBy, Text, matching, wrong
from engine.protocols.connection import NetworkConnection, Opening

Effect = Literal["read", "repeatable", "once"]

OneFormat = Annotated[Format, OneOf("engine.formats", short=True)]
OneAuth = Annotated[Auth, OneOf("engine.auth")]


def url_of(value: Any) -> str:
    if not isinstance(value, str) or urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
        raise wrong("this is no address", "write one such as https://erp.example.com, or =settings.url")
    if urlsplit(value).username or urlsplit(value).password:
        raise wrong("an address holds no user or password", "use `auth` and settings")
    if urlsplit(value).query or urlsplit(value).fragment or not host_of(value):
        raise wrong("this is no address to put paths behind", "write scheme, host and path; parameters under `query`")
    return str(value).rstrip("/")


Url = Annotated[str, ReadBy(url_of, matching("^https?://"))]


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
        S[Url],
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
        Schema,
        Field(
            description="schema of the reply: a name, a place in an OpenAPI file, or JSON Schema in place",
            examples=[{"type": "object", "properties": {"price": {"type": "number"}}}],
        ),
    ] = None


class HttpEndpoint(Defaults):
    """One operation, whatever its protocol calls it."""

    description: Annotated[Text | None, Field(description="for people", examples=["Prices of one customer"])] = None
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
    request: Annotated[Schema, Field(description="schema of the body, as `reply`", examples=["commerce.order"])] = None

    @property
    def what(self) -> str:
        """What it is, for people: `GET /items/{sku}`; empty where it could not be read."""
        return ""

    @property
    def paging(self) -> Paging | None:
        """How its list comes in pages; None: at once."""
        return None

    @property
    def absences(self) -> tuple[int, ...]:
        """Statuses that mean there is none: the reply is null."""
        return ()

    @property
    def what_twice(self) -> Effect:
        """What a second sending does: what is written, else the protocol's default."""
        return self.effect or "once"

    @property
    def once(self) -> bool:
        """Whether a second sending would do the thing twice."""
        return self.what_twice == "once"


@dataclass(frozen=True)
class Operation:
    """How the calls of one endpoint look on the wire.

    Attributes:
        codec: how its bodies are written and read.
        path: behind the connection's address; its {names} are filled by the call.
        url: its own address, in place of the connection's; empty: it has none.
        headers: what every request of it carries besides what is written.
        absent: statuses that mean there is none.
    """

    method: str
    codec: Codec
    path: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    page: Paging | None = None
    absent: tuple[int, ...] = ()


class HttpConnection(Defaults, NetworkConnection):
    """A system that is spoken to over HTTP."""

    url: Annotated[
        Address, Field(description="its address, https; or a call that names it", examples=["=settings.url"])
    ]
    limits: Annotated[
        HttpLimits, Field(description="concurrency, rate and size", examples=[{"concurrency": 8, "rate": "20/s"}])
    ] = Field(default_factory=HttpLimits)
    auth: Annotated[
        OneAuth | None,
        Field(
            description="how we show who we are",
            examples=[{"type": "basic", "username": "=settings.user", "password": "=settings.password"}],
        ),
    ] = None

    if TYPE_CHECKING:  # every protocol has endpoints of its own
        endpoints: Mapping[Name, HttpEndpoint]

    @abstractmethod
    def operation(self, name: str, folder: Path | None, scope: Mapping[str, Any]) -> Operation:
        """How the calls of an endpoint look on the wire.

        Args:
            folder: of the integration, for files beside it.
            scope: `settings`, or what is known of them: their defaults.

        Raises:
            SettingMissing: a file beside the integration cannot be used.
        """

    def blocks(self, operation: Operation, scope: Mapping[str, Any]) -> tuple[Any, ...]:
        """The header blocks of every envelope of an operation, as XML elements; most protocols have no envelope.

        Raises:
            MappingError, Fault: one cannot be built from the settings.
        """
        return ()

    def request_schema(self, endpoint: str) -> Any:
        found = self.endpoints.get(endpoint)
        return found and found.request

    def reply_schema(self, endpoint: str) -> Any:
        found = self.endpoints.get(endpoint)
        return None if found is None else found.reply if found.reply is not None else self.reply

    def open(self, opening: Opening) -> Session:
        from engine.protocols.http_session import HttpSession

        return HttpSession(self, opening)
