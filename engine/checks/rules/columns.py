"""What an endpoint of a database names must stand under its `tables`: tables, columns, and keys that tell rows apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.calls import CallSpec
from engine.checks.subject import Subject
from engine.columns.column import Column
from engine.diagnostics import Diagnostic, Mark, shown
from engine.document import Path_
from engine.parts.suggest import did_you_mean, suggest
from engine.protocols.sql import SqlConnection
from engine.spec.examples import ExampleCall
from engine.spec.messages import Step
from engine.sql.endpoints.claim import Claim
from engine.sql.endpoints.select import Select
from engine.sql.endpoints.write import Write, WritePart
from engine.sql.table import Table


def check(subject: Subject) -> Iterator[Diagnostic]:
    for name, connection in subject.integration.connections.items():
        if not isinstance(connection, SqlConnection):
            continue
        at: Path_ = ("connections", name)
        tables = _tables(subject, name, connection)
        for table, found in tables.items():
            yield from _table(subject, found, table, (*at, "tables", table))
        for endpoint, one in connection.endpoints.items():
            where: Path_ = (*at, "endpoints", endpoint)
            if isinstance(one, (Select, Claim)):
                yield from _rows(subject, one, tables, where)
            elif isinstance(one, Write):
                yield from _write(subject, one, tables, where)
    for path, part in subject.parts:
        if isinstance(part, (CallSpec, Step)) and part.call:
            yield from _asked(subject, part.call, part.query, path)
        elif isinstance(part, ExampleCall) and part.reply is not None:
            yield from _canned(subject, part.call, part.reply.body, (*path, "reply", "body"))


def _tables(subject: Subject, name: str, connection: SqlConnection) -> dict[str, Table]:
    """Its tables, also with the columns whose type could not be read: that is said elsewhere."""
    found: dict[str, Table] = {}
    for table, one in connection.tables.items():
        if one is not None:
            written = subject.names("connections", name, "tables", table, "columns") or ()
            unread = {column: Column("text") for column in written if column not in one.columns}
            found[table] = one.model_copy(update={"columns": {**one.columns, **unread}}) if unread else one
    return found


def _table(subject: Subject, table: Table, name: str, path: Path_) -> Iterator[Diagnostic]:
    yield from _columns(subject, table, name, ((one, (*path, "key", n)) for n, one in enumerate(table.key)))
    for number, unique in enumerate(table.unique):
        places = ((one, (*path, "unique", number, n)) for n, one in enumerate(unique))
        yield from _columns(subject, table, name, places)


def _rows(subject: Subject, endpoint: Select | Claim, tables: dict[str, Table], path: Path_) -> Iterator[Diagnostic]:
    table = tables.get(endpoint.table)
    if table is None:
        yield from _no_table(subject, endpoint.table, tables, (*path, "table"))
        return
    listed = ["order", "columns"] if isinstance(endpoint, Select) else ["order"]
    named = ["query"] if isinstance(endpoint, Select) else ["query", "take", "done", "failed"]
    for key in listed:
        places = ((one, (*path, key, n)) for n, one in enumerate(getattr(endpoint, key)))
        yield from _columns(subject, table, endpoint.table, places)
    for key in named:
        yield from _keys(subject, table, endpoint.table, getattr(endpoint, key), (*path, key))
    if isinstance(endpoint, Claim):
        place = (endpoint.lease.column, (*path, "lease", "column"))
        yield from _columns(subject, table, endpoint.table, [place] if endpoint.lease.column else [])
        yield from _no_view(subject, table, endpoint.table, (*path, "table"))


def _write(subject: Subject, endpoint: Write, tables: dict[str, Table], path: Path_) -> Iterator[Diagnostic]:
    for name, part in endpoint.parts.items():
        at = (*path, "parts", name)
        table = tables.get(part.table) if part is not None else None
        if part is None:
            continue
        if table is None:
            yield from _no_table(subject, part.table, tables, (*at, "table"))
            continue
        places = ((one, (*at, "key", n)) for n, one in enumerate(part.key))
        yield from _columns(subject, table, part.table, places)
        yield from _no_view(subject, table, part.table, (*at, "table"))
    if endpoint.once is not None:
        yield from _once(subject, endpoint, tables, (*path, "once"))


def _once(subject: Subject, endpoint: Write, tables: dict[str, Table], path: Path_) -> Iterator[Diagnostic]:
    once = endpoint.once
    assert once is not None
    part = endpoint.parts.get(once.part)
    if part is None:
        near = did_you_mean(suggest(once.part, endpoint.parts)) or f"one of: {', '.join(endpoint.parts)}"
        words = f"there is no part {shown(once.part)}"
        yield Diagnostic(subject.mark(*path, "part"), "unknown-reference", words, near)
        return
    table = tables.get(part.table)
    if table is None:
        return
    yield from _keys(subject, table, part.table, once.again, (*path, "again"))
    if not _tells_apart(table, part):
        words = f"several rows of {part.table} may have the same {', '.join(part.key or table.key)}"
        hint = "give the part a `key` that is the key of the table, or stands under its `unique`"
        yield Diagnostic(subject.mark(*path, "part"), "once-not-unique", words, hint)


def _tells_apart(table: Table, part: WritePart) -> bool:
    key = part.key or table.key
    return table.tells_apart(key) and not any(table.columns[name].generated for name in key if name in table.columns)


def _asked(subject: Subject, call: str, query: Iterable[str], path: Path_) -> Iterator[Diagnostic]:
    """The columns that a call names in its `query`."""
    for endpoint, table in _read(subject, call):
        if isinstance(endpoint, Select):
            yield from _keys(subject, table, endpoint.table, query, (*path, "query"))


def _canned(subject: Subject, call: str, body: Any, path: Path_) -> Iterator[Diagnostic]:
    """The columns of the rows that an example gives to a call."""
    rows = [(row, (*path, number)) for number, row in enumerate(body)] if isinstance(body, list) else [(body, path)]
    for endpoint, table in _read(subject, call):
        for row, place in rows:
            yield from _keys(subject, table, endpoint.table, row if isinstance(row, dict) else (), place)


def _read(subject: Subject, call: str) -> Iterator[tuple[Select | Claim, Table]]:
    """The endpoint that is called and its table, if it reads rows."""
    connection, endpoint = subject.integration.endpoint_called(call)
    if isinstance(connection, SqlConnection) and isinstance(endpoint, (Select, Claim)):
        table = _tables(subject, call.partition(".")[0], connection).get(endpoint.table)
        if table is not None:
            yield endpoint, table


def _keys(subject: Subject, table: Table, name: str, keys: Iterable[str], path: Path_) -> Iterator[Diagnostic]:
    for key in keys:
        if key not in table.columns:
            yield _no_column(table, name, key, subject.key(*path, key))


def _columns(subject: Subject, table: Table, name: str, places: Iterable[tuple[str, Path_]]) -> Iterator[Diagnostic]:
    for column, place in places:
        if column not in table.columns:
            yield _no_column(table, name, column, subject.mark(*place))


def _no_column(table: Table, name: str, column: str, mark: Mark) -> Diagnostic:
    hint = did_you_mean(suggest(column, table.columns)) or f"one of: {', '.join(table.columns)}"
    return Diagnostic(mark, "unknown-column", f"{name} has no column {shown(column)}", hint.strip())


def _no_table(subject: Subject, name: str, tables: dict[str, Table], path: Path_) -> Iterator[Diagnostic]:
    if name and name not in (subject.names("connections", str(path[1]), "tables") or ()):
        hint = did_you_mean(suggest(name, tables)) or f"one of: {', '.join(tables)}"
        yield Diagnostic(subject.mark(*path), "unknown-reference", f"there is no table {shown(name)}", hint.strip())


def _no_view(subject: Subject, table: Table, name: str, path: Path_) -> Iterator[Diagnostic]:
    if table.view is not None:
        words = f"{name} is a view, and views are only read"
        yield Diagnostic(subject.mark(*path), "view-written", words, "name the table behind it")
