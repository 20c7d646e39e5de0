"""`stage(messages)` gives an engine over a small integration; it is closed after the test. Time passes by `clock`."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.clock import CLOCK, Clock, ClockLoop
from tests.runtime.stage import Stage, acme, staged

MakeStage = Callable[..., Stage]


def pytest_asyncio_loop_factories(config: object, item: object) -> dict[str, type[ClockLoop]]:
    return {"clock": ClockLoop}


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Whatever asks what time it is gets the time of the event loop."""
    monkeypatch.setattr(time, "monotonic", CLOCK.now)
    return CLOCK


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[MakeStage]:
    made: list[Stage] = []

    def make(messages: str, *others: str, head: str = "", connection: str = "", **settings: str) -> Stage:
        given = {f"acme.{name}": value for name, value in settings.items()}
        made.append(staged(tmp_path, acme(messages, head, connection), *others, given=given))
        return made[-1]

    yield make
    for one in made:
        await one.engine.aclose(1)
