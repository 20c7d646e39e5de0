"""Findings as text: place, fact, the line itself, and what to write."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import typer

from engine.diagnostics import Diagnostic

_COLOURS = {"error": typer.colors.RED, "warning": typer.colors.YELLOW}


def show(found: Iterable[Diagnostic]) -> None:
    """Print findings; they are the result of a check, so they go to standard output."""
    for finding in found:
        typer.echo(_head(finding))
        line = _line(finding)
        if line is not None:
            number = str(finding.line)
            margin = " " * len(number)
            typer.echo(f" {number} | {line}")
            typer.echo(f" {margin} | {' ' * (finding.column - 1)}^ {finding.hint}".rstrip())
        elif finding.hint:
            typer.echo(f"   {finding.hint}")
        typer.echo()


def _head(finding: Diagnostic) -> str:
    severity = typer.style(f"{finding.severity}[{finding.rule}]", fg=_COLOURS[finding.severity], bold=True)
    return f"{finding.mark}: {severity}: {finding.message}"


def _line(finding: Diagnostic) -> str | None:
    lines = _lines(finding.file)
    line = lines[finding.line - 1] if finding.line <= len(lines) else ""
    return line if line.strip() and len(line) <= 300 else None


@cache
def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text(encoding="utf-8-sig").splitlines())
    except (OSError, UnicodeDecodeError):
        return ()
