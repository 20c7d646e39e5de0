"""`engine schemas`: the canonical model of the shipped integrations."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.options import pretty, stop


def schemas(name: Annotated[str | None, typer.Argument(help="One schema, such as commerce.order")] = None) -> None:
    """List the shipped schemas, or print one as JSON Schema."""
    from engine.commerce import names, schema
    from engine.schemas import Schemas

    if name is None:
        for known in names():
            typer.echo(f"{known:<28} {schema(known).get('description', '')}")
        return
    if name not in names():
        stop(f'there is no schema "{name}"; there is: {", ".join(names())}', 1)
    typer.echo(pretty(Schemas({}).whole(name)))
