"""`engine validate`: prove files before they run."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from os.path import exists, isdir
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import INTEGRATIONS, stop
from engine.parts.suggest import did_you_mean, suggest
from engine.report import formats

if TYPE_CHECKING:
    from engine.report import Report

STANDARD_INPUT = Path("-")

Paths = Annotated[
    list[Path] | None, typer.Argument(help="Files or folders, or - for standard input; default: integrations/")
]
Strict = Annotated[bool, typer.Option("--strict", help="Warnings count as errors do: for the exit code, and in JUnit.")]
Format = Annotated[str, typer.Option("--format", help=f"How findings are written: {', '.join(formats())}.")]
Fix = Annotated[bool, typer.Option("--fix", help="Mend what has exactly one remedy, and show the changes as a diff.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="With --fix: show the changes, and make none.")]
Name = Annotated[
    Path | None, typer.Option("--name", help="With -: the file that standard input stands for, among those beside it.")
]


def validate(
    paths: Paths = None,
    strict: Strict = False,
    format: Format = "text",
    fix: Fix = False,
    dry_run: DryRun = False,
    name: Name = None,
) -> None:
    """Check integration files: offline, without settings or secrets; several at a time, on all cores.

    Exit code 0: no error (with --strict: no finding). 1: findings. 2: could not run. A finding is accepted by a comment
    `# engine: ignore[rule] reason`; `engine explain RULE` tells more about one.
    """
    from engine.report import writer

    wanted = paths or [INTEGRATIONS]
    if dry_run and not fix:
        stop("--dry-run goes with --fix")
    if format not in formats():
        stop(f'there is no format "{format}"; {did_you_mean(suggest(format, formats()))}one of: {", ".join(formats())}')
    if (name is not None) != (wanted == [STANDARD_INPUT]):
        stop("--name and - go together: engine validate - --name integrations/acme.yaml")
    if fix:
        _mend(_files(wanted), dry_run, to_errors=format != "text")
    report = replace(_checked_input(name) if name is not None else _checked(wanted), strict=strict)
    told = writer(format)(report)
    if told:
        typer.echo(told, color=report.colour)
    raise typer.Exit(1 if any(map(report.counts, report.findings)) else 0)


def _files(wanted: Sequence[Path]) -> list[Path]:
    """The files of all paths.

    Raises:
        typer.Exit: there is no such file, or none in a folder.
    """
    from engine.checks.files import files

    for path in wanted:
        if path == STANDARD_INPUT:
            stop("standard input stands alone, and cannot be mended")
        if not exists(path):
            stop(f"{path}: there is no such file or folder")
        if isdir(path) and not files(path):
            stop(f"{path}: there is no .yaml file in this folder")
    found = list(dict.fromkeys(file for path in wanted for file in files(path)))
    if not found:
        stop(
            f"{wanted[0]}: an OpenAPI file is checked with the integrations that name it; name one of them, or the folder"
        )
    return found


def _checked(wanted: Sequence[Path]) -> Report:
    from engine.checks.files import validate as check
    from engine.checks.spread import cores
    from engine.report import Report

    names = tuple(map(str, _files(wanted)))
    return Report(names, tuple(check(*wanted, cores=cores())), colour=_is_coloured())


def _checked_input(name: Path) -> Report:
    from engine.checks.files import validate_content
    from engine.report import Report

    raw = sys.stdin.buffer.read()
    found = tuple(validate_content(name, raw))
    return Report((str(name),), found, {str(name): raw.decode("utf-8-sig", "replace")}, _is_coloured())


def _mend(files: Sequence[Path], dry_run: bool, to_errors: bool) -> None:
    """Show what can be mended as a diff, and mend it."""
    from engine.checks.files import validate_content
    from engine.checks.fixes import diff, fixed

    for file in files:
        before = file.read_bytes()
        after = fixed(before, lambda raw, file=file: validate_content(file, raw))  # type: ignore[misc]
        if after != before:
            typer.echo(diff(str(file), before, after), err=to_errors)
            if not dry_run:
                file.write_bytes(after)


def _is_coloured() -> bool:
    """Whether findings go to a person at a terminal who wants colours (https://no-color.org), or to one who says that
    what shows them has colours (https://force-color.org), as the logs of CI systems have."""
    return not os.environ.get("NO_COLOR") and (sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR")))
