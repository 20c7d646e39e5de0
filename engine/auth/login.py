"""A login: one call brings a token, every other call carries it."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.auth.auth import Auth, Opening, Signer
from engine.auth.tokens import Token, TokenSigner, deadline
from engine.calls import CallSpec
from engine.errors import EngineError, Fault, MappingError, Unreachable
from engine.exchange import Trace
from engine.expression.operations import printed
from engine.http.headers import Headers
from engine.mapping import Node, evaluate
from engine.parts.fields import OF_REPLY, OF_TOKEN, Query, Value
from engine.parts.scalars import Text, Whole


class Login(Auth):
    """One login for a burst of exchanges, renewed once when it is refused."""

    noun = "login auth"

    type: Literal["login"]
    request: Annotated[
        CallSpec,
        Field(
            description="the call that logs in; its endpoint says `auth: {type: none}`",
            examples=[{"call": "erp.token", "body": {"user": "=settings.user", "password": "=settings.password"}}],
        ),
    ]
    token: Annotated[
        Query,
        OF_REPLY,
        Field(description="where the token is, over reply status headers", examples=["=reply.AccessToken"]),
    ]
    lifetime: Annotated[
        Query | None,
        OF_REPLY,
        Field(
            description="seconds the token lasts; without it, until it is refused", examples=["=reply.ExpiresInSeconds"]
        ),
    ] = None
    headers: Annotated[
        dict[Text, Value],
        OF_TOKEN,
        Field(
            description="what every call carries, over token; null leaves one out; default Authorization: Bearer …",
            examples=[{"Authorization": "Bearer {{ token }}"}],
        ),
    ] = Field(default_factory=dict)
    renew_on: Annotated[
        tuple[Whole, ...], Field(description="statuses that say the token has ended", examples=[[401]])
    ] = (401,)
    end: Annotated[
        CallSpec | None,
        OF_TOKEN,
        Field(
            description="the call that logs off when the engine stops, over token and the login's reply",
            examples=[{"call": "erp.logoff", "path": {"token": "=token"}}],
        ),
    ] = None

    def open(self, opening: Opening) -> Signer:
        async def fetch(trace: Trace) -> Token:
            scope = await opening.call(self.request, opening.scope, trace)
            return self._token(opening, scope)

        async def end(token: Token) -> None:
            if self.end is not None:
                try:
                    await opening.call(self.end, {**opening.scope, **token.scope}, Trace(payloads=False))
                except EngineError:
                    return  # the session ends by itself

        return TokenSigner(fetch, frozenset(self.renew_on), end if self.end else None)

    def _token(self, opening: Opening, reply: Mapping[str, Any]) -> Token:
        scope = {**opening.scope, **reply}
        token = self.token.compiled(scope)
        if token is None or token == "" or isinstance(token, (list, dict, bool)):
            raise Unreachable(
                f"{self.request.call} was answered without a token", cause="garbage", may_have_happened=False
            )
        text = printed(token)
        opening.redactor.learn(text)
        scope["token"] = text
        lifetime = self.lifetime.compiled(scope) if self.lifetime else None
        found = {name: _header(name, value, scope) for name, value in self.headers.items()}
        carried = {name: value for name, value in found.items() if value is not None}
        headers = carried if self.headers else {"Authorization": f"Bearer {text}"}
        return Token(Headers(headers), deadline(lifetime), {**reply, "token": text})


def _header(name: str, node: Node, scope: Mapping[str, Any]) -> str | None:
    value = evaluate(node, scope)
    try:
        return None if value is None else printed(value)
    except Fault as fault:
        raise MappingError(f"the header {name} of the login: {fault.message}") from None
