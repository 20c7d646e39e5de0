"""The `engine` command and its subcommands."""

from __future__ import annotations

import gc
import logging
import sys

import typer

from engine.cli.call import call
from engine.cli.check import check
from engine.cli.ddl import ddl
from engine.cli.docs import docs
from engine.cli.eval import eval_
from engine.cli.explain import explain
from engine.cli.functions import functions
from engine.cli.log import log
from engine.cli.lsp import lsp
from engine.cli.migrate import migrate
from engine.cli.mock import mock
from engine.cli.new import new
from engine.cli.parked import parked
from engine.cli.run import run
from engine.cli.schema import schema
from engine.cli.schemas import schemas
from engine.cli.serve import serve
from engine.cli.show import show
from engine.cli.test import test
from engine.cli.validate import validate
from engine.errors import EngineError, SpecError

app = typer.Typer(
    name="engine",
    help="One YAML file per ERP, one engine that runs it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

for command in (
    new,
    validate,
    explain,
    test,
    eval_,
    show,
    docs,
    ddl,
    check,
    call,
    serve,
    run,
    migrate,
    mock,
    log,
    functions,
    schemas,
    schema,
    lsp,
):
    app.command(name=command.__name__.rstrip("_"))(command)
app.add_typer(parked)


def main() -> None:
    """Run the command; errors of ours are shown as text, exit code 2: it could not run."""
    logging.getLogger("engine").addHandler(logging.NullHandler())  # only `serve` writes log lines: redacted
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
