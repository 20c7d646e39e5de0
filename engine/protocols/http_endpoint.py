"""An endpoint ready for calls: its connection's defaults merged in, everything that does not change computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.auth.auth import Signer
from engine.calls import ABSENT
from engine.errors import Fault, MappingError, SettingMissing
from engine.expression.expressions import Query
from engine.expression.operations import truth
from engine.http.headers import Headers
from engine.http.retry import Policy
from engine.mapping import Node, evaluate
from engine.parts.policies import ErrorRule, Retry
from engine.protocols.http_request import put_headers

if TYPE_CHECKING:
    from engine.protocols.http import HttpConnection, HttpEndpoint, Operation
    from engine.protocols.http_address import Address

DEFAULT_TIMEOUT = 10.0
_AGENT = {"User-Agent": "engine/1"}
_WITHOUT_BODY = ("GET", "HEAD", "DELETE")


@dataclass(frozen=True, repr=False)
class ReadyEndpoint:
    """One operation.

    Attributes:
        where: `integration.connection.endpoint`, for messages.
        headers, query, body: what every call of it carries; the call's own wins.
        blocks: header blocks of every envelope.
    """

    where: str
    endpoint: HttpEndpoint
    operation: Operation
    address: Address
    signer: Signer
    timeout: float
    success: Query | None
    error: ErrorRule | None
    policy: Policy
    headers: Headers
    query: Mapping[str, Any]
    body: Mapping[str, Any] | None
    blocks: tuple[Any, ...]

    def has_content(self, body: Any) -> bool:
        """Whether a call of such a body sends one."""
        return body is not ABSENT or self.body is not None or self.operation.codec.needs_body

    def content(self, body: Any, blocks: Sequence[Any]) -> bytes | None:
        """A call's body as it is sent; None where there is none.

        Args:
            blocks: header blocks that its auth adds to the envelope.

        Raises:
            MappingError: it has no form in the endpoint's format.
        """
        if body is ABSENT:
            if not self.has_content(body):
                return None
            body = self.body
        elif self.body is not None and isinstance(body, dict):
            body = {**self.body, **body}
        try:
            return self.operation.codec.encode_with(body, (*self.blocks, *blocks))
        except Fault as fault:
            raise MappingError(f"{self.where}: the body cannot be written: {fault.message}") from None

    def accepts(self, scope: Mapping[str, Any]) -> bool:
        """Whether a reply is a yes; a rule that fails says no, and so does what is a refusal in its very format."""
        if self.operation.codec.said_no(scope["reply"]) is not None:
            return False
        if self.success is None:
            return bool(200 <= scope["status"] < 300)
        try:
            return truth(self.success.compiled(scope))
        except MappingError:
            return False

    def records(self, scope: Mapping[str, Any]) -> list[Any] | None:
        """The records of a reply; None where the endpoint has none."""
        if self.endpoint.records is None:
            return None
        found = self.endpoint.records.compiled(scope)
        if found is None:
            return []
        return found if isinstance(found, list) else [found]


def ready(
    where: str,
    endpoint: HttpEndpoint,
    operation: Operation,
    address: Address,
    connection: HttpConnection,
    signer: Signer,
    scope: Mapping[str, Any],
) -> ReadyEndpoint:
    """An endpoint in its connection.

    Raises:
        SettingMissing: a header, parameter or field cannot be built from the settings.
    """
    query = {**connection.query, **endpoint.query}
    bodies = [endpoint.body] if operation.method in _WITHOUT_BODY else [connection.body, endpoint.body]
    return ReadyEndpoint(
        where=where,
        endpoint=endpoint,
        operation=operation,
        address=address,
        signer=signer,
        timeout=endpoint.timeout or connection.timeout or DEFAULT_TIMEOUT,
        success=endpoint.success or connection.success,
        error=endpoint.error or connection.error,
        policy=policy_of(endpoint.retry or connection.retry),
        headers=_built(where, lambda: _headers(operation.headers, connection.headers, endpoint.headers, scope)),
        query=_built(where, lambda: _values(query, scope)),
        body=_built(where, lambda: _body(bodies, scope)),
        blocks=_built(where, lambda: connection.blocks(operation, scope)),
    )


def policy_of(retry: Retry | None) -> Policy:
    """How calls are repeated, by what is written, or by what holds where nothing is."""
    retry = retry or Retry()
    return Policy(retry.attempts, retry.backoff, frozenset(retry.causes))


def _built(where: str, build: Callable[[], Any]) -> Any:
    try:
        return build()
    except (MappingError, Fault) as error:
        place = f"{error.mark}: " if isinstance(error, MappingError) and error.mark else ""
        raise SettingMissing([f"{where}: {place}{error.message}"]) from None  # without the data, which may be a secret


def _values(nodes: Mapping[str, Node], scope: Mapping[str, Any]) -> dict[str, Any]:
    return {name: evaluate(node, scope) for name, node in nodes.items()}


def _headers(
    own: Mapping[str, str], far: Mapping[str, Node], near: Mapping[str, Node], scope: Mapping[str, Any]
) -> Headers:
    headers = Headers({**_AGENT, **own})
    for nodes in (far, near):
        put_headers(headers, _values(nodes, scope))
    return headers


def _body(nodes: list[Node | None], scope: Mapping[str, Any]) -> dict[str, Any] | None:
    bodies = [evaluate(node, scope) for node in nodes if node is not None]
    if any(not isinstance(body, dict) for body in bodies):
        raise MappingError("`body` here holds the fields of every body: an object")
    return {name: value for body in bodies for name, value in body.items()} if bodies else None
