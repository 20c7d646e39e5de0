"""What an editor can do about findings, and that the findings are gone when it is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.editor.actions import Edit, actions, mended
from engine.editor.file import File
from engine.editor.text import Span
from engine.editor.workspace import Workspace

HEAD = "engine: 1\nname: x\n"


def opened(text: str) -> File:
    return Workspace().put(Path("/folder/x.yaml"), text)


def changed(file: File, edits: list[Edit] | tuple[Edit, ...]) -> str:
    content = file.text.content
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        content = content[: edit.span.start] + edit.text + content[edit.span.end :]
    return content


def everywhere(file: File) -> dict[str, str]:
    """The title of every action, with the file as it makes it."""
    found = actions(file, Span(0, len(file.text.content)))
    return {action.title: changed(file, action.edits) for action in found}


def rules(text: str) -> list[str]:
    return [finding.rule for finding in opened(text).findings]


@pytest.mark.parametrize(
    ("line", "title", "after"),
    [
        ("log: {kep: 30d}", 'Write "keep"', "log: {keep: 30d}"),
        ("messages: {m: {reply: {a: 007}}}", 'Write ""007""', 'messages: {m: {reply: {a: "007"}}}'),
        ('messages: {m: {reply: {a: "=input.b == true"}}}', 'Write "`true`"', None),
    ],
)
def test_what_has_one_remedy_is_written(line: str, title: str, after: str | None) -> None:
    found = everywhere(opened(f"{HEAD}{line}\n"))

    assert found[title] == f"{HEAD}{after or line.replace('true', '`true`')}\n"
    assert rules(found[title]) == []


def test_a_fix_is_preferred_and_knows_its_finding() -> None:
    (action,) = actions(opened(f"{HEAD}log: {{kep: 30d}}\n"), Span(26, 26))

    assert (action.preferred, action.about.finding.rule) == (True, "unknown-key")


def test_actions_are_about_what_is_pointed_at() -> None:
    file = opened(f"{HEAD}log: {{kep: 30d}}\ntiitle: x\n")

    assert [action.title for action in actions(file, Span(0, 5))] == []
    assert [action.title for action in actions(file, Span(36, 40))] == ['Write "title"']


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_finding_is_accepted_by_a_comment_that_waits_for_its_reason(end: str) -> None:
    text = f"{HEAD}messages:\n  m:\n    reply:\n      $flter: x  # note\n".replace("\n", end)
    assert rules(text) == ["dollar-field"]

    (after,) = everywhere(opened(text)).values()

    assert f"    reply:{end}      # engine: ignore[dollar-field] {end}      $flter: x  # note{end}" in after
    assert rules(after) == ["ignore-without-reason"]
    assert rules(after.replace("field] ", "field] as the other side has it")) == []


def test_one_comment_above_another() -> None:
    text = f"{HEAD}messages:\n  m:\n    reply:\n      # engine: ignore[lone-template] why\n      $flter: x\n"

    after = everywhere(opened(text))["Ignore dollar-field here, with a reason"]

    assert rules(after.replace("field] ", "field] as the other side has it")) == ["unused-ignore"]


def test_no_comment_is_written_into_a_text() -> None:
    text = f"{HEAD}messages:\n  m:\n    reply:\n      a: |\n        =input.a\n        || to_string(input.b)\n"
    file = opened(text)

    assert file.findings
    assert all("# engine" not in after for after in everywhere(file).values())


def test_what_makes_the_file_unusable_cannot_be_ignored() -> None:
    assert list(everywhere(opened(f"{HEAD}messages: {{m: {{steps: [{{call: nothing}}]}}}}\n"))) == []


def test_all_that_has_one_remedy_is_mended_at_once_and_nothing_else_moves() -> None:
    text = f"{HEAD}log: {{kep: 30d}}\n# a comment\n\nmessages: {{m: {{reply: {{a: 007}}}}}}\ntiitle: x\n"
    file = opened(text)

    edits = mended(file)

    assert len(edits) == 2
    assert changed(file, edits) == text.replace("kep", "keep").replace("007", '"007"').replace("tiitle", "title")
    assert mended(opened(changed(file, edits))) == []
