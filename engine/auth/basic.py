"""User and password in every request (RFC 7617)."""

from base64 import b64encode
from typing import Annotated, Literal

from pydantic import Field

from engine.auth.auth import Auth, Opening, Signer
from engine.auth.fixed import FixedHeaders
from engine.parts.fields import Value


class Basic(Auth):
    """HTTP Basic: `{type: basic, username: =settings.user, password: =settings.password}`."""

    noun = "basic auth"

    type: Literal["basic"]
    username: Annotated[Value, Field(description="the user", examples=["=settings.user"])]
    password: Annotated[
        Value, Field(description="the password, from a secret setting", examples=["=settings.password"])
    ]

    def open(self, opening: Opening) -> Signer:
        pair = f"{opening.text(self.username, 'username')}:{opening.text(self.password, 'password')}"
        code = b64encode(pair.encode()).decode()
        opening.redactor.learn(code)
        return FixedHeaders({"Authorization": f"Basic {code}"})
