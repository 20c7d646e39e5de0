"""`engine schemas`: the canonical model of the shipped integrations."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.options import pretty, stop
from engine.parts.suggest import suggest


def schemas(name: Annotated[str | None, typer.Argument(help="One schema, such as commerce.order")] = None) -> None:
    """List the shipped schemas, or print one as JSON Schema."""
    from engine.commerce import names, schema
    from engine.schemas import Schemas

    if name is None:
        for known in names():
            typer.echo(f"{known:<28} {schema(known).get('description', '')}")
        return
    whole = name if name.startswith("commerce.") else f"commerce.{name}"
    if whole not in names():
        near = suggest(whole, names())
        stop(
            f'there is no schema "{name}"'
            + (f'; did you mean "{near}"?' if near else f"; there is: {', '.join(names())}"),
            1,
        )
    typer.echo(pretty(Schemas({}).whole(whole)))
