"""A first integration from tables of a live database: declared as they are, each read by an endpoint and a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import indent
from typing import Any

import sqlalchemy as sa

from engine.drafting.draft import Undescribed
from engine.http.tls import TlsOptions
from engine.mapping.write import alone, text
from engine.sql import live
from engine.sql.dialects import DIALECTS, Reaching, reached
from engine.sql.failures import translated

_SECONDS = 20.0
_WHO = "the database"
_LOOK = "look at --database, --user and the password"
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


@dataclass(frozen=True)
class LiveDatabase:
    """Where the tables are.

    Attributes:
        url: without user.
        schema: None: the one that the user has.
        ca: file of the authority that vouches for it, None for the system's.
        insecure: whether it may be reached without TLS.
    """

    url: str
    user: str = ""
    password: str = field(default="", repr=False)
    schema: str | None = None
    ca: str | None = None
    insecure: bool = False


def written(name: str, tables: Sequence[str], database: LiveDatabase) -> str:
    """The text of the integration's file. Of the database only the catalog is read.

    Raises:
        Undescribed: the database cannot be reached, or has no such table.
    """
    lines = indent("\n".join(_looked(tables, database)), "    ")
    named = {"".join(sign if sign.isalnum() else "_" for sign in table.lower()): table for table in tables}
    return _FILE.format(
        name=name,
        schema=f"    schema: {text(database.schema)}\n" if database.schema else "",
        tables=lines,
        endpoints="\n".join(f"      {one}: {{type: select, table: {text(table)}}}" for one, table in named.items()),
        messages="\n".join(
            f"  read_{one}: {{steps: [{{call: db.{one}, save: rows}}], reply: {{rows: =rows}}}}" for one in named
        ),
    )


def _looked(tables: Sequence[str], database: LiveDatabase) -> list[str]:
    if database.url.partition(":")[0].partition("+")[0] not in DIALECTS:
        raise Undescribed("this is no address of a database", f"write one of: {', '.join(DIALECTS)}")
    plain = database.insecure or database.url.startswith("sqlite")
    how = Reaching(_WHO, TlsOptions(ca=database.ca), plain, _SECONDS, "UTC")
    url, arguments = reached(database.url, database.user, database.password, how)
    engine = sa.create_engine(url, connect_args=dict(arguments), hide_parameters=True)
    try:
        with engine.connect() as connection:
            return list(_declared(connection, tables, database.schema))
    except sa.exc.SQLAlchemyError as error:
        raise Undescribed(str(translated(error, _WHO, committing=False, connecting=True)), _LOOK) from None
    finally:
        engine.dispose()


def _declared(connection: sa.Connection, tables: Sequence[str], schema: str | None) -> Iterator[str]:
    """The lines of `tables:`."""
    yield "tables:"
    for table in tables:
        if not sa.inspect(connection).has_table(table, schema=schema):
            known = sorted(sa.inspect(connection).get_table_names(schema))
            raise Undescribed(f"there is no table {table}", f"there is: {', '.join(known) or 'none'}")
        yield f"  {text(table)}:"
        yield "    columns:"
        yield from (
            f"      {_column(name, column)}" for name, column in live.columns(connection, table, schema).items()
        )
        key = live.key(connection, table, schema)
        note = "" if key else "  # the table has none: name the columns that tell rows apart"
        yield f"    key: {alone(list(key))}{note}"
        unique = sorted({one for one in live.unique(connection, table, schema) if set(one) != set(key)})
        if unique:
            yield f"    unique: {alone([list(one) for one in unique])}"


def _column(name: str, column: Mapping[str, Any]) -> str:
    kind = _type(column["type"])
    if kind is None:
        return f"# {text(name)}: {column['type']} has no type here"
    if column.get("identity") or column.get("autoincrement") is True:
        return f"{text(name)}: identity generated"
    words = "null" if column["nullable"] else "required"
    return f"{text(name)}: {kind} {words}{' generated' if column.get('computed') else ''}"


def _type(found: Any) -> str | None:
    """As a file writes it; binary fractions are not exact, and have none."""
    match live.kind(found):
        case "text":
            return f"text({found.length})" if found.length else "text"
        case "decimal":
            return f"decimal({found.precision},{found.scale or 0})" if found.precision else None
        case "float" | "other":
            return None
        case kind:
            return kind
