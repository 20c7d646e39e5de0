"""`engine validate`: prove files before they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.findings import show
from engine.cli.options import INTEGRATIONS, stop


def validate(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; default: integrations/")] = None,
) -> None:
    """Check integration files: offline, without settings or secrets.

    Exit code 0: no finding. 1: findings. 2: could not run.
    """
    from engine.checks.files import files
    from engine.checks.files import validate as check

    wanted = paths or [INTEGRATIONS]
    for path in wanted:
        if not path.exists():
            stop(f"{path}: there is no such file or folder")
        if path.is_dir() and not files(path):
            stop(f"{path}: there is no .yaml file in this folder")
    found = list(dict.fromkeys(finding for path in wanted for finding in check(path)))
    show(found)
    count = sum(len(files(path)) for path in wanted)
    typer.echo(f"{count} file{'s' if count != 1 else ''}, {len(found) or 'no'} finding{'s' if len(found) != 1 else ''}")
    raise typer.Exit(1 if found else 0)
