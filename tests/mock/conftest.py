"""`site` serves a mock over HTTP; `lines` is what it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from engine.mock.app import Mock
from engine.mock.faults import Faults, shares
from tests.examples.stage import subjects
from tests.fakes.serving import serving

Site = Callable[..., httpx.Client]


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def site(tmp_path: Path, lines: list[str]) -> Iterator[Site]:
    """Serve the integrations given as text; gives a client."""
    with ExitStack() as stack:

        def start(*files: str, fault: str = "", seed: int = 1) -> httpx.Client:
            mock = Mock(subjects(tmp_path, *files), Faults(shares(fault), seed), lines.append)
            return stack.enter_context(httpx.Client(base_url=stack.enter_context(serving(mock)), timeout=60))

        yield start
