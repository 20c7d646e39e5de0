"""What is said of examples that fail: `told/NAME.yaml` fails exactly as `told/NAME.out` says.

A new pair needs no code: write the file, run with UPDATE_GOLDEN=1, read the `.out` as an integrator would.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.examples.run import run
from engine.examples.suite import load_subjects
from engine.examples.text import failure
from tests.examples.stage import PRICE, acme, told

PAIRS = sorted((Path(__file__).parent / "told").glob("*.yaml"))
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))


def failures(file: Path) -> str:
    lines = [
        line for result in run(load_subjects([file])).results if not result.passed for line in [*failure(result), ""]
    ]
    return "\n".join(lines).replace(f"{file.parent}/", "")


@pytest.mark.parametrize("file", PAIRS, ids=lambda file: file.stem)
def test_a_failing_example_is_told_whole(file: Path) -> None:
    found = failures(file)

    out = file.with_suffix(".out")
    if UPDATE:
        out.write_text(found, encoding="utf-8")
    assert found == out.read_text(encoding="utf-8")
    assert found


@pytest.mark.parametrize("file", PAIRS, ids=lambda file: file.stem)
def test_a_run_is_the_same_each_time(file: Path) -> None:
    assert failures(file) == failures(file) == failures(file)


def test_the_environment_of_the_machine_plays_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ACME_COMPANY", "South")
    call = "{call: erp.price, sent: {query: {company: COMPANY}}, reply: {body: {price: 1}}}"

    assert told(tmp_path, acme(f"{PRICE}      - {{title: a, input: {{sku: A}}, calls: [{call}]}}\n")) == ""
