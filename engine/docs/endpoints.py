"""Calls with everything that holds for them resolved: the endpoint, its connection's defaults, the step's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.docs.shown import worded
from engine.docs.words import condition, rule
from engine.expression.expressions import Expression
from engine.parts.policies import Retry
from engine.protocols.http import HttpConnection, HttpEndpoint
from engine.protocols.http_endpoint import DEFAULT_TIMEOUT
from engine.protocols.soap import SoapEndpoint
from engine.protocols.sql import SqlConnection
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step
from engine.sql.endpoints.endpoint import SqlEndpoint

EFFECTS = {
    "read": "reads; changes nothing",
    "repeatable": "writes; sending twice does no harm",
    "once": "writes; sending twice would do it twice",
}


@dataclass(frozen=True)
class Operation:
    """One endpoint, as a call of it behaves.

    Attributes:
        name: `connection.endpoint`.
        what: what it does on the wire: verb and path, an operation, a statement.
        effect: `read`, `repeatable` or `once`.
        timeout, attempts, backoff, causes: as text, defaults resolved.
    """

    name: str
    what: str
    connection: HttpConnection | SqlConnection
    endpoint: HttpEndpoint | SqlEndpoint
    timeout: str
    attempts: str
    backoff: str
    causes: tuple[str, ...]

    @property
    def effect(self) -> str:
        return self.endpoint.what_twice

    @property
    def words(self) -> str:
        """Whose words a refusal has: those that the file says where to find, if it does."""
        if isinstance(self.endpoint, SqlEndpoint) or isinstance(self.connection, SqlConnection):
            return "those of the database"
        found = self.endpoint.error or self.connection.error
        if found is None or not isinstance(found.text, Expression):
            return "status and the first 200 characters"
        return rule(found.text)

    @property
    def accepted(self) -> str:
        """When a call counts as accepted."""
        if isinstance(self.endpoint, SqlEndpoint) or isinstance(self.connection, SqlConnection):
            return "the transaction is committed"
        success = self.endpoint.success or self.connection.success
        return condition(success) if success else "status 200 to 299"


def operation(integration: Integration, name: str, step: Step | None = None) -> Operation | None:
    """An endpoint by `connection.endpoint`; None if there is none, or its protocol has no endpoints of this kind."""
    connection, endpoint = integration.endpoint_called(name)
    if not isinstance(connection, (HttpConnection, SqlConnection)) or endpoint is None:
        return None
    retry = endpoint.retry or connection.retry or Retry()
    timeout = (step.timeout if step else None) or endpoint.timeout or connection.timeout or DEFAULT_TIMEOUT
    return Operation(
        name=name,
        what=_what(integration, endpoint),
        connection=connection,
        endpoint=endpoint,
        timeout=worded(timeout, integration, "duration"),
        attempts=worded(retry.attempts, integration),
        backoff=worded(retry.backoff, integration),
        causes=tuple(one for one in retry.causes if isinstance(connection, HttpConnection) or not one.isdigit()),
    )


def _what(integration: Integration, endpoint: HttpEndpoint | SqlEndpoint) -> str:
    if isinstance(endpoint, SoapEndpoint) and endpoint.operation:
        return f"operation {worded(endpoint.operation, integration)}"
    return endpoint.what


def operations(integration: Integration, message: Message) -> Iterator[Operation]:
    """The endpoints a message calls itself, each once, in order."""
    seen: set[str] = set()
    for step in message.steps:
        found = operation(integration, step.call, step) if step.call and step.call not in seen else None
        if found is not None:
            seen.add(found.name)
            yield found


def called_messages(integration: Integration, message: Message) -> list[str]:
    """The messages a message calls, as written: `prices`, `shop.update_stock`."""
    names = [step.call for step in message.steps if step.call and operation(integration, step.call) is None]
    return list(dict.fromkeys(names))


def all_operations(integration: Integration, message: Message, depth: int = 8) -> Iterator[Operation]:
    """The endpoints a message calls, itself and by other messages of its integration."""
    yield from operations(integration, message)
    for name in called_messages(integration, message):
        inner = integration.messages.get(name)
        if inner is not None and depth:
            yield from all_operations(integration, inner, depth - 1)
