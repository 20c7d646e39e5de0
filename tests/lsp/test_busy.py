"""Somebody types fast: no more is done than is looked at, and nothing waits behind what is not."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editor.acme import ACME
from tests.editor.client import Client, session

ROOT = Path(__file__).parent.parent.parent
P21 = (ROOT / "integrations" / "p21.yaml").read_text()

PATIENT = "from engine.lsp.features import server; server(pause=3.0).start_io()"
"""A server that is told of 50 edits within its pause, however busy the machine is."""

HELD = """
import threading
from engine.lsp.features import server
held, goes_on = server(), threading.Event()
held._turn.submit(goes_on.wait)
held.feature("test/goOn")(lambda told: goes_on.set())
held.start_io()
"""
"""A server that works on something else until it is told to go on."""


@pytest.fixture
def patient(tmp_path: Path) -> Iterator[Client]:
    with session([sys.executable, "-c", PATIENT], tmp_path) as client:
        yield client


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Client]:
    with session([sys.executable, "-c", HELD], tmp_path) as client:
        yield client


def checks(editor: Client, path: Path) -> list[int]:
    """The versions of a file of which something was told, since it was last asked."""
    told = [one["params"] for one in editor.told() if one["method"] == "textDocument/publishDiagnostics"]
    return [one["version"] for one in told if one["uri"] == path.as_uri()]


def test_a_burst_of_edits_is_checked_once_at_its_end(patient: Client, tmp_path: Path) -> None:
    file = tmp_path / "p21.yaml"
    patient.open(file, P21)
    patient.diagnostics(file)

    for number in range(50):
        patient.change(file, P21 + "#" * number)
    patient.diagnostics(file)
    patient.request("textDocument/hover", about(file))

    assert patient.versions[file.as_uri()] == 51
    assert checks(patient, file) == []  # none but that of the last


def about(file: Path, line: int = 0, character: int = 0) -> dict[str, Any]:
    return {"textDocument": {"uri": file.as_uri()}, "position": {"line": line, "character": character}}


def test_questions_that_are_taken_back_before_their_turn_are_not_answered(held: Client, tmp_path: Path) -> None:
    file = tmp_path / "p21.yaml"
    held.open(file, P21)
    begin = P21[: P21.index("=settings.") + len("=settings.")]
    at = about(file, begin.count("\n"), len(begin) - begin.rindex("\n") - 1)
    asked = []

    for number in range(20):
        held.change(file, P21 + "\n" * number)
        asked.append(held.ask("textDocument/completion", at))
        if number < 19:
            held.notify("$/cancelRequest", {"id": asked[-1]})
    held.notify("test/goOn", {})
    *taken_back, last = [held.answer(number) for number in asked]

    assert last["result"]["items"]
    assert [one["error"]["code"] for one in taken_back] == [-32800] * 19


def test_a_question_is_about_the_text_that_its_editor_had(editor: Client, tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    editor.open(file, ACME)
    line = ACME[: ACME.index("url: =settings.url")].count("\n")

    first = editor.ask("textDocument/completion", about(file, line, len("    url: =settings.")))
    editor.change(file, "engine: 1\n")
    second = editor.ask("textDocument/completion", about(file, 1, 0))

    assert [one["label"] for one in editor.answer(first)["result"]["items"]] == ["url", "token", "company", "units"]
    assert "name" in [one["label"] for one in editor.answer(second)["result"]["items"]]
