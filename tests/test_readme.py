"""What the README shows is true."""

from __future__ import annotations

import itertools
import re
import textwrap
import tomllib
from pathlib import Path

import pytest
import typer

import engine
from engine.cli.app import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
YAML = re.search(r"```yaml\n(.*?)```", README, re.DOTALL)


def first_yaml() -> str:
    assert YAML is not None
    return YAML[1]


def test_the_first_integration_is_fifteen_lines_or_a_few_more_and_clean(tmp_path: Path) -> None:
    (tmp_path / "acme.yaml").write_text(first_yaml())

    assert len(first_yaml().splitlines()) <= 17
    assert engine.validate(tmp_path / "acme.yaml") == []


def test_the_mistakes_that_are_shown_are_told_so(tmp_path: Path) -> None:
    wrong = (
        first_yaml()
        .replace("absent: [404]", "timout: 30s")
        .replace("save: found,", "save: found, when: =input.ok == true,")
    )
    (tmp_path / "acme.yaml").write_text(wrong)

    found = [
        (str(f.mark).removeprefix(f"{tmp_path}/"), f.rule, f.message) for f in engine.validate(tmp_path / "acme.yaml")
    ]

    shown = re.findall(r"^integrations/(acme\.yaml:\d+:\d+): error\[([a-z-]+)\]: (.*)$", README, re.MULTILINE)
    assert found == [tuple(finding) for finding in shown]


def test_every_command_is_in_the_table() -> None:
    listed = re.findall(r"^\| `engine ([a-z]+)", README, re.MULTILINE)

    assert sorted(listed) == sorted(typer.main.get_group(app).commands)


@pytest.mark.parametrize(("container", "shown"), [("engine", r"`(\w+)`"), ("engine.runtime", r"`runtime/(\w+)`")])
def test_the_folders_are_told_from_the_top_layer_to_the_lowest(container: str, shown: str) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["containers"] == [container]]
    height = {name: -number for number, layer in enumerate(layers) for name in layer.split(" | ")}
    table = README[README.index("| folder or file |") : README.index("**How to add a part.**")]
    rows = [found for row in table.splitlines()[2:] if (found := re.findall(shown, row.partition(" | ")[0]))]

    assert sorted(name for row in rows for name in row) == sorted(height)
    for above, below in itertools.pairwise(rows):
        assert min(height[name] for name in above) >= max(height[name] for name in below), (above, below)


def test_the_files_to_follow_one_through_are_there() -> None:
    told = README[README.index("**To follow one through the code**") : README.index("**How to add a part.**")]
    folder = Path()
    missing = []
    for named in map(Path, re.findall(r"`([\w/]+\.py)`", told)):
        folder = named.parent if named.parent != Path() else folder
        if not (ROOT / "engine" / folder / named.name).is_file():
            missing.append(str(named))

    assert missing == []


def test_the_message_of_the_ten_minutes_is_clean(tmp_path: Path) -> None:
    shown = re.search(r"   ```yaml\n(   prices:.*?)   ```", README, re.DOTALL)
    assert shown is not None
    message = "".join(f"  {line[3:]}\n" for line in shown[1].rstrip().splitlines())
    (tmp_path / "acme.yaml").write_text(f"{first_yaml().rstrip()}\n{message}")

    assert engine.validate(tmp_path / "acme.yaml") == []


def test_the_nightly_import_is_clean(tmp_path: Path) -> None:
    shown = re.search(r"    ```yaml\n(    engine: 1\n    name: nightly.*?)    ```", README, re.DOTALL)
    assert shown is not None
    (tmp_path / "nightly.yaml").write_text(textwrap.dedent(shown[1]))

    assert engine.validate(tmp_path / "nightly.yaml") == []
