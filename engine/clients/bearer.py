"""A client with a token of its own."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.clients.client import Client, Recognise
from engine.errors import SettingMissing
from engine.mapping import evaluate
from engine.parts.fields import Value


class BearerClient(Client):
    """`Authorization: Bearer …`: `{type: bearer, token: =settings.shop_token, may: {messages: [prices]}}`."""

    noun = "a bearer client"

    type: Literal["bearer"]
    token: Annotated[Value, Field(description="its token, from a secret setting", examples=["=settings.shop_token"])]

    def open(self, scope: Mapping[str, Any]) -> Recognise:
        token = evaluate(self.token, scope)
        if not isinstance(token, str) or len(token) < 8:
            raise SettingMissing(["security.clients: a bearer token has at least 8 characters"])
        expected = token.encode()

        def recognise(headers: Mapping[str, str], body: bytes) -> bool:
            scheme, _, given = headers.get("authorization", "").partition(" ")
            return (
                hmac.compare_digest(given.strip().encode("utf-8", "replace"), expected) and scheme.lower() == "bearer"
            )

        return recognise
