"""Plain http lets anyone on the way read and change what is sent. `insecure:` accepts it, with the reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.auth.oauth2 import OAuth2
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic, Mark
from engine.document import Path_
from engine.expression.expressions import Expression
from engine.mapping import Constant
from engine.parts.fields import Deferred
from engine.protocols.connection import NetworkConnection
from engine.protocols.soap import SoapEndpoint
from engine.spec.sites import parts


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, connection in subject.integration.connections.items():
        if not isinstance(connection, NetworkConnection) or connection.insecure:
            continue
        for path, address in _addresses(connection, ("connections", name)):
            for mark in _plain(subject, address, path):
                hint = "write https, or say under `insecure:` of the connection why plain text is accepted"
                yield Diagnostic(mark, "plain-http", "plain http is not accepted", hint)


def _addresses(connection: NetworkConnection, path: Path_) -> Iterator[tuple[Path_, Any]]:
    yield (*path, "url"), getattr(connection, "url", None)
    for inner, part in parts(connection, path):
        if isinstance(part, OAuth2):
            yield (*inner, "token_url"), part.token_url
        elif isinstance(part, SoapEndpoint):
            yield (*inner, "url"), part.url


def _plain(subject: Subject, address: Any, path: Path_) -> Iterator[Mark]:
    """Where an address is written as plain http: in its place, or as the default of its setting."""
    if isinstance(address, Constant):
        address = address.value
    query = address.query if isinstance(address, Deferred) else address
    if isinstance(address, str) and address.lower().startswith("http:"):
        yield subject.mark(*path)
    elif isinstance(query, Expression):
        for name, _ in query.settings:
            setting = subject.integration.settings.get(name)
            if setting and isinstance(setting.default, str) and setting.default.lower().startswith("http:"):
                yield subject.mark("settings", name, "default")
