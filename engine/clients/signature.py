"""A client that signs what it posts: a webhook."""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from engine.clients.client import Client, Recognise, secret
from engine.parts.fields import S, Value
from engine.parts.scalars import Duration, Text

_PLACES = re.compile(r"\{(\w+)\}")
_FORMS: Mapping[str, Callable[[bytes], str]] = {
    "hex": lambda digest: digest.hex(),
    "base64": lambda digest: base64.b64encode(digest).decode(),
}


class SignatureClient(Client):
    """An HMAC of the raw body in a header: `{type: signature, header: Webhook-Signature, secret: =settings.hook_secret}`."""

    noun = "a signature client"
    proof: ClassVar[str] = "a signature of what it posts (HMAC)"
    signs: ClassVar[bool] = True

    type: Literal["signature"]
    header: Annotated[Text, Field(description="the header that carries the signature", examples=["Webhook-Signature"])]
    secret: Annotated[
        Value, Field(description="the shared secret, from a secret setting", examples=["=settings.hook_secret"])
    ]
    algorithm: Annotated[
        Literal["sha256", "sha384", "sha512", "sha1"], Field(description="of the HMAC", examples=["sha256"])
    ] = "sha256"
    encoding: Annotated[
        Literal["hex", "base64"], Field(description="how the signature is written", examples=["hex"])
    ] = "hex"
    parts: Annotated[
        Text,
        Field(
            description="what stands in the header: {signature}, and {timestamp} if it has one",
            examples=["t={timestamp},v1={signature}"],
        ),
    ] = "{signature}"
    signed: Annotated[
        Text,
        Field(
            description="what is signed: {body}, and {timestamp} or a header's {name}", examples=["{timestamp}.{body}"]
        ),
    ] = "{body}"
    tolerance: Annotated[S[Duration], Field(description="how old a signed timestamp may be", examples=["5m"])] = 300.0

    @property
    def scheme(self) -> Mapping[str, str]:
        return {"type": "apiKey", "in": "header", "name": self.header}

    def open(self, scope: Mapping[str, Any]) -> Recognise:
        pattern, key = _pattern(self.parts), secret(self.secret, scope, "a secret for signatures").encode()

        async def recognise(headers: Mapping[str, str], body: bytes) -> bool:
            given = [found.groupdict() for found in pattern.finditer(headers.get(self.header.lower(), ""))]
            return any(self._is_right(key, parts, headers, body) for parts in given)

        return recognise

    def _is_right(self, key: bytes, parts: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> bool:
        timestamp = parts.get("timestamp")
        if timestamp is not None and abs(time.time() - float(timestamp)) > float(self.tolerance):
            return False
        known = {**{name.replace("-", "_"): value for name, value in headers.items()}, **parts}
        text = b"".join(
            body if name == "body" else known.get(name, "").encode() if name else literal.encode()
            for literal, name in _pieces(self.signed)
        )
        expected = _FORMS[self.encoding](hmac.new(key, text, getattr(hashlib, self.algorithm)).digest())
        signature = parts.get("signature", "")
        if self.encoding == "hex":
            signature = signature.lower()
        return hmac.compare_digest(signature.encode(), expected.encode())


def _pattern(parts: str) -> re.Pattern[str]:
    """`t={timestamp},v1={signature}` as a pattern; a header may carry several, as when a secret is being changed."""
    forms = {"timestamp": r"(?P<timestamp>\d{1,12})", "signature": r"(?P<signature>[A-Za-z0-9+/_=-]+)"}
    return re.compile(
        "".join(forms.get(name, r"[^,]*") if name else re.escape(literal) for literal, name in _pieces(parts))
    )


def _pieces(text: str) -> list[tuple[str, str]]:
    """`(literal, "")` and `("", name)` in turn."""
    found: list[tuple[str, str]] = []
    at = 0
    for place in _PLACES.finditer(text):
        found += [(text[at : place.start()], ""), ("", place[1])]
        at = place.end()
    return [piece for piece in (*found, (text[at:], "")) if piece != ("", "")]
