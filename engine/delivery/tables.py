"""The tables of the store, and their versions."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnClause,
    ColumnElement,
    Connection,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    literal_column,
    select,
    update,
)
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from engine.delivery.delivery import FlowName
from engine.store_database import StoreUnusable, add_column, alone

VERSION = 4

metadata = MetaData()


# Only open deliveries stand here: what is done is deleted, so a claim costs its batch and not the history.
deliveries = Table(
    "delivery",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("id", String(64), nullable=False),
    Column("integration", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("exchange_key", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("payload", Text, nullable=False),
    Column("original", Text, nullable=True),  # what was accepted, if an operator has changed the payload since
    Column("attempts", Integer, nullable=False),
    Column("results", Text, nullable=False),
    Column("error", Text, nullable=False),
    Column("created", Double, nullable=False),
    Column("due", Double, nullable=False),
    Column("set", Double, nullable=False),  # when `due` or `lease` was: later than now after a clock went back
    Column("owner", String(64), nullable=True),
    Column("lease", Double, nullable=True),
    Column("answer", Text, nullable=True),  # came before it was recorded that this was sent
    Column("parked_from", String(10), nullable=True),  # where a resend leads back to: `sent`, `fragment`
    sqlite_autoincrement=True,  # numbers are never used again: the order of acceptance, also after deletions
)


def word(state: str) -> ColumnClause[str]:
    """A state that stands in the statement itself, where others have a parameter.

    A partial index serves only a statement that repeats its condition word for word.
    """
    return literal_column(f"'{state}'", String())


def of_flow(columns: ReadOnlyColumnCollection[str, Any], name: FlowName) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a row of `delivery`, `flow` or `migration` is of a flow."""
    return columns.integration == name.integration, columns.flow == name.flow


CLAIMABLE = deliveries.c.state.in_((word("ready"), word("held")))
RUNNING = deliveries.c.state == word("running")
PARKED = deliveries.c.state == word("parked")
SENT = deliveries.c.state == word("sent")

_sent = Index("delivery_sent", deliveries.c.due, sqlite_where=SENT, postgresql_where=SENT)
Index("delivery_id", deliveries.c.id)
Index("delivery_key", deliveries.c.integration, deliveries.c.flow, deliveries.c.key, deliveries.c.sequence)
for _name, _where, _columns in (
    ("delivery_due", CLAIMABLE, (deliveries.c.integration, deliveries.c.flow, deliveries.c.due, deliveries.c.sequence)),
    ("delivery_lease", RUNNING, (deliveries.c.lease,)),
    ("delivery_parked", PARKED, (deliveries.c.sequence,)),
):
    Index(_name, *_columns, sqlite_where=_where, postgresql_where=_where)

# Which events were accepted, by the name and id the sender gave them; `answer` is what it was told.
seen = Table(
    "delivery_seen",
    metadata,
    Column("integration", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("answer", String(64), nullable=False),
    Column("at", Double, nullable=False),
)
Index("delivery_seen_at", seen.c.at)

# Digests of what was delivered last, by key: `changed` compares with them.
digests = Table(
    "delivery_digest",
    metadata,
    Column("integration", Text, primary_key=True),
    Column("flow", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("at", Double, nullable=False, server_default="0"),
)
_digests_at = Index("delivery_digest_at", digests.c.at)

# Where each flow stands: how far it has read, when it reads next, who is reading.
flows = Table(
    "delivery_flow",
    metadata,
    Column("integration", Text, primary_key=True),
    Column("flow", Text, primary_key=True),
    Column("cursor", Text, nullable=True),
    Column("due", Double, nullable=True),
    Column("owner", String(64), nullable=True),
    Column("lease", Double, nullable=True),
    Column("started", Double, nullable=True),
    Column("ended", Double, nullable=True),
    Column("error", Text, nullable=False, server_default=""),
)

# What operators did, and why.
acts = Table(
    "delivery_act",
    metadata,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Double, nullable=False),
    Column("act", String(10), nullable=False),
    Column("delivery", String(64), nullable=False),
    Column("integration", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("why", Text, nullable=False),
)

# How far the initial data migration of an integration has come, flow by flow.
migrations = Table(
    "delivery_migration",
    metadata,
    Column("integration", Text, primary_key=True),
    Column("flow", Text, primary_key=True),
    Column("read", Double, nullable=True),  # when all its records were in the store
    Column("ended", Double, nullable=True),  # when they were delivered, but for those that need a person
)

# Connections that are offline, for all engines on this store; after `until` one request tries again.
outages = Table(
    "delivery_outage",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("until", Double, nullable=False),
    Column("tried_by", String(64), nullable=True),
    Column("lease", Double, nullable=True),  # of the engine that tries
)

# Of what people were told, by each entry of `notify`, until it is over.
told = Table(
    "delivery_told",
    metadata,
    Column("integration", Text, primary_key=True),
    Column("entry", String(64), primary_key=True),
    Column("event", String(16), primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("at", Double, nullable=False),
)

versions = Table("delivery_version", metadata, Column("version", Integer, nullable=False))


def _confirmed_migrated_shared(connection: Connection) -> None:
    """Version 2: deliveries that wait for an answer, the initial migration, outages known to all engines."""
    metadata.create_all(connection, tables=[migrations, outages])
    _sent.create(connection)


def _answered_aged(connection: Connection) -> None:
    """Version 3: answers that are early, where parked ones come from, and how old digests are."""
    for column in (deliveries.c.answer, deliveries.c.parked_from, digests.c.at):
        add_column(connection, column)
    connection.execute(update(digests).values(at=time.time()))
    _digests_at.create(connection)


def _told(connection: Connection) -> None:
    """Version 4: what people were told of."""
    metadata.create_all(connection, tables=[told])


MIGRATIONS: Mapping[int, Callable[[Connection], None]] = {1: _confirmed_migrated_shared, 2: _answered_aged, 3: _told}
"""From a version to the next: what is done to the tables."""


def prepare(connection: Connection) -> None:
    """Make the tables, or bring older ones up to date.

    Raises:
        StoreUnusable: a newer engine made them.
    """
    alone(connection)
    known = inspect(connection).has_table(versions.name)
    found = connection.scalar(select(versions.c.version)) if known else None
    if found is None:
        metadata.create_all(connection)
        connection.execute(versions.insert().values(version=VERSION))
        return
    if found > VERSION:
        raise StoreUnusable(
            f"the store has version {found}, this engine knows up to {VERSION}; use the newer engine, or another store"
        )
    for version in range(found, VERSION):
        MIGRATIONS[version](connection)
        connection.execute(update(versions).values(version=version + 1))
