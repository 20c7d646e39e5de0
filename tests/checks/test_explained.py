"""Every rule is explained, and its examples are what they say: the wrong one gives that finding alone, the right one none."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine
from engine.checks.explained import HEAD, explanation, explanations, names
from tests.language.test_golden import ids_in_the_source

WITHOUT_EXAMPLE = {
    "cannot-read": "no file",
    "deprecated-key": "no key of the language has another name yet",
    "is-a-directory": "no file",
    "no-files": "no file",
    "not-utf8": "no text",
    "fails-and-reply": "needs an example beside a message",
    "reply-and-error": "needs an example beside a message",
    "too-deep": "long",
    "too-large": "long",
    "too-many-values": "long",
    "unknown-matcher": "needs an example beside a message",
    "unreached-call": "needs an example beside a message",
    "wrong-matcher": "needs an example beside a message",
}
"""Rules that a few lines of text cannot show, and why; tests/checks/test_files.py and the golden pairs prove them."""

WITH_EXAMPLE = sorted(set(names()) - set(WITHOUT_EXAMPLE))


def findings(tmp_path: Path, example: str) -> set[tuple[str, str]]:
    file = tmp_path / "example.yaml"
    file.write_text(example if example.startswith("# the whole file") else HEAD + example, encoding="utf-8")
    return {(found.rule, found.severity) for found in engine.validate(file)}


def test_every_finding_there_can_be_is_explained_and_nothing_else() -> None:
    assert set(names()) == ids_in_the_source()


@pytest.mark.parametrize("rule", WITH_EXAMPLE)
def test_the_wrong_example_gives_this_finding_and_no_other(tmp_path: Path, rule: str) -> None:
    found = explanation(rule)

    assert findings(tmp_path, found.wrong) == {(rule, found.severity)}


@pytest.mark.parametrize("rule", WITH_EXAMPLE)
def test_the_right_example_gives_no_finding(tmp_path: Path, rule: str) -> None:
    assert findings(tmp_path, explanation(rule).right) == set()


def test_every_rule_says_what_it_is_and_why() -> None:
    for rule, found in explanations().items():
        assert found.rule == rule
        assert found.summary == found.summary.strip().rstrip(".")
        assert len(found.why) > 40


def test_what_is_not_explained_is_no_rule() -> None:
    with pytest.raises(KeyError):
        explanation("no-such-rule")
