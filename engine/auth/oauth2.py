"""OAuth 2 as a client (RFC 6749): client credentials, password, refresh."""

from base64 import b64encode
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote, urlencode

from pydantic import Field

from engine.auth.auth import Auth, Opening, Signer
from engine.auth.tokens import Token, TokenSigner, deadline
from engine.errors import Refused, Unreachable
from engine.exchange import Trace
from engine.formats.format import Undecodable
from engine.formats.json import dumps, loads
from engine.http.addresses import joined
from engine.http.headers import Headers
from engine.mapping import Constant
from engine.parts.fields import Value
from engine.parts.scalars import Text, Whole

if TYPE_CHECKING:
    from engine.http.client import HttpReply

TIMEOUT = 10.0
_NOTHING = Constant(None)


class OAuth2(Auth):
    """`{type: oauth2, token_url: /oauth2-token, client_id: =settings.client, client_secret: =settings.secret}`."""

    noun = "oauth2 auth"

    type: Literal["oauth2"]
    grant: Annotated[
        Literal["client_credentials", "password"],
        Field(description="how the first token is asked for", examples=["client_credentials"]),
    ] = "client_credentials"
    token_url: Annotated[
        Value,
        Field(description="address of the token endpoint, or a path on this connection", examples=["/oauth2-token"]),
    ]
    client_id: Annotated[Value, Field(description="the client's id", examples=["=settings.client"])] = _NOTHING
    client_secret: Annotated[Value, Field(description="the client's secret", examples=["=settings.secret"])] = _NOTHING
    client_auth: Annotated[Literal["body", "basic"], Field(description="where id and secret go", examples=["body"])] = (
        "body"
    )
    username: Annotated[Value, Field(description="for the password grant", examples=["=settings.user"])] = _NOTHING
    password: Annotated[Value, Field(description="for the password grant", examples=["=settings.password"])] = _NOTHING
    scope: Annotated[Value, Field(description="what is asked for", examples=["orders:write"])] = _NOTHING
    format: Annotated[Literal["form", "json"], Field(description="how the request is written", examples=["form"])] = (
        "form"
    )
    headers: Annotated[
        dict[Text, Text],
        Field(description="more headers of the token request", examples=[{"Accept": "application/json"}]),
    ] = Field(default_factory=dict)
    renew_on: Annotated[
        tuple[Whole, ...], Field(description="statuses that say the token has ended", examples=[[401]])
    ] = (401,)

    def open(self, opening: Opening) -> Signer:
        exchange = _Exchange(self, opening)
        return TokenSigner(exchange.token, frozenset(self.renew_on))


class _Exchange:
    """Asks for tokens; remembers the refresh token between two."""

    def __init__(self, auth: OAuth2, opening: Opening) -> None:
        self._auth = auth
        self._opening = opening
        self._refresh: str | None = None

    async def token(self, trace: Trace) -> Token:
        refresh, self._refresh = self._refresh, None
        if refresh is not None:
            try:
                return await self._ask({"grant_type": "refresh_token", "refresh_token": refresh}, trace)
            except Refused:
                pass  # the refresh token has ended too: ask from the start
        return await self._ask(self._first(), trace)

    def _first(self) -> dict[str, str]:
        fields: dict[str, str] = {"grant_type": self._auth.grant}
        keys = ("username", "password", "scope") if self._auth.grant == "password" else ("scope",)
        for key in keys:
            if getattr(self._auth, key) != _NOTHING:
                fields[key] = self._opening.text(getattr(self._auth, key), key)
        return fields

    async def _ask(self, fields: dict[str, str], trace: Trace) -> Token:
        from engine.http.client import HttpRequest

        auth, opening = self._auth, self._opening
        headers = {"Accept": "application/json", **auth.headers}
        if auth.client_id != _NOTHING:
            client, secret = (
                opening.text(auth.client_id, "client_id"),
                opening.text(auth.client_secret, "client_secret"),
            )
            if auth.client_auth == "basic":
                code = b64encode(f"{quote(client, safe='')}:{quote(secret, safe='')}".encode()).decode()
                opening.redactor.learn(code)
                headers["Authorization"] = f"Basic {code}"
            else:
                fields = {**fields, "client_id": client, "client_secret": secret}
        content, kind = _body(fields, auth.format)
        headers["Content-Type"] = kind
        url = joined(await opening.base(trace) + "/", opening.text(auth.token_url, "token_url"))
        request = HttpRequest("POST", url, Headers(headers).pairs(), content, TIMEOUT)

        async def asked() -> Token:
            return self._read(await opening.fetch(request, trace))

        return await opening.repeat(asked)

    def _read(self, reply: "HttpReply") -> Token:
        try:
            body: Any = loads(reply.content)
        except Undecodable:
            body = None
        answer = body if isinstance(body, dict) else {}
        if reply.status >= 300:
            words = (
                answer.get("error_description")
                or answer.get("error")
                or answer.get("message")
                or f"status {reply.status}"
            )
            raise Refused(
                f"the token was refused: {words}",
                code=str(answer.get("error", "")),
                status=reply.status,
                temporary=reply.status >= 500,
            )
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise Unreachable(
                "the token request was answered without an access_token", cause="garbage", may_have_happened=False
            )
        self._opening.redactor.learn(token)
        refresh = answer.get("refresh_token")
        if isinstance(refresh, str) and refresh:
            self._opening.redactor.learn(refresh)
            self._refresh = refresh
        return Token(Headers({"Authorization": f"Bearer {token}"}), deadline(answer.get("expires_in")), {})


def _body(fields: dict[str, str], format: str) -> tuple[bytes, str]:
    if format == "json":
        return dumps(fields), "application/json"
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"
