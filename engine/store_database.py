"""The database of the store, where exchanges, events and deliveries are kept: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Column, Connection, Engine, StaticPool, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.schema import CreateColumn

from engine.errors import EngineError
from engine.sqlite import begin_at_once, on_connect

BUSY_SECONDS = 5.0


class StoreUnusable(EngineError):
    """This database cannot be the store: the message says why, and what to do."""


def durable(url: str) -> Engine:
    """Connections whose commits are on the disk when they return.

    SQLite: readers go on while it writes (WAL), a commit waits for the disk (synchronous=FULL), the write lock is taken
    at once, and what is deleted is overwritten. `sqlite://` alone is a database in memory, for tests and tries.

    Raises:
        StoreUnusable: the URL is none this engine knows, the folder or the driver is missing.
    """
    parsed = parsed_url(url)
    if parsed.get_backend_name() != "sqlite":
        return connections(parsed, pool_size=2, pool_pre_ping=True)
    path = file_of(parsed)
    if path is not None and not path.parent.is_dir():
        raise StoreUnusable(f"the store cannot be kept in {path}: there is no directory {path.parent}")
    arguments = {"timeout": BUSY_SECONDS, "check_same_thread": False}
    engine = (
        connections(parsed, connect_args=arguments)
        if path
        else connections(parsed, connect_args=arguments, poolclass=StaticPool)
    )
    on_connect(engine, "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
    begin_at_once(engine)
    return engine


def alone(connection: Connection) -> None:
    """Let one engine at a time make or change tables: two that start together would both make them. Until the
    transaction ends."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_xact_lock(hashtext('engine tables'))"))


def add_column(connection: Connection, column: Column[Any]) -> None:
    """Give a table of an older engine a column that it has in this one."""
    made = CreateColumn(column).compile(dialect=connection.dialect)
    connection.execute(text(f"alter table {column.table.name} add column {made}"))


def file_of(url: URL) -> Path | None:
    """The file of an SQLite database; None for other databases, and in memory."""
    name = (url.database or "").removeprefix("file:")
    return Path(name) if url.get_backend_name() == "sqlite" and name not in ("", ":memory:") else None


def parsed_url(url: str) -> URL:
    """The URL of a store.

    Raises:
        StoreUnusable: it is none this engine knows, or the driver is missing.
    """
    try:
        parsed = make_url(url)
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        given = url.partition("//")[0]
        raise StoreUnusable(
            f'"{given}" is no database URL this engine knows; write sqlite:///engine.db or postgresql+psycopg://…'
        ) from None
    except ImportError as error:
        raise StoreUnusable(f"the driver of {url.partition(':')[0]} is not installed: {error.name}") from None
    return parsed


def connections(url: URL, **options: Any) -> Engine:
    """Connections to a store, made when they are needed; errors show no data.

    Args:
        options: of SQLAlchemy's `create_engine`.

    Raises:
        StoreUnusable: the driver is missing.
    """
    try:
        return create_engine(url, hide_parameters=True, **options)
    except ImportError as error:
        raise StoreUnusable(f"the driver of {url.drivername} is not installed: {error.name}") from None
