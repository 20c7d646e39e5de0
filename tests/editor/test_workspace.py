"""The files of an editor: each is read once, and checked again only when it or what it uses has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.editor.workspace import Workspace
from tests.editor.acme import ACME, WEBSHOP


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    workspace = Workspace()
    (tmp_path / "webshop.yaml").write_text(WEBSHOP)
    file = workspace.put(tmp_path / "acme.yaml", ACME)

    assert workspace.put(tmp_path / "acme.yaml", ACME) is file
    edited = workspace.put(tmp_path / "acme.yaml", ACME.replace("Price of one item", "A price"))
    assert edited.others["webshop"] is file.others["webshop"]
    (anew,) = workspace.refresh(tmp_path / "acme.yaml")
    assert anew is not edited
    assert anew.source is edited.source


def test_a_file_is_checked_again_when_one_that_it_uses_has_changed(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.put(tmp_path / "webshop.yaml", WEBSHOP)
    file = workspace.put(tmp_path / "acme.yaml", ACME)
    assert workspace.again(tmp_path / "webshop.yaml") == [file]

    workspace.put(tmp_path / "webshop.yaml", WEBSHOP.replace("stock:", "stocks:"))
    (anew,) = workspace.again(tmp_path / "webshop.yaml")

    assert [one.rule for one in anew.findings] == ["unknown-reference"]


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("integrations/acme.yaml", "name: acme", True),
        ("integrations/acme.openapi.yaml", "openapi: 3.1.0", False),
        ("acme.yaml", "name: acme", False),
        ("acme.yaml", "name: acme\nengine: 1", True),
        ("acme.yaml", "", True),
    ],
)
def test_which_yaml_is_ours(tmp_path: Path, name: str, text: str, is_one: bool) -> None:
    assert Workspace().put(tmp_path / name, text).is_integration == is_one
