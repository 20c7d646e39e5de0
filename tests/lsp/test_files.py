"""Files come, go and change beside those that are open; some have no place on the disk, or names that need care."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.editor.acme import ACME, WEBSHOP
from tests.editor.client import Client


@pytest.fixture
def file(tmp_path: Path, editor: Client) -> Path:
    editor.open(tmp_path / "acme.yaml", ACME)
    assert rules(editor, tmp_path / "acme.yaml") == []
    return tmp_path / "acme.yaml"


def rules(editor: Client, file: Path) -> list[str]:
    """The rules of the next findings, without what is only never used."""
    return [one["code"] for one in editor.diagnostics(file) if not one["code"].startswith("unused-")]


def changed_on_disk(editor: Client, *files: tuple[Path, int]) -> None:
    """1: made, 2: changed, 3: deleted."""
    changes = [{"uri": file.as_uri(), "type": kind} for file, kind in files]
    editor.notify("workspace/didChangeWatchedFiles", {"changes": changes})


def test_a_used_file_that_is_renamed_or_comes_back_is_seen(editor: Client, file: Path, tmp_path: Path) -> None:
    assert editor.registered == ["workspace/didChangeWatchedFiles"]
    shop, other = tmp_path / "webshop.yaml", tmp_path / "store.yaml"

    shop.rename(other)
    changed_on_disk(editor, (shop, 3), (other, 1))
    assert "unknown-reference" in rules(editor, file)

    other.rename(shop)
    changed_on_disk(editor, (other, 3), (shop, 1))
    assert rules(editor, file) == []


def test_what_was_never_saved_of_a_used_file_is_gone_when_that_is_closed(
    editor: Client, file: Path, tmp_path: Path
) -> None:
    shop = tmp_path / "webshop.yaml"
    editor.open(shop, WEBSHOP.replace("stock:", "stocks:"))
    assert rules(editor, file) == ["unknown-reference"]

    editor.notify("textDocument/didClose", {"textDocument": {"uri": shop.as_uri()}})

    assert rules(editor, file) == []


def ask(editor: Client, method: str, uri: str, line: int, character: int) -> Any:
    place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": character}}
    return editor.request(f"textDocument/{method}", place)


def opened(editor: Client, uri: str, text: str) -> None:
    editor.versions[uri] = 1
    document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
    editor.notify("textDocument/didOpen", {"textDocument": document})


def test_a_file_without_a_name_yet(editor: Client) -> None:
    opened(editor, "untitled:Untitled-1", "engine: 1\nname: x\n")

    items = ask(editor, "completion", "untitled:Untitled-1", 2, 0)["items"]

    assert "settings" in [item["label"] for item in items]


def test_places_are_told_by_the_name_that_the_editor_has_for_a_file(editor: Client, tmp_path: Path) -> None:
    folder = tmp_path / "für alle"
    folder.mkdir()
    (folder / "webshop.yaml").write_text(WEBSHOP)
    uri = f"file://{tmp_path}/f%c3%bcr%20alle/acme.yaml"  # small letters, as some editors write it
    opened(editor, uri, ACME)
    line = ACME[: ACME.index("- call: erp.price")].count("\n")

    own = ask(editor, "definition", uri, line, len("      - call: erp.p"))
    other = ask(editor, "definition", uri, line + 3, len("      - call: shop.s"))

    assert own["uri"] == uri
    assert other["uri"] == (folder / "webshop.yaml").as_uri()


def test_lines_that_end_as_on_windows(editor: Client, file: Path) -> None:
    text = ACME.replace("company: {", "firma: {type: text, description: 😀 Ä}\n  company: {").replace("\n", "\r\n")
    broken = text.replace("method: GET\r\n", "methud: GET\r\n")
    editor.change(file, broken)

    (found,) = [one for one in editor.diagnostics(file) if one["severity"] == 1]
    line = broken[: broken.index("methud")].count("\n")
    assert found["range"] == {"start": {"line": line, "character": 8}, "end": {"line": line, "character": 14}}

    half = text.replace("description: 😀 Ä}", "description: 😀 Ä, ")
    editor.change(file, half)
    at = half[: half.index("firma")].count("\n")
    items = ask(editor, "completion", file.as_uri(), at, len("  firma: {type: text, description: 😀 Ä, ") + 1)["items"]
    assert {item["label"]: item["textEdit"]["range"]["start"]["character"] for item in items} == {
        "choices": 41,
        "default": 41,
        "required": 41,
    }
