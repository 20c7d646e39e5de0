"""A client with a token that an identity provider signed (RFC 7519, RFC 9068)."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from engine.clients.client import Client, Recognise, credentials
from engine.errors import SettingMissing
from engine.http.addresses import host_of, is_https
from engine.parts.fields import S
from engine.parts.scalars import Duration, Text

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a public key only: a token signed with a shared secret, or not at all, is none."""


class OAuth2Client(Client):
    """`Authorization: Bearer …`, a JWT: `{type: oauth2, issuer: https://login.example.com/, audience: engine, jwks: …}`."""

    noun = "an oauth2 client"
    proof: ClassVar[str] = "a token that its identity provider signed (OAuth 2, JWT)"
    challenge: ClassVar[str] = "Bearer"

    type: Literal["oauth2"]
    issuer: Annotated[
        S[Text], Field(description="who must have issued the token (iss)", examples=["https://login.example.com/"])
    ]
    audience: Annotated[S[Text], Field(description="for whom it must be meant (aud)", examples=["engine"])]
    jwks: Annotated[
        S[Text],
        Field(description="https address of the issuer's public keys", examples=["https://login.example.com/keys"]),
    ]
    ca: Annotated[
        S[Text] | None,
        Field(description="file of the authority that vouches for that address", examples=["/etc/engine/ca.pem"]),
    ] = None
    claims: Annotated[
        dict[Text, S[Text]],
        Field(
            description="what the token must say besides; of a list, or of words in `scope`, one must be it",
            examples=[{"azp": "shop", "scope": "erp.orders"}],
        ),
    ] = Field(default_factory=dict)
    leeway: Annotated[S[Duration], Field(description="how far the clocks may differ", examples=["30s"])] = 30.0

    @property
    def scheme(self) -> Mapping[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}

    def open(self, scope: Mapping[str, Any]) -> Recognise:
        url = str(self.jwks)
        if not is_https(url):
            raise SettingMissing([f"security.clients: jwks is an https address, not {host_of(url) or 'this'}"])
        import jwt  # here, for a file is checked without

        from engine.clients.keys import PublicKeys

        keys = PublicKeys(url, str(self.ca) if self.ca else None)

        async def recognise(headers: Mapping[str, str], body: bytes) -> bool:
            token = credentials(headers, "bearer")
            try:
                kid = jwt.get_unverified_header(token).get("kid", "")
                key = await keys.get(str(kid)) if token else None
                return key is not None and self._fits(
                    jwt.decode(
                        token,
                        key,
                        ALGORITHMS,
                        audience=str(self.audience),
                        issuer=str(self.issuer),
                        leeway=float(self.leeway),
                        options={"require": ["exp", "iss", "aud"]},
                    )
                )
            except jwt.PyJWTError:
                return False

        return recognise

    def _fits(self, claims: Mapping[str, Any]) -> bool:
        return all(str(wanted) in _said(claims.get(name), name) for name, wanted in self.claims.items())


def _said(value: Any, claim: str) -> list[Any]:
    if isinstance(value, list):
        return value
    return value.split() if claim == "scope" and isinstance(value, str) else [value]
