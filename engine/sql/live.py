"""A table as the database tells of it: its columns, and what is unique."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import ReflectedColumn


def columns(connection: sa.Connection, name: str, schema: str | None) -> Mapping[str, ReflectedColumn]:
    """The columns by their names as files write them; of MySQL only those with which we may do anything."""
    if connection.dialect.name in ("mysql", "mariadb"):
        return {one["COLUMN_NAME"]: _column(connection, one) for one in _told(connection, "COLUMNS", name, schema)}
    found = sa.inspect(connection).get_columns(name, schema=schema)
    return {_named(connection, one["name"]): one for one in found}


def unique(connection: sa.Connection, name: str, schema: str | None) -> list[frozenset[str]]:
    """Sets of columns of which no two rows have the same."""
    if connection.dialect.name in ("mysql", "mariadb"):
        indexes: dict[str, list[str]] = {}
        for one in _told(connection, "STATISTICS", name, schema):
            if not one["NON_UNIQUE"]:
                indexes.setdefault(one["INDEX_NAME"], []).append(one["COLUMN_NAME"])
        return [frozenset(names) for names in indexes.values()]
    inspector = sa.inspect(connection)
    found: list[Iterable[str | None]] = [inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]]
    found += [one["column_names"] for one in inspector.get_unique_constraints(name, schema=schema)]
    found += [one["column_names"] for one in inspector.get_indexes(name, schema=schema) if one["unique"]]
    named = [frozenset(_named(connection, column) if column else "" for column in one) for one in found]
    return [one for one in named if one]


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
    return cast(ReflectedColumn, {**found, "autoincrement": "auto_increment" in told["EXTRA"]})


def _named(connection: sa.Connection, name: str) -> str:
    """A name as files write it: what Oracle calls in capitals, SQLAlchemy tells in small letters."""
    found = connection.dialect.denormalize_name(name) if connection.dialect.requires_name_normalize else name
    return str(found)
