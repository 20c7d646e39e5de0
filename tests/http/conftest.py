"""Tests here open connections like those of the protocols."""

from __future__ import annotations

from asyncio import AbstractEventLoop, new_event_loop
from collections.abc import Callable

import pytest

from tests.clock import ClockLoop
from tests.protocols.conftest import opened

__all__ = ["opened"]


def pytest_asyncio_loop_factories(config: object, item: pytest.Item) -> dict[str, Callable[[], AbstractEventLoop]]:
    """What waits only for itself waits by the clock; what talks to a server waits for real."""
    return {"clock": ClockLoop} if item.path.name == "test_pace.py" else {"real": new_event_loop}
