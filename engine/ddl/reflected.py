"""Tables of a live database as `tables:` declares them: read once, when an integration is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine


def declared(engine: sa.Engine, names: Sequence[str], schema: str | None) -> Iterator[str]:
    """The lines of `tables:`.

    Raises:
        sqlalchemy.exc.NoSuchTableError: there is no such table.
    """
    inspector = sa.inspect(engine)
    yield "tables:"
    for name in names:
        yield f"  {_plain(name)}:"
        yield "    columns:"
        for column in inspector.get_columns(name, schema):
            yield f"      {_column(column)}"
        key = inspector.get_pk_constraint(name, schema)["constrained_columns"]
        yield f"    key: [{', '.join(key)}]" + (
            "" if key else "  # the table has none: name the columns that tell rows apart"
        )
        unique = sorted(list(one["column_names"]) for one in inspector.get_unique_constraints(name, schema))
        if unique:
            yield f"    unique: [{', '.join('[' + ', '.join(map(str, columns)) + ']' for columns in unique)}]"


def _column(column: Mapping[str, Any]) -> str:
    name, kind = _plain(column["name"]), _kind(column["type"])
    if kind is None:
        return f"# {name}: {column['type']} has no type here"
    if column.get("identity") or column.get("autoincrement") is True:
        return f"{name}: identity generated"
    words = "null" if column["nullable"] else "required"
    if column.get("computed"):
        words += " generated"
    return f"{name}: {kind} {words}"


def _kind(found: TypeEngine[Any]) -> str | None:
    match found:
        case sa.Boolean():
            return "boolean"
        case sa.Text() if not found.length:
            return "text"
        case sa.String():
            return f"text({found.length})" if found.length else "text"
        case sa.Integer():
            return "integer"
        case sa.Float():
            return None  # binary fractions are not exact
        case sa.Numeric():
            return f"decimal({found.precision},{found.scale or 0})" if found.precision else None
        case sa.DateTime():
            return "datetime"
        case sa.Date():
            return "date"
        case sa.Time():
            return "time"
    return None


def _plain(name: str) -> str:
    return name if name.isidentifier() and name.lower() not in ("null", "true", "false") else f'"{name}"'
