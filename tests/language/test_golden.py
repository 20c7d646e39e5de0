"""Golden pairs: `ok/*.yaml` give no finding; `err/NAME.yaml` gives exactly the findings of `err/NAME.out`.

A new pair needs no code: write the file, run with UPDATE_GOLDEN=1, read the `.out` as an integrator would.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import engine
from engine.checks import rules
from engine.diagnostics import Diagnostic

HERE = Path(__file__).parent
SOURCE = Path(engine.__file__).parent
PAIRS = sorted((HERE / "err").glob("*.yaml"))
UPDATE = bool(os.environ.get("UPDATE_GOLDEN"))

OUTSIDE = {
    "cannot-read": "tests/checks",
    "is-a-directory": "tests/checks",
    "too-large": "tests/checks",
    "no-files": "tests/checks",
    "deprecated-key": "tests/parts",
}
"""Rules about what is no file of ours to keep here, and where they are tested."""


def written(found: list[Diagnostic]) -> str:
    return "".join(f"{one.line}:{one.column} {one.severity} {one.rule}: {one.message} | {one.hint}\n" for one in found)


@pytest.mark.parametrize("path", sorted((HERE / "ok").glob("*.yaml")), ids=lambda path: path.stem)
def test_right_files_have_no_finding(path: Path) -> None:
    assert written(engine.validate(path)) == ""


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_wrong_files_have_exactly_these_findings(path: Path) -> None:
    found = engine.validate(path)

    out = path.with_suffix(".out")
    if UPDATE:
        out.write_text(written(found), encoding="utf-8")
    assert written(found) == out.read_text(encoding="utf-8")
    assert found


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_every_line_marked_as_wrong_has_a_finding_and_no_other_line_has(path: Path) -> None:
    lines = path.read_bytes().decode("utf-8", "replace").splitlines()
    marked = {number for number, line in enumerate(lines, 1) if re.search(r"# !", line)}

    found = {finding.line for finding in engine.validate(path)}

    if path.stem == "traps":
        marked |= {7}
    assert not marked or found == marked


def test_every_rule_has_a_golden_pair() -> None:
    ids = {finding.rule for path in PAIRS for finding in engine.validate(path)} | set(OUTSIDE)

    assert ids_in_the_source() - ids == set()


def test_every_module_of_rules_has_a_golden_pair() -> None:
    ids = {finding.rule for path in PAIRS for finding in engine.validate(path)}

    for rule in rules():
        own = _ids(SOURCE / "checks" / "rules" / f"{rule.name}.py")
        assert own, rule.name
        assert own <= ids, rule.name


def test_every_finding_says_what_to_write() -> None:
    for path in PAIRS:
        for finding in engine.validate(path):
            assert finding.hint, finding
            assert finding.message == finding.message.strip(), finding


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_every_finding_stands_in_the_file(path: Path) -> None:
    lines = path.read_bytes().decode("utf-8", "replace").splitlines() or [""]

    for finding in engine.validate(path):
        assert 1 <= finding.line <= len(lines) + 1
        line = lines[finding.line - 1] if finding.line <= len(lines) else ""
        assert 1 <= finding.column <= len(line) + 1


def test_every_rule_says_why_it_exists() -> None:
    assert [rule.name for rule in rules() if len(rule.rationale) < 40] == []


def ids_in_the_source() -> set[str]:
    folders = ("checks", "document", "mapping", "parts", "spec", "plan")
    found = {rule for folder in folders for path in (SOURCE / folder).rglob("*.py") for rule in _ids(path)}
    return found | {"query-syntax", "template-syntax"}


def _ids(path: Path) -> set[str]:
    """The rule ids a file gives: nothing else in these folders is written as "word-word"."""
    return set(re.findall(r'"([a-z]+(?:-[a-z0-9]+)+)"', path.read_text(encoding="utf-8"))) - {"utf-8", "utf-8-sig"}
