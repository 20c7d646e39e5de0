"""One file: an integration."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr, WithJsonSchema

from engine.notices.notify import Notify
from engine.parts.fields import S, Schema
from engine.parts.part import Part
from engine.parts.registry import OneOf
from engine.parts.scalars import Duration, Flag, Name, OwnName, Text, Zone, wrong
from engine.protocols.connection import Connection
from engine.spec.events import Event
from engine.spec.flows import Flow
from engine.spec.messages import Message
from engine.spec.security import Security
from engine.spec.settings import Setting


def _version(value: Any) -> int:
    if str(value) != "1":
        raise wrong("the version of the language is 1", "write `engine: 1`")
    return 1


class Log(Part):
    """What the journal keeps."""

    noun = "log"

    payloads: Annotated[
        S[Flag],
        Field(
            description="whether requests and replies, SQL statements and rows are kept, redacted",
            examples=["=settings.log_payloads"],
        ),
    ] = False
    keep: Annotated[S[Duration], Field(description="how long exchanges are kept", examples=["30d"])] = 30 * 86400.0
    redact: Annotated[
        tuple[Text, ...],
        Field(description="names of fields whose values are struck out, at any depth", examples=[["email", "phone"]]),
    ] = ()


class Integration(Part):
    """One file: the systems it talks to, the messages they exchange, who may call."""

    noun = "an integration"

    engine: Annotated[
        int,
        BeforeValidator(_version),
        WithJsonSchema({"const": 1}),
        Field(description="version of the language: 1", examples=[1]),
    ]
    name: Annotated[Name, Field(description="the file's name; part of every URL", examples=["acme"])]
    title: Annotated[Text | None, Field(description="for people", examples=["Acme ERP"])] = None
    description: Annotated[
        Text | None, Field(description="for people", examples=["Prices and stock of the Acme ERP in real time"])
    ] = None
    zone: Annotated[
        S[Zone], Field(description="of times without offset, and of cron", examples=["America/Chicago"])
    ] = "UTC"
    uses: Annotated[
        dict[OwnName, Name],
        Field(description="other integrations by a local name: {shop: webshop}", examples=[{"shop": "webshop"}]),
    ] = Field(default_factory=dict)
    settings: Annotated[
        dict[OwnName, Setting],
        Field(
            description="what an administrator sets", examples=[{"url": {"type": "url"}, "token": {"type": "secret"}}]
        ),
    ] = Field(default_factory=dict)
    connections: Annotated[
        dict[Name, Annotated[Connection, OneOf("engine.protocols")]],
        Field(
            description="the remote systems",
            examples=[
                {
                    "erp": {
                        "type": "rest",
                        "url": "=settings.url",
                        "endpoints": {"price": {"method": "GET", "path": "/items/{sku}/price"}},
                    }
                }
            ],
        ),
    ] = Field(default_factory=dict)
    schemas: Annotated[
        dict[Name, Schema],
        Field(
            description="JSON Schemas by name",
            examples=[{"order": {"type": "object", "required": ["no"], "properties": {"no": {"type": "string"}}}}],
        ),
    ] = Field(default_factory=dict)
    messages: Annotated[
        dict[Name, Message],
        Field(
            description="business exchanges",
            examples=[
                {
                    "price": {
                        "steps": [{"call": "erp.price", "save": "found", "path": {"sku": "=input.sku"}}],
                        "reply": {"sku": "=input.sku", "unit_price": "=found.price"},
                    }
                }
            ],
        ),
    ] = Field(default_factory=dict)
    security: Annotated[
        Security | None,
        Field(
            description="who may call; default: loopback only",
            examples=[
                {
                    "allow": ["10.20.0.0/16"],
                    "clients": {
                        "shop": {"type": "bearer", "token": "=settings.shop_token", "may": {"messages": ["price"]}}
                    },
                }
            ],
        ),
    ] = None
    log: Annotated[Log, Field(description="what the journal keeps", examples=[{"payloads": False, "keep": "30d"}])] = (
        Field(default_factory=Log)
    )
    events: Annotated[
        dict[Name, Event],
        Field(description="what may be posted to us", examples=[{"order_placed": {"schema": "commerce.order"}}]),
    ] = Field(default_factory=dict)
    flows: Annotated[
        dict[Name, Flow],
        Field(
            description="when and from where records travel",
            examples=[
                {"orders": {"trigger": {"event": "order_placed"}, "key": "=event.customer_id", "send": "create_order"}}
            ],
        ),
    ] = Field(default_factory=dict)
    migrate: Annotated[
        tuple[Name, ...],
        Field(description="the flows of the first migration, in order", examples=[["customers_in", "orders_in"]]),
    ] = ()
    notify: Annotated[
        tuple[Annotated[Notify, OneOf("engine.notices")], ...],
        Field(
            description="who is told of what needs a person",
            examples=[[{"type": "email", "to": "=settings.alert_emails", "events": ["parked", "offline"]}]],
        ),
    ] = ()

    def message_called(self, call: str) -> tuple[str, str] | None:
        """The (integration, message) that a name in this file stands for; None: it is an endpoint, or nothing."""
        first, dot, second = call.partition(".")
        if not dot:
            return (self.name, first) if first else None
        used = first in self.uses and first not in self.connections
        return (self.uses[first], second) if used else None

    def endpoint_called(self, call: str | None) -> tuple[Connection | None, Any]:
        """The connection that `connection.endpoint` names, and its endpoint; None for what there is not."""
        name, _, endpoint = (call or "").partition(".")
        connection = self.connections.get(name)
        return connection, (getattr(connection, "endpoints", None) or {}).get(endpoint)

    @cached_property
    def known_schemas(self) -> Mapping[str, Any]:
        """Its schemas by name, and those of its tables, as `connection.TABLE`."""
        tables = {
            f"{name}.{table}": schema
            for name, connection in self.connections.items()
            if connection is not None
            for table, schema in connection.schemas.items()
        }
        return {**tables, **self.schemas}

    _folder: Path | None = PrivateAttr(None)

    @property
    def folder(self) -> Path | None:
        """Where its file stands; None if it is from no file."""
        return self._folder

    def standing_in(self, file: str) -> "Integration":
        """The same, knowing its file."""
        self._folder = Path(file).parent
        return self
