"""`query:` of an endpoint as a condition. Values are parameters; nothing is ever put into a statement as text."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from engine.errors import MappingError
from engine.sql.built import BuiltTable
from engine.sql.endpoints.endpoint import WORDS

_COMPARED: Mapping[str, Callable[[Any, Any], Any]] = {
    "above": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}


def condition(table: BuiltTable, query: Mapping[str, Any]) -> sa.ColumnElement[bool]:
    """Which rows are meant.

    Raises:
        MappingError: there is no such column or comparison, or a value does not fit its column.
    """
    found = [_of_column(table, name, wanted) for name, wanted in query.items()]
    return sa.and_(sa.true(), *found)


def _of_column(table: BuiltTable, name: str, wanted: Any) -> sa.ColumnElement[bool]:
    place = "query"
    if name not in table.table.columns:
        raise MappingError(f"{table.name} has no column {name}", None, f"{place}.{name}")
    column = table.column(name)
    if not isinstance(wanted, dict):
        return _equal(table, name, wanted, place)
    parts = []
    for word, value in wanted.items():
        if word == "not":
            parts.append(sa.not_(_equal(table, name, value, place)))
        elif word in _COMPARED:
            if value is None:
                raise MappingError(f"{table.name}.{name}: nothing is {word} null", None, f"{place}.{name}.{word}")
            parts.append(_COMPARED[word](column, table.cell(name, value, place)))
        else:
            words = f"{word} compares nothing; one of: {', '.join(WORDS)}"
            raise MappingError(words, None, f"{place}.{name}")
    return sa.and_(sa.true(), *parts)


def _equal(table: BuiltTable, name: str, wanted: Any, place: str) -> sa.ColumnElement[bool]:
    column = table.column(name)
    if isinstance(wanted, list):
        there = [table.cell(name, one, place) for one in wanted if one is not None]
        if None in wanted:
            return sa.or_(column.in_(there), _is_nothing(table, name))
        return column.in_(there)
    return _is_nothing(table, name) if wanted is None else column == table.cell(name, wanted, place)


def _is_nothing(table: BuiltTable, name: str) -> sa.ColumnElement[bool]:
    """Whether a column holds nothing: null, or what stands for it."""
    column, stands_for = table.column(name), table.nothing(name)
    return column.is_(None) if stands_for is None else sa.or_(column.is_(None), column == stands_for)


def same_key(table: BuiltTable, names: tuple[str, ...]) -> sa.ColumnElement[bool]:
    """The row of a key whose cells are the parameters `key_NAME`."""
    found = [table.column(name) == sa.bindparam(f"key_{name}", type_=table.column(name).type) for name in names]
    return sa.and_(sa.true(), *found)


def keyed(names: tuple[str, ...], cells: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of `same_key`."""
    return {f"key_{name}": cells[name] for name in names}
