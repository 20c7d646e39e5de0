"""User and password."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.credentials.credentials import Credentials, Shown, text_of
from engine.parts.fields import Value


class Password(Credentials):
    """User and password: `{type: password, username: =settings.user, password: =settings.password}`."""

    noun = "password auth"

    type: Literal["password"]
    password: Annotated[
        Value, Field(description="the password, from a secret setting", examples=["=settings.password"])
    ]

    def shown(self, scope: Mapping[str, Any], owner: str) -> Shown:
        return Shown(text_of(self.username, scope, owner, "username"), text_of(self.password, scope, owner, "password"))
