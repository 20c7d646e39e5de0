"""What an integration does with each table: read, written, deleted, which columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.mapping.nodes import Build, Fields, Items, Node
from engine.protocols.sql import SqlConnection
from engine.spec.integration import Integration
from engine.sql.endpoints.claim import Claim
from engine.sql.endpoints.select import Select
from engine.sql.endpoints.write import Write, WritePart
from engine.sql.need import Columns, Need
from engine.sql.table import Table


def needs(integration: Integration, name: str) -> dict[str, Need]:
    """What is done with the tables of a connection, by table; a view needs the tables behind it."""
    connection = integration.connections[name]
    assert isinstance(connection, SqlConnection)
    found: dict[str, Need] = {}
    for endpoint_name, endpoint in connection.endpoints.items():
        call = f"{name}.{endpoint_name}"
        if isinstance(endpoint, Select):
            _select(endpoint, connection, found, list(_asked(integration, call)))
        elif isinstance(endpoint, Claim):
            _claim(endpoint, connection.tables[endpoint.table], _of(found, endpoint.table))
        elif isinstance(endpoint, Write):
            for part_name, part in endpoint.parts.items():
                written = _written(integration, call, part_name, connection.tables[part.table])
                once = endpoint.once is not None and endpoint.once.part == part_name
                _write(part, connection, written, _of(found, part.table))
                if once and endpoint.once is not None:
                    _of(found, part.table).select.update(dict.fromkeys(endpoint.once.again))
    for table, need in found.items():
        _sort(need, connection.tables[table])
    return found


def _of(found: dict[str, Need], table: str) -> Need:
    return found.setdefault(table, Need())


def _select(endpoint: Select, connection: SqlConnection, found: dict[str, Need], asked: Iterable[str]) -> None:
    table = connection.tables[endpoint.table]
    if table.view is not None:
        for behind in table.reads:
            if behind in connection.tables:
                _of(found, behind).select.update(dict.fromkeys(connection.tables[behind].columns))
        return
    need = _of(found, endpoint.table)
    order = endpoint.order or table.key
    query = list(dict.fromkeys([*endpoint.query, *asked]))
    for columns in (endpoint.columns or table.columns, query, order):
        need.select.update(dict.fromkeys(columns))
    if query:
        need.lookups.append(tuple(dict.fromkeys([*query, *order])))


def _claim(endpoint: Claim, table: Table, need: Need) -> None:
    need.select.update(dict.fromkeys(table.columns))
    for columns in (endpoint.take, endpoint.done, endpoint.failed, [endpoint.lease.column]):
        need.update.update(dict.fromkeys(columns))
    need.lookups.append(tuple(dict.fromkeys([*endpoint.query, *(endpoint.order or table.key)])))


def _write(part: WritePart, connection: SqlConnection, written: Columns, need: Need) -> None:
    table = connection.tables[part.table]
    key = part.key or table.key
    stands_for_nothing = _stands_for_nothing(connection, table)
    if part.mode != "insert":
        need.select.update(dict.fromkeys(key))
        if not table.tells_apart(key) and table.key[: len(key)] != key:
            need.lookups.append(key)
    if part.mode != "update":
        need.insert.update({**written, **stands_for_nothing})
    if part.mode in ("update", "upsert"):
        need.update.update({name: None for name in written if name not in key})
    need.delete |= part.mode == "replace"


def _stands_for_nothing(connection: SqlConnection, table: Table) -> Columns:
    """The columns that are given what stands for nothing where a row says nothing."""
    values = connection.values
    kinds = {"text": values.null_text, "date": values.null_date, "datetime": values.null_date}
    return {
        name: None
        for name, column in table.columns.items()
        if kinds.get(column.kind) is not None and not column.null and not column.generated
    }


def _asked(integration: Integration, call: str) -> Iterator[str]:
    """The columns that calls of a select name themselves."""
    for message in integration.messages.values():
        for step in message.steps:
            if step.call == call:
                yield from step.query
    for flow in integration.flows.values():
        for read in [flow.read, *flow.read.details.values()] if flow.read else []:
            if read.call == call:
                yield from read.query


def _written(integration: Integration, call: str, part: str, table: Table) -> Columns:
    """The columns that calls of a write give; all that can be, if a mapping does not tell."""
    found: Columns = {}
    whole = {name: None for name, column in table.columns.items() if not column.generated}
    for message in integration.messages.values():
        for step in message.steps:
            if step.call == call and step.body is not None:
                names = _names(_entry(step.body, part))
                found.update(whole if names is None else dict.fromkeys(names))
    return found


def _entry(body: Node, part: str) -> Node | None:
    if not isinstance(body, Fields):
        return body
    return next((entry.node for entry in body.entries if entry.name == part), Fields(()))


def _names(node: Node | None) -> list[str] | None:
    """The fields that a mapping builds; None: it does not tell."""
    match node:
        case Fields():
            return [entry.name for entry in node.entries]
        case Build():
            return _names(node.map)
        case Items():
            each = [_names(one) for one in node.nodes]
            return None if None in each else [name for names in each if names for name in names]
    return None


def _sort(need: Need, table: Table) -> None:
    for columns in (need.select, need.insert, need.update):
        ordered = {name: None for name in table.columns if name in columns}
        columns.clear()
        columns.update(ordered)
