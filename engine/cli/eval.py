"""`engine eval`: try an expression, or see what a message would send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from engine.cli.data import read_data
from engine.cli.options import INTEGRATIONS, Folder, Given, SettingsFile, pretty, stop

if TYPE_CHECKING:
    from engine.expression.expressions import Expression

NAME = "expression"
"""What stands in for a file's name in the place of a mistake."""


def eval_(
    expression: Annotated[
        str | None,
        typer.Argument(help="=query, or text with {{ }}; in single quotes, so that the shell leaves it alone."),
    ] = None,
    data: Annotated[
        str,
        typer.Option(
            "--data", "-d", help="What it is evaluated over: JSON, a file (JSON or YAML), or - for standard input."
        ),
    ] = "{}",
    message: Annotated[
        str | None, typer.Option("--message", "-m", help="A message such as acme.prices, in place of an expression.")
    ] = None,
    input: Annotated[
        str | None,
        typer.Option("--input", "-i", help="With --message: its input; default: that of its first example."),
    ] = None,
    replies: Annotated[
        str | None,
        typer.Option("--replies", "-r", help="With --message: what its calls get, a list of {status, headers, body}."),
    ] = None,
    format: Annotated[
        Literal["text", "json"], typer.Option("--format", help="With --message: how the requests are printed.")
    ] = "text",
    folder: Folder = INTEGRATIONS,
    settings: SettingsFile = None,
    set_: Given = None,
) -> None:
    """Evaluate an expression over data; or, with --message, print the requests it would send, without sending them.

    The fields of the data are the names in reach; @ is the whole of it. What `engine validate` would find in the
    expression is told on standard error.
    Exit code 0: done. 1: the data does not fit. 2: could not run.
    """
    if (expression is None) == (message is None):
        stop("give an expression such as '=items[0].sku', or --message acme.prices")
    if message is not None and data != "{}":
        stop("--data goes with an expression; the input of a message is --input")
    if expression is not None:
        typer.echo(_evaluated(expression, read_data("--data", data)))
    elif message is not None:
        from engine.cli.preview import show_preview
        from engine.settings import Sources

        show_preview(message, input, replies, folder, Sources.of(set_ or (), settings), format)


def _evaluated(text: str, data: Any) -> str:
    """The value of an expression as JSON; what `engine validate` would find in it is on standard error.

    Raises:
        typer.Exit: it cannot be read (2), or the data does not fit (1); why is on standard error.
    """
    from engine.checks.alone import findings_in
    from engine.errors import Fault, MappingError
    from engine.expression.ast import SyntaxFault
    from engine.expression.compiled import over_value
    from engine.expression.expressions import is_query, is_template

    written = text if is_query(text) or is_template(text) else f"={text}"
    try:
        read = _read(written)
        evaluate = over_value(read)
    except SyntaxFault as fault:
        stop(_shown(written, fault.offset + is_query(written), fault.message, fault.hint))
    for found in findings_in(read, data if isinstance(data, dict) else ()):
        kind = f"{found.severity}[{found.rule}]"
        typer.echo(_shown(written, found.column - 1, found.message, found.hint, kind), err=True)
    try:
        return pretty(evaluate(data))
    except MappingError as error:
        offset = error.mark.column - 1 if error.mark else 0
        stop(_shown(written, offset, error.message, error.value and f"the data was {error.value}"), 1)
    except Fault as fault:
        stop(fault.message, 1)


def _read(text: str) -> Expression:
    """An expression whose places are offsets in its text, as though it were one line.

    Raises:
        SyntaxFault: it cannot be read.
    """
    from engine.document import Place
    from engine.document.place import Source
    from engine.expression.expressions import is_query, read_query, read_template

    place = Place(Source(NAME, text, [0, len(text) + 1]), 0, len(text), text)
    return read_query(text, place) if is_query(text) else read_template(text, place)


def _shown(text: str, offset: int, message: str, hint: str, kind: str = "error") -> str:
    """What is wrong as the line it stands in, with a caret under its place."""
    before = text[:offset]
    number, column = before.count("\n") + 1, offset - (before.rfind("\n") + 1)
    line = text.split("\n")[number - 1]
    head = f"{NAME}:{number}:{column + 1}: {kind}: {message}"
    return "\n".join([head, f" {number} | {line}", f" {' ' * len(str(number))} | {' ' * column}^ {hint}".rstrip()])
