"""What every command has in common: help for each option, and a quick start."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from engine.cli.app import app
from tests.cli.conftest import ROOT, Shell, environment

COMMANDS: dict[str, Any] = dict(typer.main.get_group(app).commands)


def test_the_help_lists_every_command(shell: Shell) -> None:
    done = shell("--help")

    assert done.returncode == 0
    for name, command in COMMANDS.items():
        assert re.search(rf"^  {name} +\S", done.stdout, re.MULTILINE), name
        assert command.help


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_explains_every_option(name: str) -> None:
    command = COMMANDS[name]
    with command.make_context(f"engine {name}", [], resilient_parsing=True, terminal_width=200) as context:
        text = command.get_help(context)

    for parameter in command.params:
        shown = getattr(parameter, "help", None)
        assert shown, parameter.name
        assert " ".join(shown.split())[:30] in " ".join(text.split())
        if parameter.param_type_name == "option":
            assert all(option in text for option in parameter.opts)


def loaded_by(folder: Path, *arguments: str) -> set[str]:
    """The packages that a command has imported when it ends."""
    program = (
        "import sys\nfrom engine.cli.app import app\n"
        f"try: app({list(arguments)!r})\nexcept SystemExit: pass\n"
        "print('|'.join(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment(), capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split("|"))


RUNNING = {"aiohttp", "asyncio", "httpx", "lxml", "msgspec", "sqlalchemy", "starlette", "uvicorn"}


@pytest.mark.parametrize("arguments", [("--help",), *((name, "--help") for name in COMMANDS)])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...], tmp_path: Path) -> None:
    loaded = loaded_by(tmp_path, *arguments)

    assert loaded & {*RUNNING, "jinja2", "jsonschema", "jsonschema_rs", "ruamel"} == set()


def test_validate_imports_nothing_that_only_running_needs(tmp_path: Path) -> None:
    loaded = loaded_by(tmp_path, "validate", str(ROOT / "integrations"))

    assert loaded & {*RUNNING, "jsonschema", "rich"} == set()


def test_no_command_shows_the_help(shell: Shell) -> None:
    assert "Usage: " in shell().stdout + shell().stderr


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("call", "--nonsense"), ("serve", "--port", "70000"), ("serve", "--patience", "-1")]
)
def test_a_wrong_command_line_is_exit_code_2_without_a_traceback(shell: Shell, arguments: tuple[str, ...]) -> None:
    done = shell(*arguments)

    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_functions_are_listed_and_shown(shell: Shell) -> None:
    listed, one, none = shell("functions"), shell("functions", "decimal"), shell("functions", "decimale")

    assert listed.returncode == one.returncode == 0
    assert re.search(r"^  decimal +\S", listed.stdout, re.MULTILINE)
    assert one.stdout.startswith("decimal(")
    assert ">>>" in one.stdout
    assert (none.returncode, none.stderr) == (1, 'there is no function "decimale"; did you mean "decimal"?\n')


def test_schemas_are_listed_and_shown(shell: Shell) -> None:
    listed, one, none = shell("schemas"), shell("schemas", "commerce.order"), shell("schemas", "commerce.ordre")

    assert listed.returncode == one.returncode == 0
    assert re.search(r"^commerce\.order +\S", listed.stdout, re.MULTILINE)
    assert '"$ref"' in one.stdout
    assert none.returncode == 1
    assert none.stderr == 'there is no schema "commerce.ordre"; did you mean "commerce.order"?\n'


def test_the_shipped_integrations_have_no_finding(shell: Shell) -> None:
    done = shell("validate", str(ROOT / "integrations"))

    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        f"{len(list((ROOT / 'integrations').glob('*.yaml')))} files, no findings",
    )
