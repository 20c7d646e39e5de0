"""`flows(messages, flows)` gives an engine whose flows run when told to; it is closed after the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from engine.delivery.store import Store
from tests.flows.stage import FlowStage, flow_stage

MakeFlows = Callable[..., FlowStage]


@pytest.fixture
async def flows(tmp_path: Path) -> AsyncIterator[MakeFlows]:
    made: list[FlowStage] = []

    def make(messages: str, flows: str, *others: str, **given: str) -> FlowStage:
        made.append(flow_stage(tmp_path, Store.open(), messages, flows, *others, **given))
        return made[-1]

    yield make
    for one in made:
        await one.engine.aclose(1)
        one.store.close()
