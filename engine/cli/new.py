"""`engine new`: the beginning of an integration, from what is there."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.cli.options import stop


def new(
    tables: Annotated[list[str], typer.Option("--table", help="A table of the database; may be repeated.")],
    database: Annotated[
        str, typer.Option("--database", help="Its address without user, such as postgresql://db.example.com/erp.")
    ],
    user: Annotated[str, typer.Option("--user", help="Who looks; it needs to read nothing but the catalog.")] = "",
    password: Annotated[
        str, typer.Option("--password", envvar="ENGINE_DATABASE_PASSWORD", help="Its password.", show_envvar=True)
    ] = "",
    schema: Annotated[str | None, typer.Option("--schema", help="Where the tables are.")] = None,
    ca: Annotated[str | None, typer.Option("--ca", help="File with the certificate authority of the database.")] = None,
    insecure: Annotated[bool, typer.Option("--insecure", help="Accept a connection without TLS.")] = False,
) -> None:
    """Print the `tables:` of a connection as a live database has them, to be pasted into an integration. Only the catalog
    is read."""
    import sqlalchemy as sa

    from engine.ddl.reflected import declared
    from engine.http.tls import TlsOptions
    from engine.sql.dialects import DIALECTS, Reaching, reached
    from engine.sql.failures import translated

    if database.partition(":")[0].partition("+")[0] not in DIALECTS:
        stop(f"this is no address of a database; one of: {', '.join(DIALECTS)}", 1)
    plain = insecure or database.startswith("sqlite")
    url, arguments = reached(database, user, password, Reaching("database", TlsOptions(ca=ca), plain, 20.0, "UTC"))
    engine = sa.create_engine(url, connect_args=dict(arguments), hide_parameters=True)
    try:
        typer.echo("\n".join(list(declared(engine, tables, schema))))
    except sa.exc.NoSuchTableError as error:
        known = sorted(sa.inspect(engine).get_table_names(schema))
        stop(f"there is no table {error}; there is: {', '.join(known) or 'none'}", 1)
    except sa.exc.SQLAlchemyError as error:
        stop(str(translated(error, "the database", committing=False, connecting=True)), 2)
    finally:
        engine.dispose()
