"""SQLite, whoever uses it: what a connection begins with, and when a transaction takes its lock."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event

READS = "engine_reads"
"""The execution option of a transaction that only reads."""


def on_connect(engine: Engine, *pragmas: str) -> None:
    """What every new connection begins with."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: object) -> None:
        connection.isolation_level = None  # transactions begin where SQLAlchemy says so, not where sqlite3 guesses
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")


def begin_at_once(engine: Engine) -> None:
    """Take the write lock when a transaction begins: one that reads first could not wait for it later."""

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(READS)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
