"""`engine ddl`: the tables of an integration, and the role that suffices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from engine.cli.options import INTEGRATIONS, Folder, Given, SettingsFile, stop, subject_of

if TYPE_CHECKING:
    from engine.protocols.sql import SqlConnection
    from engine.spec.integration import Integration

Dialect = Literal["postgresql", "mariadb", "mysql", "mssql", "oracle", "sqlite"]


def ddl(
    integration: Annotated[str, typer.Argument(help="The integration, such as acme")],
    dialect: Annotated[Dialect, typer.Option("--dialect", help="The kind of database.")] = "postgresql",
    role: Annotated[str, typer.Option("--role", help="Who the engine is there.", show_default=True)] = "engine",
    only: Annotated[
        Literal["all", "tables", "grants"], typer.Option("--only", help="Print the tables, or the grants, alone.")
    ] = "all",
    given: Given = None,
    settings: SettingsFile = None,
    folder: Folder = INTEGRATIONS,
) -> None:
    """Print how to make the tables of an integration's databases, with the indexes its endpoints need, and a role that may
    do exactly what its endpoints do. Nothing is sent to a database."""
    from engine.ddl.needs import needs
    from engine.ddl.statements import Statements, script
    from engine.protocols.sql import SqlConnection

    found = subject_of(folder, integration).integration
    databases = {name: one for name, one in found.connections.items() if isinstance(one, SqlConnection)}
    if not databases:
        stop(f"{integration} has no connection of `type: sql`", 1)
    for name, connection in databases.items():
        schema = _schema(found, connection, given, settings)
        statements = Statements(connection, needs(found, name), dialect, schema, role)
        parts: list[str] = []
        if only in ("all", "tables"):
            parts += statements.tables()
        if only in ("all", "grants"):
            parts += statements.grants()
        typer.echo(f"-- {integration}.{name}\n\n{script(parts)}")


def _schema(
    integration: Integration, connection: SqlConnection, given: list[str] | None, file: str | None
) -> str | None:
    """Where the tables are; of the settings only those count that say so."""
    from engine.parts.fields import Deferred
    from engine.settings import Sources, resolve

    place = connection.schema
    if not isinstance(place, Deferred):
        return place
    named = {name for name, _ in place.query.settings}
    declared = {
        name: setting if name in named else setting.model_copy(update={"required": False})
        for name, setting in integration.settings.items()
    }
    settings = resolve(integration.name, declared, Sources.of(given or (), file))
    found = place.query.compiled({"settings": settings.public})
    return None if found is None else str(found)
