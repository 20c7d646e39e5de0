"""The tables of the journal, their version, and the connections to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    URL,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    Insert,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    and_,
    bindparam,
    func,
    insert,
    inspect,
    literal,
    select,
    update,
)

from engine.formats.json import dumps
from engine.journal.entries import JournalUnusable
from engine.sqlite import begin_at_once, on_connect
from engine.store_database import add_column, alone, connections, file_of, parsed_url

VERSION = 2
BUSY_SECONDS = 2.0

metadata = MetaData()

# The database gives `sequence` out in the order of writing: an exchange that took long has an old id and a new
# sequence, so whoever follows the journal asks by sequence and misses none.
exchanges = Table(
    "journal_exchange",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("integration", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("at", String(40), nullable=False),
    Column("status", String(20), nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("duration", BigInteger, nullable=False),
    Column("error", Text, nullable=False),
    Column("reached", Integer, nullable=False),
    Column("delivery", String(64), nullable=False, server_default=""),
    Column("event", Text, nullable=False, server_default=""),
    Column("moments", Text, nullable=False),
)
Index("journal_exchange_integration", exchanges.c.integration, exchanges.c.id)
Index("journal_exchange_message", exchanges.c.message, exchanges.c.id)
Index("journal_exchange_status", exchanges.c.status, exchanges.c.id)
Index("journal_exchange_key", exchanges.c.key, exchanges.c.id)


def is_of(column: Column[str], name: str) -> ColumnElement[bool]:
    """A condition on `delivery` or `event` that their indexes serve: most exchanges come from neither, and are not in them."""
    return and_(column == name, holds(column))


def holds(column: Column[str]) -> ColumnElement[bool]:
    """Whether `delivery` or `event` says something."""
    return column != literal("", literal_execute=True)


_of_deliveries = [
    Index(
        f"journal_exchange_{column.name}",
        column,
        exchanges.c.id,
        sqlite_where=holds(column),
        postgresql_where=holds(column),
    )
    for column in (exchanges.c.delivery, exchanges.c.event)
]

# `place` is the moment's place among the moments of its exchange.
payloads = Table(
    "journal_payload",
    metadata,
    Column("exchange", String(64), primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("point", Integer, nullable=False),
    Column("call", Text, nullable=False),
    Column("text", Text, nullable=False),
)

# A table of its own, not SQLite's user_version: the file also holds the deliveries, which count their own versions.
versions = Table("journal_version", metadata, Column("version", Integer, nullable=False))


def _deliveries(connection: Connection) -> None:
    """Version 2: which delivery an attempt is of, and which event that comes from."""
    for column in (exchanges.c.delivery, exchanges.c.event):
        add_column(connection, column)
    for index in _of_deliveries:
        index.create(connection)


MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {1: _deliveries}
"""From a version to the next: what is done to the tables."""


def writing(url: str) -> Engine:
    """Connections of the writer.

    SQLite: readers go on while it writes (WAL). A commit does not wait for the disk (synchronous=NORMAL): kill -9
    loses nothing that was committed, a power cut loses at most the last moments and never the file. That is enough
    here; what must not be lost stands in the delivery store. What retention deletes is overwritten (secure_delete).
    """
    parsed = _kept(url)
    path = file_of(parsed)
    if path is not None and not path.parent.is_dir():
        raise JournalUnusable(f"the journal cannot be kept in {path}: there is no directory {path.parent}")
    engine = _connections(parsed)
    if parsed.get_backend_name() == "sqlite":
        on_connect(engine, "journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON")
        begin_at_once(engine)
    return engine


def reading(url: str) -> Engine:
    """Connections that only read, beside an engine that writes.

    Raises:
        JournalUnusable: there is no store.
    """
    parsed = _kept(url)
    path = file_of(parsed)
    if path is not None and not path.is_file():
        raise JournalUnusable(
            f"there is no store {path} (looked in {path.parent.absolute()}); "
            "`engine serve` makes one, --store or ENGINE_STORE names another"
        )
    engine = _connections(parsed)
    if parsed.get_backend_name() == "sqlite":
        on_connect(engine, "query_only=ON")
    return engine


def prepare(connection: Connection) -> None:
    """Make the tables, or bring older ones up to date.

    Raises:
        JournalUnusable: a newer engine made them.
    """
    alone(connection)
    found = version_of(connection)
    if found is None:
        metadata.create_all(connection)
        connection.execute(insert(versions).values(version=VERSION))
        return
    if found > VERSION:
        raise newer(found)
    for version in range(found, VERSION):
        MIGRATIONS[version](connection)
        connection.execute(update(versions).values(version=version + 1))


def insert_all(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that name the same columns.

    Into SQLite all of them travel as one JSON text in one statement, during which the event loop has the interpreter to
    itself; row by row, each would take it away and give it back.
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(insert(table), rows)
        return
    values = dumps([list(row.values()) for row in rows]).decode()
    connection.execute(_insert_from_json(table, tuple(rows[0])), {"rows": values})


@cache
def _insert_from_json(table: Table, columns: tuple[str, ...]) -> Insert:
    each = func.json_each(bindparam("rows", type_=Text)).table_valued("value")
    values = (func.json_extract(each.c.value, f"$[{place}]") for place in range(len(columns)))
    return insert(table).from_select(columns, select(*values))


def version_of(connection: Connection) -> int | None:
    """The version of the tables, None where there are none."""
    return connection.scalar(select(versions.c.version)) if inspect(connection).has_table(versions.name) else None


def newer(found: int) -> JournalUnusable:
    return JournalUnusable(
        f"the journal in this store has version {found}, this engine knows up to {VERSION}; "
        "use the newer engine, or another store"
    )


def _kept(url: str) -> URL:
    """The URL of a store that outlives the process.

    Raises:
        StoreUnusable: it is none.
    """
    parsed = parsed_url(url)
    if parsed.get_backend_name() == "sqlite" and file_of(parsed) is None:
        raise JournalUnusable("this store would be gone with the process; write sqlite:///engine.db")
    return parsed


def _connections(url: URL) -> Engine:
    arguments = {"timeout": BUSY_SECONDS} if url.get_backend_name() == "sqlite" else {}
    return connections(url, connect_args=arguments, pool_size=2)
