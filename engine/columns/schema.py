"""Columns as JSON Schema: what a row is when it is read, and what it must be to be written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.columns.column import Column, Kind

_TYPES: Mapping[Kind, str] = {
    "text": "string",
    "integer": "integer",
    "identity": "integer",
    "decimal": "number",
    "date": "string",
    "datetime": "string",
    "time": "string",
    "boolean": "boolean",
}
_FORMS = {"date": "date", "datetime": "date-time", "time": "time"}


def read_row(columns: Mapping[str, Column], key: Collection[str] = ()) -> dict[str, Any]:
    """The schema of a row that is read: every column is there.

    Args:
        key: columns that are never null, whatever they say.
    """
    fields = {name: cell(column, column.may_be_null and name not in key) for name, column in columns.items()}
    for name, column in columns.items():
        if column.kind in _FORMS:
            fields[name]["format"] = _FORMS[column.kind]
    return _row(columns, fields, columns)


def written_row(columns: Mapping[str, Column], needed: Collection[str]) -> dict[str, Any]:
    """The schema of a row that is written: generated columns are not in it.

    Args:
        needed: columns that must be given.
    """
    fields = {name: cell(column, column.may_be_null) for name, column in columns.items() if not column.generated}
    return _row(columns, fields, needed)


def _row(columns: Mapping[str, Column], fields: Mapping[str, Any], needed: Collection[str]) -> dict[str, Any]:
    """A row stands where its first column does."""
    first = next(iter(columns.values()), Column("text"))
    named = {columns[name].key(name): field for name, field in fields.items()}
    return {first.key("type"): "object", "required": list(needed), "properties": named, "additionalProperties": False}


def cell(column: Column, null: bool) -> dict[str, Any]:
    """The schema of what a column holds.

    Args:
        null: whether it may be null.
    """
    kind = _TYPES[column.kind]
    found: dict[str, Any] = {column.key("type"): [kind, "null"] if null else kind}
    if column.length is not None:
        found["maxLength"] = column.length
    return found
