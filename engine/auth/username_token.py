"""WS-Security: user and password in the header of every SOAP envelope (OASIS UsernameToken Profile 1.1)."""

import secrets
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha1
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.auth.auth import Auth, Opening, Signer, Unsigned
from engine.exchange import Trace
from engine.formats.format import Undecodable
from engine.formats.xml import root
from engine.parts.fields import Value
from engine.parts.scalars import Duration, Flag

_OASIS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss"
_WSSE = f"{_OASIS}-wssecurity-secext-1.0.xsd"
_WSU = f"{_OASIS}-wssecurity-utility-1.0.xsd"
_PROFILE = f"{_OASIS}-username-token-profile-1.0"
_BASE64 = f"{_OASIS}-soap-message-security-1.0#Base64Binary"


class UsernameToken(Auth):
    """WS-Security, for soap connections: `{type: username_token, username: =settings.user, password: =settings.password}`."""

    noun = "username_token auth"

    type: Literal["username_token"]
    username: Annotated[Value, Field(description="the user", examples=["=settings.user"])]
    password: Annotated[
        Value, Field(description="the password, from a secret setting", examples=["=settings.password"])
    ]
    digest: Annotated[
        Flag, Field(description="send a digest of the password with a nonce and the time", examples=[True])
    ] = False
    lifetime: Annotated[
        Duration | None,
        Field(description="how long an envelope is good, as a Timestamp; default: it does not say", examples=["5m"]),
    ] = None

    def open(self, opening: Opening) -> Signer:
        return _Blocks(self, opening.text(self.username, "username"), opening.text(self.password, "password"))

    @staticmethod
    def is_shown(content: bytes) -> bool:
        """Whether the header of an envelope says who sends it."""
        try:
            envelope = root(content)
        except Undecodable:
            return False
        return bool(envelope.findtext(f"{{*}}Header/{{{_WSSE}}}Security/{{{_WSSE}}}UsernameToken/{{{_WSSE}}}Username"))


class _Blocks(Signer):
    """Adds a fresh `Security` block to every envelope."""

    def __init__(self, auth: UsernameToken, username: str, password: str) -> None:
        self._auth = auth
        self._username = username
        self._password = password

    async def sign(self, request: Unsigned, trace: Trace) -> object:
        request.blocks.append(self._security(datetime.now(UTC), secrets.token_bytes(16)))
        return None

    def _security(self, now: datetime, nonce: bytes) -> Any:
        from lxml.etree import Element

        security = Element(f"{{{_WSSE}}}Security", nsmap={"wsse": _WSSE, "wsu": _WSU})
        if self._auth.lifetime is not None:
            timestamp = _added(security, f"{{{_WSU}}}Timestamp")
            _added(timestamp, f"{{{_WSU}}}Created", _written(now))
            _added(timestamp, f"{{{_WSU}}}Expires", _written(now + timedelta(seconds=self._auth.lifetime)))
        token = _added(security, f"{{{_WSSE}}}UsernameToken")
        _added(token, f"{{{_WSSE}}}Username", self._username)
        if not self._auth.digest:
            _added(token, f"{{{_WSSE}}}Password", self._password, Type=f"{_PROFILE}#PasswordText")
            return security
        digest = sha1(nonce + _written(now).encode() + self._password.encode()).digest()  # noqa: S324  # as the profile says
        _added(token, f"{{{_WSSE}}}Password", b64encode(digest).decode(), Type=f"{_PROFILE}#PasswordDigest")
        _added(token, f"{{{_WSSE}}}Nonce", b64encode(nonce).decode(), EncodingType=_BASE64)
        _added(token, f"{{{_WSU}}}Created", _written(now))
        return security


def _added(above: Any, tag: str, text: str | None = None, **attributes: str) -> Any:
    from lxml.etree import SubElement

    element = SubElement(above, tag, attributes)
    element.text = text
    return element


def _written(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"
