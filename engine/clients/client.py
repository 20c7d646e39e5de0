"""What every kind of client has: what it may do, and how it is recognised."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from engine.parts.fields import S
from engine.parts.part import Part
from engine.parts.scalars import Flag, Name, Network

Recognise = Callable[[Mapping[str, str], bytes], bool]
"""Tells from a request's headers (names in lower case) and its raw body whether it comes from a client."""


class May(Part):
    """What a client may do."""

    noun = "may"

    messages: Annotated[
        tuple[Name, ...], Field(description="messages it may call", examples=[["prices", "stock"]])
    ] = ()
    events: Annotated[tuple[Name, ...], Field(description="events it may post", examples=[["order_placed"]])] = ()
    operate: Annotated[Flag, Field(description="whether it may resend and discard", examples=[True])] = False


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

    signs: ClassVar[bool] = False
    """Whether the body must be read to tell who sent it."""

    @abstractmethod
    def open(self, scope: Mapping[str, Any]) -> Recognise:
        """Gives a function that tells whether a request comes from this client.

        Raises:
            SettingMissing: a setting does not fit.
        """
