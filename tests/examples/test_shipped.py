"""The examples of the shipped integrations, and of this page's own stand-ins."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.checks.files import files
from engine.examples.run import run
from engine.examples.stand_ins import stand_in
from engine.examples.suite import load_subjects
from engine.examples.text import failure
from engine.settings.kinds import typed
from engine.spec.integration import Integration
from engine.spec.settings import Setting
from tests.scenarios.world import SHIPPED


@pytest.mark.parametrize("file", files(SHIPPED), ids=lambda file: file.stem)
def test_every_example_of_the_shipped_integrations_passes(file: Path) -> None:
    results = run(load_subjects([file])).results

    assert "\n".join(line for result in results if not result.passed for line in failure(result)) == ""


@pytest.mark.parametrize("kind", Setting.model_fields["type"].annotation.__args__)  # type: ignore[union-attr]
def test_there_is_a_stand_in_for_every_type_of_setting(kind: str) -> None:
    bare = Integration.model_validate({"engine": 1, "name": "bare"})

    found = stand_in(bare, "erp_url", Setting(type=kind))  # type: ignore[arg-type]

    assert typed(kind, found) is not None
