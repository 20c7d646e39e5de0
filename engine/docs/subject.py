"""What is documented: an integration, those it uses, and its file's text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.clients.client import May
from engine.document import Document
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
        document: its file, which knows where everything stands.
        others: the integrations it uses, by name.
        text: the file's text.
        type_of: the type of an expression, as text; empty if unknown.
    """

    integration: Integration
    document: Document
    others: Mapping[str, Integration] = field(default_factory=dict)
    text: str = ""
    type_of: TypeOf = untyped

    @property
    def system(self) -> str:
        """What the other side is called."""
        return self.integration.title or self.integration.name

    def line(self, *path: str | int) -> int:
        """The line of the key at a path of the file."""
        return self.document.key_mark(path).line

    def callers(self, message: str) -> list[str]:
        """Who may call a message: clients by name, or anybody where no client is named."""
        return self._clients(lambda may: message in may.messages)

    def senders(self, message: str) -> str:
        """What in the file runs a message: `the flows orders, nightly and the message place`; empty if nothing does."""
        flows = [name for name, flow in self.integration.flows.items() if flow.send == message]
        messages = [
            name
            for name, other in self.integration.messages.items()
            if any(step.call == message for step in other.steps)
        ]
        kinds = (("flow", flows), ("message", messages))
        return " and ".join(f"the {kind}{'s' * (len(names) > 1)} {', '.join(names)}" for kind, names in kinds if names)

    def posters(self, event: str) -> list[str]:
        """Who may post an event: clients by name, or anybody where no client is named."""
        return self._clients(lambda may: event in may.events)

    def _clients(self, may: Callable[[May], bool]) -> list[str]:
        security = self.integration.security
        if security is None or not security.clients:
            return ["any caller"]
        return [name for name, client in security.clients.items() if may(client.may)]
