"""How a test opens connections: the YAML of an integration, opened as production does it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from textwrap import dedent
from typing import Protocol

import httpx
import pytest

from engine.document import parse
from engine.redaction import Redactor
from engine.runtime.connections.outside import PRODUCTION, Outside
from engine.runtime.connections.sessions import Sessions
from engine.settings import Sources, resolve
from engine.spec.load import read

Answer = httpx.MockTransport | None


class Open(Protocol):
    def __call__(self, text: str, canned: Answer = None, /, **settings: str) -> Sessions: ...


@pytest.fixture
async def opened() -> AsyncIterator[Open]:
    """Opens the connections of an integration named `erp`; `canned` answers in place of the network."""
    made: list[Sessions] = []

    def open_(text: str, canned: Answer = None, /, **settings: str) -> Sessions:
        integration, findings = read(parse(f"engine: 1\nname: erp\n{dedent(text)}", "erp.yaml"))
        assert [str(finding) for finding in findings] == []
        given = resolve(
            "erp", integration.settings, Sources({f"erp.{name}": text for name, text in settings.items()}, {})
        )
        redactor = Redactor(secret.reveal() for secret in given.secrets.values())
        outside = Outside(transport=lambda name, tls, tunnel: canned) if canned else PRODUCTION
        sessions = Sessions(integration, given, redactor, outside)
        made.append(sessions)
        return sessions

    yield open_
    for sessions in made:
        await sessions.aclose()
