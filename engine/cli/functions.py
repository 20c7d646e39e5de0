"""`engine functions`: what expressions can call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import stop
from engine.parts.suggest import suggest

if TYPE_CHECKING:
    from engine.functions import Function


def functions(name: Annotated[str | None, typer.Argument(help="One function, shown whole")] = None) -> None:
    """List the functions of Queries and Templates, or show one with examples."""
    from inspect import getdoc

    from engine.functions import FUNCTIONS

    if name is not None:
        known = FUNCTIONS.get(name)
        if known is None:
            near = suggest(name, FUNCTIONS)
            stop(f'there is no function "{name}"' + (f'; did you mean "{near}"?' if near else ""), 1)
            return
        typer.echo(f"{_written(known)}\n\n{getdoc(known.call)}")
        return
    for group in dict.fromkeys(function.group for function in FUNCTIONS.values()):
        typer.echo(f"{group}")
        for function in FUNCTIONS.values():
            if function.group == group and not function.instead:
                typer.echo(f"  {function.name:<14} {function.summary}")


def _written(function: Function) -> str:
    """How a call is written: `decimal(x[, places])`, `find(elements, &field, value)`."""
    from inspect import Parameter, signature

    text = ""
    for place, parameter in enumerate(signature(function.call).parameters.values()):
        name = f"&{parameter.name}" if place in function.expressions else parameter.name
        more = parameter.kind is Parameter.VAR_POSITIONAL
        optional = more or parameter.default is not Parameter.empty
        comma = ", " if place else ""
        text += f"[{comma}{name}{', …' if more else ''}]" if optional else f"{comma}{name}"
    return f"{function.name}({text})"
