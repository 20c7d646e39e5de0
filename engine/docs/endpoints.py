"""Calls with everything that holds for them resolved: the endpoint, its connection's defaults, the step's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.docs.shown import worded
from engine.expression.expressions import Expression
from engine.parts.policies import Retry
from engine.protocols.http import HttpConnection, HttpEndpoint
from engine.protocols.http_endpoint import DEFAULT_TIMEOUT
from engine.spec.integration import Integration
from engine.spec.messages import Message, Step

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
        effect: `read`, `repeatable` or `once`.
        timeout, attempts, backoff, causes: as text, defaults resolved.
        reply: name of the reply's schema, empty if it has none in the file.
    """

    name: str
    connection: HttpConnection
    endpoint: HttpEndpoint
    timeout: str
    attempts: str
    backoff: str
    causes: tuple[str, ...]

    @property
    def what(self) -> str:
        return self.endpoint.what

    @property
    def effect(self) -> str:
        return self.endpoint.what_twice

    @property
    def error_text(self) -> Expression | None:
        """How the other side's words are read, if the file says so."""
        rule = self.endpoint.error or self.connection.error
        return rule.text if rule is not None and isinstance(rule.text, Expression) else None

    @property
    def success(self) -> Expression | None:
        return self.endpoint.success or self.connection.success


def operation(integration: Integration, name: str, step: Step | None = None) -> Operation | None:
    """An endpoint by `connection.endpoint`; None if there is none, or its protocol has no endpoints of this kind."""
    first, _, second = name.partition(".")
    connection = integration.connections.get(first)
    if not isinstance(connection, HttpConnection) or second not in connection.endpoints:
        return None
    endpoint = connection.endpoints[second]
    retry = endpoint.retry or connection.retry or Retry()
    timeout = (step.timeout if step else None) or endpoint.timeout or connection.timeout or DEFAULT_TIMEOUT
    return Operation(
        name=name,
        connection=connection,
        endpoint=endpoint,
        timeout=worded(timeout, integration, "duration"),
        attempts=worded(retry.attempts, integration),
        backoff=worded(retry.backoff, integration),
        causes=tuple(retry.causes),
    )


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
