"""Somebody types fast: no more is done than is looked at, and nothing waits behind what is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.editor.acme import ACME
from tests.editor.client import Client

ROOT = Path(__file__).parent.parent.parent
P21 = (ROOT / "integrations" / "p21.yaml").read_text()


def checks(editor: Client, path: Path) -> list[int]:
    """The versions of a file of which something was told, since it was last asked."""
    told = [one["params"] for one in editor.told() if one["method"] == "textDocument/publishDiagnostics"]
    return [one["version"] for one in told if one["uri"] == path.as_uri()]


def test_a_burst_of_edits_is_checked_once_at_its_end(editor: Client, tmp_path: Path) -> None:
    file = tmp_path / "p21.yaml"
    editor.open(file, P21)
    editor.diagnostics(file)

    for number in range(50):
        editor.change(file, P21 + "#" * number)
    editor.diagnostics(file)
    editor.request("textDocument/hover", about(file))

    assert editor.versions[file.as_uri()] == 51
    assert checks(editor, file) == []  # none but that of the last


def about(file: Path, line: int = 0, character: int = 0) -> dict[str, Any]:
    return {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": character}}


def test_questions_that_are_taken_back_are_not_answered(editor: Client, tmp_path: Path) -> None:
    file = tmp_path / "p21.yaml"
    editor.open(file, P21)
    editor.diagnostics(file)
    begin = P21[: P21.index("=settings.") + len("=settings.")]
    at = about(file, begin.count("\n"), len(begin) - begin.rindex("\n") - 1)
    asked = []

    for number in range(20):
        editor.change(file, P21 + "\n" * number)
        asked.append(editor.ask("textDocument/completion", at))
        if number < 19:
            editor.notify("$/cancelRequest", {"id": asked[-1]})
    answers = [editor.answer(number) for number in asked]

    assert answers[-1]["result"]["items"]
    taken_back = [one for one in answers if "error" in one]
    assert {one["error"]["code"] for one in taken_back} == {-32800}
    assert len(taken_back) >= 15  # those that had begun go on to their end


def test_a_question_is_about_the_text_that_its_editor_had(editor: Client, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    editor.open(file, ACME)
    line = ACME[: ACME.index("url: =settings.url")].count("\n")

    first = editor.ask("textDocument/completion", about(file, line, len("    url: =settings.")))
    editor.change(file, "engine: 1\n")
    second = editor.ask("textDocument/completion", about(file, 1, 0))

    assert [one["label"] for one in editor.answer(first)["result"]["items"]] == ["url", "token", "company", "units"]
    assert "name" in [one["label"] for one in editor.answer(second)["result"]["items"]]
