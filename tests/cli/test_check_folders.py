"""`engine check` of folders: they are there, and the engine's user may read and write; nothing is written."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from engine.cli.app import app

ACME = """
engine: 1
name: acme
connections:
  disk:
    type: files
    folder: FOLDER
    endpoints:
      products: {type: read, match: "*.jsonl", format: json_lines, archive: done}
      order: {type: write, path: "out/{year}/ORDER_{no}.json", format: json}
messages:
  order: {steps: [{call: disk.order, path: {no: =input.no, year: =input.year}, body: =input}]}
"""
NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others may enter, too."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


def looked(folder: Path, erp: Path) -> Any:
    """What is seen, by a user who is not the administrator."""
    (folder / "acme.yaml").write_text(ACME.replace("FOLDER", str(erp)))
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            if os.geteuid() == 0:
                os.setreuid(NOBODY, -1)  # os.access goes by the real user
            ran = CliRunner().invoke(app, ["check", "acme", "--integrations", str(folder), "--format", "json"])
            os.write(writer, ran.stdout.encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        seen = json.load(told)
    os.waitpid(child, 0)
    return [(one["what"], one["state"], one["told"]) for one in seen if one["connection"] == "disk"]


def test_what_is_not_there_yet_will_be_made_and_is_not_made_now(folder: Path) -> None:
    erp = folder / "erp"
    erp.mkdir()
    erp.chmod(0o777)
    (erp / "done").mkdir()
    (erp / "done").chmod(0o777)

    assert looked(folder, erp) == [
        (f"folder {erp}", "ok", "it can be read and written"),
        (f"folder {erp}/done", "ok", "it can be read and written"),
        (f"folder {erp}/error", "ok", "it will be made when it is needed"),
        (f"folder {erp}/out", "ok", "it will be made when it is needed"),
    ]
    assert [one.name for one in erp.iterdir()] == ["done"]


def test_a_folder_that_is_missing_or_none(folder: Path) -> None:
    assert looked(folder, folder / "erp") == [(f"folder {folder}/erp", "failed", "there is no such folder")]
    (folder / "file").touch()
    assert looked(folder, folder / "file") == [(f"folder {folder}/file", "failed", "it is no folder")]


def test_a_folder_we_may_not_read_or_write(folder: Path) -> None:
    erp = folder / "erp"
    erp.mkdir()

    erp.chmod(0o000)
    assert looked(folder, erp) == [(f"folder {erp}", "failed", "we may not read it")]
    erp.chmod(0o555)
    assert looked(folder, erp) == [(f"folder {erp}", "failed", "we may not write into it, nor move files out of it")]
    erp.chmod(0o777)
    (erp / "done").mkdir()
    (erp / "done").chmod(0o555)
    assert looked(folder, erp)[1] == (
        f"folder {erp}/done",
        "failed",
        "we may not write into it, nor move files out of it",
    )
    (erp / "done").chmod(0o777)
