"""No auth."""

from typing import Literal

from engine.auth.auth import Auth, Opening, Signer


class NoAuth(Auth):
    """Requests go out as they are; at an endpoint, the exception for the login itself."""

    noun = "auth none"

    type: Literal["none"]

    def open(self, opening: Opening) -> Signer:
        return Signer()
