"""The session of another connection."""

from typing import Annotated, Literal

from pydantic import Field

from engine.auth.auth import Auth, Opening, Signer, Unsigned
from engine.exchange import Trace
from engine.parts.scalars import Name


class Shared(Auth):
    """Sign with another connection's token: `{type: shared, connection: erp}`."""

    noun = "shared auth"

    type: Literal["shared"]
    connection: Annotated[Name, Field(description="the connection whose session is used", examples=["erp"])]

    def open(self, opening: Opening) -> Signer:
        return _Borrowed(opening.other(self.connection))


class _Borrowed(Signer):
    """Another connection's signer: used, but never ended."""

    def __init__(self, owner: Signer) -> None:
        self._owner = owner
        self.renew_on = owner.renew_on

    async def sign(self, request: Unsigned, trace: Trace) -> object:
        return await self._owner.sign(request, trace)

    async def renew(self, ticket: object) -> None:
        await self._owner.renew(ticket)
