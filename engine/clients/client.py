"""What every kind of client has: what it may do, and how it is recognised."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from engine.errors import SettingMissing
from engine.mapping import Node, evaluate
from engine.parts.fields import S
from engine.parts.part import Part
from engine.parts.scalars import Flag, Name, Network

Recognise = Callable[[Mapping[str, str], bytes], Awaitable[bool]]
"""Tells from a request's headers (names in lower case) and its raw body whether it comes from a client.

Raises:
    Unreachable, Refused: what it takes to tell cannot be had now, such as the keys of another system.
"""

SHORTEST = 8
"""Characters that a secret of a client has at least."""


class May(Part):
    """What a client may do."""

    noun = "may"

    messages: Annotated[
        tuple[Name, ...], Field(description="messages it may call", examples=[["prices", "stock"]])
    ] = ()
    events: Annotated[tuple[Name, ...], Field(description="events it may post", examples=[["order_placed"]])] = ()
    operate: Annotated[
        Flag, Field(description="whether it may look at deliveries, resend and discard them", examples=[True])
    ] = False


class Client(Part):
    """A caller of ours."""

    noun = "a client"

    allow: Annotated[
        S[tuple[Network, ...]] | None,
        Field(description="networks of this client; default: those of the integration", examples=[["10.20.0.0/16"]]),
    ] = None
    may: Annotated[May, Field(description="what it may do", examples=[{"messages": ["prices", "stock"]}])] = Field(
        default_factory=May
    )

    challenge: ClassVar[str] = ""
    """What a caller that is not known is told to use (`WWW-Authenticate`), empty if there is no word for it."""
    proof: ClassVar[str]
    """How it shows who it is, in words, for the network sheet."""
    signs: ClassVar[bool] = False
    """Whether the body must be read to tell who sent it."""

    @property
    def scheme(self) -> Mapping[str, str]:
        """How it shows who it is, as a security scheme of OpenAPI."""
        return {"type": "http", "scheme": "bearer"}

    @abstractmethod
    def open(self, scope: Mapping[str, Any]) -> Recognise:
        """Gives a function that tells whether a request comes from this client.

        Raises:
            SettingMissing: a setting does not fit.
        """


def secret(node: Node, scope: Mapping[str, Any], what: str) -> str:
    """The text of a client's secret.

    Args:
        what: the secret in words: `a bearer token`.

    Raises:
        SettingMissing: it is none, or too short to be one.
    """
    found = evaluate(node, scope)
    if not isinstance(found, str) or len(found) < SHORTEST:
        raise SettingMissing([f"security.clients: {what} has at least {SHORTEST} characters"])
    return found


def credentials(headers: Mapping[str, str], scheme: str) -> str:
    """What an `Authorization` header of this scheme (in lower case) carries, empty if there is none."""
    given, _, found = headers.get("authorization", "").partition(" ")
    return found.strip() if given.lower() == scheme else ""
