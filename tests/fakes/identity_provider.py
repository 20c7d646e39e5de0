"""An identity provider: publishes the public keys it signs with, issues tokens, changes its keys, can be away."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .certificates import authority
from .serving import serving

ISSUER = "https://login.example.com/"


@dataclass
class IdentityProvider:
    """`keys` by id; `asked` counts the fetches of them; `status` other than 200 is an outage."""

    keys: dict[str, EllipticCurvePrivateKey] = field(default_factory=dict)
    asked: int = 0
    status: int = 200
    url: str = ""
    ca_file: Path = Path()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.asked += 1
            await Response(json.dumps({"keys": self._published()}), self.status)(scope, receive, send)

    def new_key(self, kid: str) -> None:
        self.keys[kid] = generate_private_key(SECP256R1())

    def token(self, kid: str, **claims: Any) -> str:
        """A token that lasts a minute; a claim that is None is left out."""
        said = {"iss": ISSUER, "aud": "engine", "exp": int(time()) + 60, "azp": "shop", **claims}
        present = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(present, self.keys[kid], "ES256", headers={"kid": kid})

    def _published(self) -> list[dict[str, Any]]:
        return [
            {**jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "use": "sig"}
            for kid, key in self.keys.items()
        ]


@contextmanager
def identity_provider(folder: Path) -> Iterator[IdentityProvider]:
    """Serve one over TLS, with one key named `first`."""
    found = IdentityProvider()
    found.new_key("first")
    tls = authority(folder)
    found.ca_file = tls.ca_file
    with serving(found, tls) as url:
        found.url = url
        yield found
