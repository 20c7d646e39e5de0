"""A client with user and password (RFC 7617)."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from engine.clients.client import Client, Recognise, credentials, secret
from engine.errors import SettingMissing
from engine.mapping import evaluate
from engine.parts.fields import Value


class BasicClient(Client):
    """`Authorization: Basic …`: `{type: basic, username: shop, password: =settings.shop_password, may: {…}}`."""

    noun = "a basic client"
    proof: ClassVar[str] = "user and password (basic)"
    challenge: ClassVar[str] = 'Basic realm="engine", charset="UTF-8"'

    type: Literal["basic"]
    username: Annotated[Value, Field(description="its user", examples=["shop"])]
    password: Annotated[
        Value, Field(description="its password, from a secret setting", examples=["=settings.shop_password"])
    ]

    @property
    def scheme(self) -> Mapping[str, str]:
        return {"type": "http", "scheme": "basic"}

    def open(self, scope: Mapping[str, Any]) -> Recognise:
        user = evaluate(self.username, scope)
        if not isinstance(user, str) or not user or ":" in user:
            raise SettingMissing(["security.clients: a user is a text without a colon"])
        expected = b64encode(f"{user}:{secret(self.password, scope, 'a password')}".encode())

        async def recognise(headers: Mapping[str, str], body: bytes) -> bool:
            return hmac.compare_digest(credentials(headers, "basic").encode("utf-8", "replace"), expected)

        return recognise
