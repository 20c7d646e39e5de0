"""`engine new --table`: the tables of a live database, as an integration declares them."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from engine.cli.options import stop


def print_tables(
    tables: Sequence[str],
    database: str,
    user: str,
    password: str,
    schema: str | None,
    ca: str | None,
    *,
    insecure: bool,
) -> None:
    """Print `tables:` of a connection, to be pasted into an integration. Only the catalog is read."""
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
