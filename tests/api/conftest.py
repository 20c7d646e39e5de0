"""`stage` is an engine with a guarded and an open integration."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.site import site
from tests.runtime.stage import Stage


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    made = site(tmp_path)
    yield made
    await made.engine.aclose(1)
