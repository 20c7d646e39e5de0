"""A client with a token of its own."""

import hmac
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from engine.clients.client import Client, Recognise, credentials, secret
from engine.parts.fields import Value


class BearerClient(Client):
    """`Authorization: Bearer …`: `{type: bearer, token: =settings.shop_token, may: {messages: [prices]}}`."""

    noun = "a bearer client"
    proof: ClassVar[str] = "a token of its own (bearer)"
    challenge: ClassVar[str] = "Bearer"

    type: Literal["bearer"]
    token: Annotated[Value, Field(description="its token, from a secret setting", examples=["=settings.shop_token"])]

    def open(self, scope: Mapping[str, Any]) -> Recognise:
        expected = secret(self.token, scope, "a bearer token").encode()

        async def recognise(headers: Mapping[str, str], body: bytes) -> bool:
            return hmac.compare_digest(credentials(headers, "bearer").encode("utf-8", "replace"), expected)

        return recognise
