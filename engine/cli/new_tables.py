"""`engine new --table`: a first integration from tables of a live database."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import indent

from engine.cli.options import stop

_FILE = """\
engine: 1
name: {name}
settings:
  url: {{type: url, description: "Address of the database, without user"}}
  user: {{type: text}}
  password: {{type: secret}}
connections:
  db:
    type: sql
    url: =settings.url
    auth: {{type: password, username: =settings.user, password: =settings.password}}
{schema}{tables}
    endpoints:
{endpoints}
messages:
{messages}
"""


def drafted(
    name: str,
    tables: Sequence[str],
    database: str,
    login: tuple[str, str],
    schema: str | None,
    ca: str | None,
    *,
    insecure: bool,
) -> str:
    """An integration that reads tables, with their columns as they are. Only the catalog is read."""
    import sqlalchemy as sa

    from engine.ddl.reflected import declared
    from engine.http.tls import TlsOptions
    from engine.sql.dialects import DIALECTS, Reaching, reached
    from engine.sql.failures import translated

    if database.partition(":")[0].partition("+")[0] not in DIALECTS:
        stop(f"this is no address of a database; one of: {', '.join(DIALECTS)}")
    plain = insecure or database.startswith("sqlite")
    how = Reaching("the database", TlsOptions(ca=ca), plain, 20.0, "UTC")
    url, arguments = reached(database, *login, how)
    engine = sa.create_engine(url, connect_args=dict(arguments), hide_parameters=True)
    try:
        lines = "\n".join(declared(engine, tables, schema))
    except sa.exc.NoSuchTableError as error:
        known = sorted(sa.inspect(engine).get_table_names(schema))
        stop(f"there is no table {error}; there is: {', '.join(known) or 'none'}")
    except sa.exc.SQLAlchemyError as error:
        stop(str(translated(error, "the database", committing=False, connecting=True)))
    finally:
        engine.dispose()
    named = {"".join(sign if sign.isalnum() else "_" for sign in table.lower()): table for table in tables}
    return _FILE.format(
        name=name,
        schema=f"    schema: {schema}\n" if schema else "",
        tables=indent(lines, "    "),
        endpoints="\n".join(f"      {one}: {{type: select, table: {table}}}" for one, table in named.items()),
        messages="\n".join(
            f"  read_{one}: {{steps: [{{call: db.{one}, save: rows}}], reply: {{rows: =rows}}}}" for one in named
        ),
    )
