"""What every auth scheme can do: sign requests, and renew what it signs with."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from engine.credentials.credentials import text_of
from engine.errors import SettingMissing
from engine.exchange import Trace
from engine.http.headers import Headers, holds_on_a_line
from engine.mapping import Node
from engine.parts.part import Part

if TYPE_CHECKING:
    from engine.auth.tokens import Token
    from engine.http.client import HttpReply, HttpRequest
    from engine.redaction import Redactor


@dataclass(slots=True, repr=False)
class Unsigned:
    """A request before it is sent: auth adds headers, query parameters (encoded), header blocks of a SOAP envelope."""

    headers: Headers
    query: list[tuple[str, str]]
    blocks: list[Any] = field(default_factory=list)


class Signer:
    """Signs the requests of one connection; this one does nothing.

    Attributes:
        renew_on: statuses that say "who are you?": renewed once, then the call is made again once.
    """

    renew_on: frozenset[int] = frozenset()

    async def sign(self, request: Unsigned, trace: Trace) -> object:
        """Add what identifies us; gives a ticket that `renew` takes back."""
        return None

    async def renew(self, ticket: object) -> None:
        """Forget what a request was signed with, unless somebody has renewed it already."""

    async def aclose(self) -> None:
        """Give back what was taken (sessions)."""


@dataclass(frozen=True, repr=False)
class Opening:
    """What an auth scheme gets when its connection is opened.

    Attributes:
        scope: `settings`, with secrets in clear.
        call: makes a call `{call, path, query, headers, body}` of the language; gives the reply's scope.
        fetch: sends a plain request on this connection's client.
        repeat: makes attempts at a token, by the connection's `retry`.
        other: the signer of another connection, by name.
        base: this connection's address.
        redactor: learns every token, so that none is logged.
        owner: `integration.connection`, for messages.
    """

    scope: Mapping[str, Any] = field(repr=False)
    call: Callable[[Any, Mapping[str, Any], Trace], Awaitable[dict[str, Any]]]
    fetch: "Callable[[HttpRequest, Trace], Awaitable[HttpReply]]"
    repeat: "Callable[[Callable[[], Awaitable[Token]]], Awaitable[Token]]"
    other: Callable[[str], Signer]
    base: Callable[[Trace], Awaitable[str]]
    redactor: "Redactor"
    owner: str

    def text(self, node: Node, key: str) -> str:
        """A value over settings as text.

        Raises:
            SettingMissing: it is null or empty, no text, or more than a line.
        """
        text = text_of(node, self.scope, self.owner, key)
        if not holds_on_a_line(text):
            raise SettingMissing([f"{self.owner}: `auth.{key}` holds a line break"])
        return text


class Auth(Part):
    """How a connection shows who it is."""

    noun = "an auth"

    @abstractmethod
    def open(self, opening: Opening) -> Signer:
        """The signer of one connection."""
