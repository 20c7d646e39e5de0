"""A table as the database tells of it: its columns, its key, and what is unique."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.types import TypeEngine

_KINDS: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (sa.Boolean, "boolean"),
    (sa.Integer, "integer"),
    (sa.Float, "float"),
    (sa.Numeric, "decimal"),
    (sa.DateTime, "datetime"),
    (sa.Date, "date"),
    (sa.Time, "time"),
    (sa.String, "text"),
)


def columns(connection: sa.Connection, name: str, schema: str | None) -> Mapping[str, ReflectedColumn]:
    """The columns by their names as files write them; of MySQL only those with which we may do anything."""
    if connection.dialect.name in ("mysql", "mariadb"):
        return {one["COLUMN_NAME"]: _column(connection, one) for one in _told(connection, "COLUMNS", name, schema)}
    found = sa.inspect(connection).get_columns(name, schema=schema)
    return {_named(connection, one["name"]): one for one in found}


def kind(found: TypeEngine[Any]) -> str:
    """The kind of a live column, in the words of the language; `float` and `other` are none of it."""
    return next((kind for cls, kind in _KINDS if isinstance(found, cls)), "other")


def key(connection: sa.Connection, name: str, schema: str | None) -> tuple[str, ...]:
    """The columns of the primary key, in its order; none if there is none."""
    if connection.dialect.name in ("mysql", "mariadb"):
        return _indexes(connection, name, schema).get("PRIMARY", ())
    found = sa.inspect(connection).get_pk_constraint(name, schema=schema)["constrained_columns"]
    return tuple(_named(connection, column) for column in found)


def unique(connection: sa.Connection, name: str, schema: str | None) -> list[tuple[str, ...]]:
    """Columns of which no two rows have the same, the primary key's among them; an expression is an empty name."""
    if connection.dialect.name in ("mysql", "mariadb"):
        return list(_indexes(connection, name, schema).values())
    inspector = sa.inspect(connection)
    found: list[list[str | None]] = []
    found += [[*one["column_names"]] for one in inspector.get_unique_constraints(name, schema=schema)]
    found += [one["column_names"] for one in inspector.get_indexes(name, schema=schema) if one["unique"]]
    named = [tuple(_named(connection, column) if column else "" for column in one) for one in found]
    return [one for one in (key(connection, name, schema), *named) if one]


def _indexes(connection: sa.Connection, name: str, schema: str | None) -> Mapping[str, tuple[str, ...]]:
    """Of MySQL, the columns of each unique index."""
    told = sorted(_told(connection, "STATISTICS", name, schema), key=lambda one: one["SEQ_IN_INDEX"])
    found: dict[str, tuple[str, ...]] = {}
    for one in told:
        if not one["NON_UNIQUE"]:
            found[one["INDEX_NAME"]] = (*found.get(one["INDEX_NAME"], ()), one["COLUMN_NAME"] or "")
    return found


def _told(connection: sa.Connection, view: str, name: str, schema: str | None) -> Iterable[sa.RowMapping]:
    """Rows of a view of INFORMATION_SCHEMA: `SHOW CREATE TABLE` wants more than grants of columns."""
    told, place = sa.table(view, schema="information_schema"), sa.literal(schema) if schema else sa.func.database()
    query = sa.select(sa.text("*")).select_from(told)
    query = query.where(sa.column("TABLE_SCHEMA") == place, sa.column("TABLE_NAME") == name)
    return connection.execute(query).mappings().all()


def _column(connection: sa.Connection, told: sa.RowMapping) -> ReflectedColumn:
    kind: Any = connection.dialect.ischema_names.get(told["DATA_TYPE"], sa.types.NullType)  # type: ignore[attr-defined]
    if told["DATA_TYPE"] in ("char", "varchar"):
        kind = kind(length=told["CHARACTER_MAXIMUM_LENGTH"])
    elif issubclass(kind, sa.Numeric):
        kind = kind(told["NUMERIC_PRECISION"], told["NUMERIC_SCALE"])
    found = {"name": told["COLUMN_NAME"], "type": kind() if isinstance(kind, type) else kind}
    found |= {"nullable": told["IS_NULLABLE"] == "YES", "default": told["COLUMN_DEFAULT"]}
    found |= {"autoincrement": "auto_increment" in told["EXTRA"], "computed": told["GENERATION_EXPRESSION"] or None}
    return cast(ReflectedColumn, found)


def _named(connection: sa.Connection, name: str) -> str:
    """A name as files write it: what Oracle calls in capitals, SQLAlchemy tells in small letters."""
    found = connection.dialect.denormalize_name(name) if connection.dialect.requires_name_normalize else name
    return str(found)
