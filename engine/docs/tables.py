"""Tables of databases: each column, and what the engine does with it. What both sides must agree upon."""

from __future__ import annotations

from collections.abc import Iterator

from engine.ddl.needs import needs
from engine.docs.claims import asked, put
from engine.docs.model import Block, Break, Code, Listing, Paragraph, Section, Table, Words, listed, spans
from engine.docs.shown import worded
from engine.docs.subject import Subject
from engine.protocols.sql import SqlConnection
from engine.sql.endpoints.claim import Claim
from engine.sql.endpoints.endpoint import SqlEndpoint
from engine.sql.endpoints.select import Select
from engine.sql.endpoints.write import Write, WritePart
from engine.sql.need import Need
from engine.sql.table import Table as Described

ENDPOINTS = ("Operation", "What it does")
COLUMNS = ("Column", "Type", "Key", "Read", "Inserted", "Updated")

_MODES = {
    "insert": "are inserted",
    "upsert": "are written over where one of the same {key} is there, else inserted",
    "replace": "take the place of all of the same {key}",
    "update": "are written over; one of the same {key} must be there",
}


def tables(subject: Subject) -> Section:
    """What is done with tables, and what they look like, by connection."""
    found = subject.integration.connections.items()
    return Section(
        "Tables", "tables", [], [_of(subject, name, one) for name, one in found if isinstance(one, SqlConnection)]
    )


def _of(subject: Subject, name: str, connection: SqlConnection) -> Section:
    schema = worded(connection.schema, subject.integration) if connection.schema is not None else ""
    where = f" They are in the schema {schema}." if schema else ""
    made = (
        "How to make them, and the role that suffices: ",
        Code(f"engine ddl {subject.integration.name}"),
        f".{where}",
    )
    done = [[Code(f"{name}.{key}"), _what(connection, endpoint)] for key, endpoint in connection.endpoints.items()]
    needed = needs(subject.integration, name)
    blocks: list[Block] = [Paragraph(connection.description)] if connection.description else []
    each = [
        _table(key, table, needed.get(key, Need()), f"tables-{name}-{key}") for key, table in connection.tables.items()
    ]
    return Section(name, f"tables-{name}", [*blocks, Paragraph(made), Table(ENDPOINTS, done)], each)


def _table(name: str, table: Described, need: Need, at: str) -> Section:
    if table.view is not None:
        return Section(name, at, [Paragraph("Read only:"), Listing(table.view, "sql")])
    unique = [(*spans(listed([Code(one) for one in columns])),) for columns in (table.key, *table.unique)]
    words: Words = ("No two rows have the same ", *spans(listed(unique, "; or ")), ".")
    rows = [
        [
            Code(column),
            str(kind),
            "yes" if column in table.key else "",
            "yes" if column in need.select else "",
            "yes" if column in need.insert else "",
            "yes" if column in need.update else "",
        ]
        for column, kind in table.columns.items()
    ]
    return Section(name, at, [Paragraph(words), Table(COLUMNS, rows)])


# -- what is done ----------------------------------------------------------------------------------------------------


def _what(connection: SqlConnection, endpoint: SqlEndpoint) -> Words:
    if isinstance(endpoint, Select):
        return ("reads rows of ", Code(endpoint.table), *asked(endpoint.query))
    if isinstance(endpoint, Claim):
        which = ("takes rows of ", Code(endpoint.table), *asked(endpoint.query), ", each by one engine only, and sets ")
        return (*which, *put(endpoint.take))
    assert isinstance(endpoint, Write)
    return listed(list(_written(connection, endpoint)), Break())


def _written(connection: SqlConnection, endpoint: Write) -> Iterator[Words]:
    if len(endpoint.parts) > 1:
        yield "in one transaction, in this order:"
    for name, part in endpoint.parts.items():
        yield (Code(name), ": rows of ", Code(part.table), f" {_mode(connection, part)}")
    if endpoint.once is not None:
        kept = (
            "a row of ",
            Code(endpoint.once.part),
            " that is there already makes it a success that writes nothing",
        )
        again = endpoint.once.again
        yield (*kept, *((", unless it holds ", *put(again, " = ")) if again else ()))


def _mode(connection: SqlConnection, part: WritePart) -> str:
    return _MODES[part.mode].format(key=", ".join(part.key or connection.tables[part.table].key))
