"""`engine docs`: documentation from the spec."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from engine.cli.options import INTEGRATIONS, Folder, stop, subject_of


def docs(
    integration: Annotated[str, typer.Argument(help="Name of the integration, such as acme")],
    format: Annotated[
        Literal["md", "html"], typer.Option("--format", help="Markdown with Mermaid, or one HTML file.")
    ] = "md",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: standard output.")
    ] = None,
    folder: Folder = INTEGRATIONS,
) -> None:
    """Write the documentation of an integration: messages, flows, events, mappings, failures, settings, network sheet.

    The same file gives the same bytes, so the result can be committed and compared.
    """
    from engine.docs.page import page

    document = page(subject_of(folder, integration))
    if format == "html":
        from engine.docs.html import html

        text = html(document)
    else:
        from engine.docs.markdown import markdown

        text = markdown(document)
    if output is None:
        typer.get_binary_stream("stdout").write(text.encode())
        return
    try:
        output.write_bytes(text.encode())
    except OSError as error:
        stop(f"--output {output}: {error.strerror}")
