"""The `engine` command and its subcommands."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from engine.errors import EngineError, SpecError

NAMES = (
    "new",
    "validate",
    "explain",
    "test",
    "eval",
    "show",
    "docs",
    "ddl",
    "check",
    "call",
    "serve",
    "run",
    "migrate",
    "mock",
    "log",
    "functions",
    "schemas",
    "schema",
    "lsp",
    "parked",
)
"""The commands, as help lists them; each is the function, or the group, of that name in a file of that name."""


class _Commands(Mapping[str, Any]):
    """The commands by name, each imported and built when it is asked for: `validate` needs no options of `serve`."""

    def __init__(self) -> None:
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in NAMES:
            raise KeyError(name)
        if name not in self._built:
            self._built[name] = _built(name)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)


def _built(name: str) -> Any:
    home = vars(import_module(f"engine.cli.{name}"))
    found = home.get(name) or home[f"{name}_"]
    if isinstance(found, typer.Typer):
        return typer.main.get_group(found)
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    alone.command(name=name)(found)
    return typer.main.get_command(alone)


class _Group(TyperGroup):
    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.commands: Any = _Commands()


app = typer.Typer(
    name="engine",
    cls=_Group,
    help="One YAML file per ERP, one engine that runs it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.callback()
def _engine() -> None:
    """Makes it a group, whose commands are known by name only."""


def main() -> None:
    """Run the command; errors of ours are shown as text, exit code 2: it could not run."""
    logging.getLogger("engine").addHandler(logging.NullHandler())  # without write_logs nothing is logged
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # to look for one is to look through all installed
    gc.set_threshold(1_000_000)  # a command makes much that stays: looking through it over and over finds nothing
    try:
        app()
    except SpecError as error:
        from engine.report import Report
        from engine.report.text import write

        files = dict.fromkeys(finding.file for finding in error.diagnostics)
        typer.echo(write(Report(tuple(files), error.diagnostics)))
        sys.exit(2)
    except EngineError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    finally:
        gc.freeze()  # nor does it at the end, when all goes with the process
