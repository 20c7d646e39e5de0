"""`security:` who may call us."""

from typing import Annotated

from pydantic import Field

from engine.clients.client import Client
from engine.parts.fields import S
from engine.parts.part import Part
from engine.parts.registry import OneOf
from engine.parts.scalars import Name, Network

LOOPBACK = ("127.0.0.0/8", "::1/128")


class Security(Part):
    """Networks and clients; without it an integration is served on loopback only."""

    noun = "security"

    allow: Annotated[
        S[tuple[Network, ...]],
        Field(description="networks that may connect, IPv4 and IPv6", examples=[["10.20.0.0/16"]]),
    ] = LOOPBACK
    clients: Annotated[
        dict[Name, Annotated[Client, OneOf("engine.clients")]],
        Field(
            description="who may call what, by name",
            examples=[{"shop": {"type": "bearer", "token": "=settings.shop_token", "may": {"messages": ["prices"]}}}],
        ),
    ] = Field(default_factory=dict)
