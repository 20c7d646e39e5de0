"""Plain http lets anyone on the way read and change what is sent. `insecure:` accepts it, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, connection in subject.integration.connections.items():
        url = getattr(connection, "url", None)
        if isinstance(url, str) and url.lower().startswith("http:") and not connection.insecure:
            hint = "write https, or say under `insecure:` why plain text is accepted"
            yield Diagnostic(subject.mark("connections", name, "url"), "plain-http", "plain http is not accepted", hint)
