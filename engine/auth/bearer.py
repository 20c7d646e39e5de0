"""A token that an administrator sets (RFC 6750)."""

from typing import Annotated, Literal

from pydantic import Field

from engine.auth.auth import Auth, Opening, Signer
from engine.auth.fixed import FixedHeaders
from engine.parts.fields import Value


class Bearer(Auth):
    """`Authorization: Bearer …`: `{type: bearer, token: =settings.token}`."""

    noun = "bearer auth"

    type: Literal["bearer"]
    token: Annotated[Value, Field(description="the token, from a secret setting", examples=["=settings.token"])]

    def open(self, opening: Opening) -> Signer:
        return FixedHeaders({"Authorization": f"Bearer {opening.text(self.token, 'token')}"})
