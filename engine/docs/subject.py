"""What is documented: an integration, those it uses, and its file's text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.expression.expressions import Expression
from engine.spec.integration import Integration

TypeOf = Callable[[Expression], str]


def untyped(expression: Expression) -> str:
    """The type of an expression, where nobody has worked it out."""
    return ""


@dataclass(frozen=True)
class Subject:
    """One integration, to be told about.

    Attributes:
        others: the integrations it uses, by name.
        text: its file.
        type_of: the type of an expression, as text; empty if unknown.
    """

    integration: Integration
    others: Mapping[str, Integration] = field(default_factory=dict)
    text: str = ""
    type_of: TypeOf = untyped

    @property
    def system(self) -> str:
        """What the other side is called."""
        return self.integration.title or self.integration.name

    def callers(self, message: str) -> list[str]:
        """The clients that may call a message."""
        security = self.integration.security
        clients = security.clients if security else {}
        return [name for name, client in clients.items() if message in client.may.messages]
