"""`engine new`: a first integration from what a system says of itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import INTEGRATIONS, stop

if TYPE_CHECKING:
    from engine.drafting.draft import Draft
    from engine.drafting.from_tables import LiveDatabase


def new(
    name: Annotated[str, typer.Argument(help="Name of the integration: small letters, digits and _.")],
    wsdl: Annotated[
        str | None, typer.Option("--wsdl", metavar="FILE|URL", help="A SOAP service; all it imports is fetched, too.")
    ] = None,
    openapi: Annotated[
        str | None, typer.Option("--openapi", metavar="FILE|URL", help="A REST API, described by an OpenAPI file.")
    ] = None,
    tables: Annotated[
        list[str] | None, typer.Option("--table", help="A table of a database; may be repeated, with --database.")
    ] = None,
    database: Annotated[
        str, typer.Option("--database", metavar="URL", help="Address of a database, without user.")
    ] = "",
    user: Annotated[str, typer.Option("--user", help="Who looks at the database; reads its catalog only.")] = "",
    password: Annotated[str, typer.Option("--password", envvar="ENGINE_DATABASE_PASSWORD", help="Its password.")] = "",
    schema: Annotated[str | None, typer.Option("--schema", help="Where its tables are.")] = None,
    ca: Annotated[
        str | None,
        typer.Option("--ca", metavar="FILE", help="Its certificate authority; default: the system's."),
    ] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Accept a database without TLS.")] = False,
    folder: Annotated[
        Path, typer.Option("--integrations", envvar="ENGINE_INTEGRATIONS", help="Folder it is written to.")
    ] = INTEGRATIONS,
    replace: Annotated[bool, typer.Option("--replace", help="Write over files that are there.")] = False,
) -> None:
    """Write a first integration: connection, endpoints, schemas, and a message for each operation, mapped field by field.

    The description is kept beside it, so that `engine validate` checks mappings against it offline. What is written is
    valid and works as it is; put the shop's words in place of the system's where the two meet.
    """
    import re

    from engine.parts.scalars import NAME

    if not re.fullmatch(NAME, name):
        stop(f'"{name}" is no name: small letters, digits and _, a letter first')
    if tables and database:
        from engine.drafting.from_tables import LiveDatabase

        _write_tables(name, tables, LiveDatabase(database, user, password, schema, ca, insecure), folder, replace)
        return
    if (wsdl is None) == (openapi is None):
        stop(
            "say from what: --wsdl FILE|URL (SOAP), --openapi FILE|URL (REST), or --database URL with --table NAME (tables)"
        )
    found = _drafted(name, wsdl, openapi, folder, replace)
    typer.echo(f"{folder / f'{name}.yaml'}: {_counted(found)}")
    for place, note in found.notes.items():
        typer.echo(f"  look at {place}: {note}")
    typer.echo(
        f"next: engine validate {folder}/, then engine mock or engine call {name} {next(iter(found.messages), '…')}"
    )


def _write_tables(name: str, tables: list[str], database: LiveDatabase, folder: Path, replace: bool) -> None:
    from engine.drafting.draft import Undescribed
    from engine.drafting.from_tables import written

    file = folder / f"{name}.yaml"
    if file.exists() and not replace:
        stop(f"{file} is there already; --replace writes over it")
    try:
        text = written(name, tables, database)
    except Undescribed as error:
        stop(f"{error.message}; {error.hint}")
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    typer.echo(f"{file}: {len(tables)} tables\nnext: engine validate {folder}/")


def _drafted(name: str, wsdl: str | None, openapi: str | None, folder: Path, replace: bool) -> Draft:
    """Fetch, draft and write; nothing is left behind of what fails."""
    import shutil
    import tempfile

    from engine.drafting import fetch, from_openapi, from_wsdl
    from engine.drafting.draft import Undescribed
    from engine.drafting.text import written

    try:
        files = fetch.wsdl(wsdl, folder, name) if wsdl else fetch.openapi(openapi or "", name)
        with tempfile.TemporaryDirectory(prefix="engine-new-") as made:
            for file, content in files.items():
                (Path(made) / file).write_bytes(content)
            first = next(iter(files))
            found = (
                from_wsdl.draft(name, Path(made), first)
                if wsdl
                else from_openapi.draft(name, Path(made), first, openapi or "")
            )
            (Path(made) / f"{name}.yaml").write_text(written(found), encoding="utf-8")
            names = [*files, f"{name}.yaml"]
            there = [file for file in names if (folder / file).exists()]
            if there and not replace:
                stop(f"{folder / there[0]} is there already; --replace writes over it")
            folder.mkdir(parents=True, exist_ok=True)
            for file in names:
                shutil.copyfile(Path(made) / file, folder / file)
    except Undescribed as error:
        stop(f"{error.message}; {error.hint}")
    except OSError as error:
        stop(f"{error.filename}: {error.strerror}")
    return found


def _counted(found: Draft) -> str:
    return f"{len(found.endpoints)} endpoints, {len(found.messages)} messages, from {found.source}"
