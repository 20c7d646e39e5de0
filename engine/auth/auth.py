"""What every auth scheme can do: sign requests, and renew what it signs with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import SettingMissing
from engine.exchange import Trace
from engine.expression.operations import printed
from engine.http.client import HttpReply, HttpRequest
from engine.mapping import Node, evaluate
from engine.parts.part import Part
from engine.redaction import Redactor


@dataclass(slots=True)
class Unsigned:
    """A request before it is sent: auth adds headers and query parameters."""

    headers: dict[str, str]
    query: list[tuple[str, str]]


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


@dataclass(frozen=True)
class Opening:
    """What an auth scheme gets when its connection is opened.

    Attributes:
        scope: `settings`, with secrets in clear.
        call: makes a call `{call, path, query, headers, body}` of the language; gives the reply's scope.
        fetch: sends a plain request on this connection's client.
        other: the signer of another connection, by name.
        base: this connection's address.
        redactor: learns every token, so that none is logged.
    """

    scope: Mapping[str, Any]
    call: Callable[[Any, Mapping[str, Any], Trace], Awaitable[dict[str, Any]]]
    fetch: Callable[[HttpRequest, Trace], Awaitable[HttpReply]]
    other: Callable[[str], Signer]
    base: Callable[[], Awaitable[str]]
    redactor: Redactor
    owner: str

    def text(self, node: Node, key: str) -> str:
        """A value over settings as text.

        Raises:
            SettingMissing: it is null.
        """
        value = evaluate(node, self.scope)
        if value is None:
            raise SettingMissing([f"{self.owner}: `auth.{key}` is empty"])
        return printed(value)


class Auth(Part):
    """How a connection shows who it is."""

    noun = "an auth"

    @abstractmethod
    def open(self, opening: Opening) -> Signer:
        """The signer of one connection."""
