"""Data given on the command line: JSON, a file with JSON or YAML, or standard input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from engine.cli.options import stop


def read_data(option: str, text: str) -> Any:
    """The value of an option such as `--input`.

    Args:
        text: JSON; `@file` or the name of a file that exists, JSON unless it ends in .yaml or .yml; `-` for standard input.

    Raises:
        SpecError: a YAML file cannot be read.
        typer.Exit: it cannot be read otherwise.
    """
    from engine.formats.format import Undecodable
    from engine.formats.json import loads

    try:
        if text == "-":
            return loads(typer.get_binary_stream("stdin").read())
        if text.startswith("@") or _is_file(text):
            return _content(text.removeprefix("@"))
        return loads(text)
    except OSError as error:
        stop(f"{option} {text}: {error.strerror}")
    except Undecodable as error:
        stop(f"{option}: {error}")


def _is_file(text: str) -> bool:
    try:
        return text[:1] not in ("{", "[", '"') and Path(text).is_file()
    except (OSError, ValueError):
        return False


def _content(name: str) -> Any:
    from engine.document import load
    from engine.errors import SpecError
    from engine.formats.json import loads
    from engine.mapping.read import data

    if not name.endswith((".yaml", ".yml")):
        return loads(Path(name).read_bytes())
    document = load(name)
    if document.diagnostics:
        raise SpecError(document.diagnostics)
    return data(document.data)
