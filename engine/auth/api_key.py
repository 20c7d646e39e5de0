"""A key in a header or a query parameter."""

from typing import Annotated, Literal

from pydantic import Field

from engine.auth.auth import Auth, Opening, Signer
from engine.auth.fixed import FixedHeaders
from engine.parts.fields import Value
from engine.parts.scalars import Text


class ApiKey(Auth):
    """`{type: api_key, header: {X-Api-Key: =settings.key}}`, or `query: {api_key: =settings.key}`."""

    noun = "api_key auth"

    type: Literal["api_key"]
    header: Annotated[
        dict[Text, Value], Field(description="header names and values", examples=[{"X-Api-Key": "=settings.key"}])
    ] = Field(default_factory=dict)
    query: Annotated[
        dict[Text, Value], Field(description="parameter names and values", examples=[{"api_key": "=settings.key"}])
    ] = Field(default_factory=dict)

    def open(self, opening: Opening) -> Signer:
        headers = {name: opening.text(value, f"header.{name}") for name, value in self.header.items()}
        query = {name: opening.text(value, f"query.{name}") for name, value in self.query.items()}
        return FixedHeaders(headers, query)
