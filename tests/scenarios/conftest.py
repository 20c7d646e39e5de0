"""`world` is everything running: the systems, the engine between them, the shop that calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.certificates import Authority, authority
from tests.scenarios.under_way import hasty, patient
from tests.scenarios.world import World
from tests.scenarios.world import world as running


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped integrations, with short waits."""
    return hasty(tmp_path_factory.mktemp("hasty"))


@pytest.fixture(scope="session")
def unhurried(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped integrations, with long time limits."""
    return patient(tmp_path_factory.mktemp("patient"))


@pytest.fixture
async def world(certificates: Authority, unhurried: Path) -> AsyncIterator[World]:
    async with running(certificates, unhurried) as made:
        yield made
