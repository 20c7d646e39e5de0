"""`engine schema`: the JSON Schema of the language, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from engine.cli.options import stop


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file; default: standard output.")
    ] = None,
) -> None:
    """Write the JSON Schema of integration files, with which any YAML editor completes, explains and underlines.

    `# yaml-language-server: $schema=../engine.schema.json` as the first line of a file tells its editor, or the
    editor's settings do: `yaml.schemas: {engine.schema.json: integrations/*.yaml}`.
    """
    import json

    from engine.editor.schema import language_schema

    text = json.dumps(language_schema(), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        stop(f"{output}: {error.strerror}")
