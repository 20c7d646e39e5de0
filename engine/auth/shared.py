"""The session of another connection."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from engine.auth.auth import Auth, Opening, Signer
from engine.parts.scalars import Name


class Shared(Auth):
    """Sign with another connection's token: `{type: shared, connection: erp}`."""

    noun = "shared auth"

    type: Literal["shared"]
    connection: Annotated[Name, Field(description="the connection whose session is used")]

    def open(self, opening: Opening) -> Signer:
        return opening.other(self.connection)
