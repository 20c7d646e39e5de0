"""`engine functions`: what expressions can call."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.options import stop
from engine.parts.suggest import suggest


def functions(name: Annotated[str | None, typer.Argument(help="One function, shown whole")] = None) -> None:
    """List the functions of Queries and Templates, or show one with examples."""
    from inspect import getdoc

    from engine.editor.functions import written
    from engine.functions import FUNCTIONS

    if name is not None:
        known = FUNCTIONS.get(name)
        if known is None:
            near = suggest(name, FUNCTIONS)
            stop(f'there is no function "{name}"' + (f'; did you mean "{near}"?' if near else ""), 1)
            return
        typer.echo(f"{written(known)}\n\n{getdoc(known.call)}")
        return
    for group in dict.fromkeys(function.group for function in FUNCTIONS.values()):
        typer.echo(f"{group}")
        for function in FUNCTIONS.values():
            if function.group == group and not function.instead:
                typer.echo(f"  {function.name:<14} {function.summary}")
