"""`username_token` writes into a SOAP envelope, which other protocols do not have."""

from __future__ import annotations

from collections.abc import Iterator

from engine.auth.auth import Auth
from engine.auth.username_token import UsernameToken
from engine.checks.subject import Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.protocols.http import HttpConnection
from engine.protocols.soap import SoapConnection


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, connection in subject.integration.connections.items():
        if isinstance(connection, HttpConnection) and not isinstance(connection, SoapConnection):
            places: list[tuple[Path_, Auth | None]] = [(("connections", name), connection.auth)]
            places += [
                (("connections", name, "endpoints", key), one.auth) for key, one in connection.endpoints.items() if one
            ]
            for path, auth in places:
                if isinstance(auth, UsernameToken):
                    words = "there is no envelope for a username_token"
                    hint = "write `type: basic`, or what the system's documentation says"
                    yield Diagnostic(subject.mark(*path, "auth", "type"), "auth-out-of-place", words, hint)
