"""A client that proves a password without sending it: WSSE UsernameToken in a header."""

import hashlib
import hmac
import re
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from engine.clients.client import Client, Recognise, secret
from engine.errors import SettingMissing
from engine.mapping import evaluate
from engine.parts.fields import S, Value
from engine.parts.scalars import Duration

MOST = 100_000
"""Nonces remembered at a time; more callers within `tolerance` are turned away, not believed."""

_FIELD = re.compile(r'(\w+)="([^"]*)"')


class WsseClient(Client):
    """`X-WSSE: UsernameToken Username="…", PasswordDigest="…", Nonce="…", Created="…"`.

    The digest is base64(sha1(nonce + created + password)), the nonce written as base64. Each nonce is believed once in
    one engine; with several engines on one address, keep `tolerance` short.
    """

    noun = "a wsse client"
    proof: ClassVar[str] = "user and a digest of the password (WSSE)"
    challenge: ClassVar[str] = 'WSSE realm="engine", profile="UsernameToken"'

    type: Literal["wsse"]
    username: Annotated[Value, Field(description="its user", examples=["shop"])]
    password: Annotated[
        Value, Field(description="its password or key, from a secret setting", examples=["=settings.shop_key"])
    ]
    tolerance: Annotated[S[Duration], Field(description="how old a header may be", examples=["5m"])] = 300.0

    @property
    def scheme(self) -> Mapping[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-WSSE"}

    def open(self, scope: Mapping[str, Any]) -> Recognise:
        user, password = evaluate(self.username, scope), secret(self.password, scope, "a password").encode()
        if not isinstance(user, str) or not user:
            raise SettingMissing(["security.clients: a user is a text"])
        nonces = _Nonces(float(self.tolerance))

        async def recognise(headers: Mapping[str, str], body: bytes) -> bool:
            given = dict(_FIELD.findall(headers.get("x-wsse", "")))
            nonce, created = given.get("Nonce", ""), given.get("Created", "")
            try:
                salt, at = b64decode(nonce, validate=True), datetime.fromisoformat(created)
            except ValueError:
                return False
            if (
                not salt
                or at.tzinfo is None
                or not hmac.compare_digest(given.get("Username", "").encode(), user.encode())
            ):
                return False
            digest = hashlib.sha1(salt + created.encode() + password, usedforsecurity=False).digest()
            expected, shown = b64encode(digest), given.get("PasswordDigest", "").encode()
            return hmac.compare_digest(shown, expected) and nonces.believes(nonce, at.timestamp())

        return recognise


class _Nonces:
    """Those seen, each until its header is too old to be believed anyway."""

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self._seen: dict[str, float] = {}

    def believes(self, nonce: str, created: float) -> bool:
        now = time.time()
        if abs(now - created) > self._tolerance or nonce in self._seen:
            return False
        if len(self._seen) >= MOST:
            self._seen = {seen: until for seen, until in self._seen.items() if until >= now}
        if len(self._seen) >= MOST:
            return False
        self._seen[nonce] = created + self._tolerance
        return True
