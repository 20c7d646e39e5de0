"""Columns of a live table that are not as the file declares them: what is different, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.engine.interfaces import ReflectedColumn

from engine.columns.column import Column
from engine.observation import Observation, State
from engine.sql.built import BuiltTable
from engine.sql.live import kind as kind_of
from engine.sql.need import Need

_HELD_BY: Mapping[str, tuple[str, ...]] = {
    "text": ("text",),
    "integer": ("integer", "decimal"),
    "decimal": ("decimal",),
    "date": ("date", "datetime"),
    "datetime": ("datetime",),
    "time": ("time",),
    "boolean": ("boolean", "integer"),
}
_AS_TEXT: Mapping[str, tuple[str, ...]] = {"sqlite": ("date", "datetime", "time"), "oracle": ("time",)}
"""Kinds that a kind of database has no type for."""


def differences(
    built: BuiltTable, live: Mapping[str, ReflectedColumn], need: Need, backend: str
) -> Iterator[Observation]:
    """Each difference; a column that cannot take what is written fails, one that only differs is a warning.

    Args:
        live: the columns of the database, by the names of the file.
        need: what is done with the table.
        backend: the kind of database.
    """
    for name, column in built.table.columns.items():
        if name not in live:
            hint = f"add it to the table, or remove it from `tables.{built.name}.columns`"
            yield Observation(f"column {built.name}.{name}", "failed", "there is no such column", hint)
            continue
        written = name in need.insert or name in need.update
        kinds = _held_by(built, column, backend)
        for state, told, remedy in _of_column(built, column, kinds, live[name], written=written):
            yield Observation(f"column {built.name}.{name}", state, told, remedy)
    for name, found in live.items():
        if need.insert and name not in need.insert and not found["nullable"] and not _fills_itself(found):
            told = "it is NOT NULL without a default, and no row that is inserted says anything there"
            hint = "give it a default in the database, or declare it and write it"
            yield Observation(f"column {built.name}.{name}", "failed", told, hint)


def _held_by(built: BuiltTable, column: Column, backend: str) -> tuple[str, ...]:
    """The kinds of a live column that take what is written, and give what is read."""
    cells = built.cells
    wanted = "text" if cells.is_text(column) else "integer" if cells.is_number(column) else column.kind
    return (*_HELD_BY[wanted], "text") if wanted in _AS_TEXT.get(backend, ()) else _HELD_BY[wanted]


def _of_column(
    built: BuiltTable, column: Column, kinds: tuple[str, ...], live: ReflectedColumn, *, written: bool
) -> Iterator[tuple[State, str, str]]:
    kind = kind_of(live["type"])
    if kind not in kinds:
        yield "failed", f"it is {live['type']}, and the file says {column}", "declare it as it is, and mind `values`"
    elif column.kind == "text" and kind == "text":
        yield from _length(column, live["type"])
    elif column.kind == "decimal" and kind == "decimal":
        yield from _digits(column, live["type"])
    nullable = live["nullable"]
    if not nullable and written and built.cells.may_be_null(column):
        hint = "write `required`, or say under `values` what stands for nothing"
        yield "failed", f"it is NOT NULL, and null may be written there ({column})", hint
    elif nullable and column.required:
        yield "warning", "it may be NULL, and the file says required", "write `null`, or make it NOT NULL"


def _length(column: Column, live: Any) -> Iterator[tuple[State, str, str]]:
    """A text without a length takes every length."""
    length = live.length
    if length is None or length == column.length:
        return
    state: State = "failed" if column.length is None or length < column.length else "warning"
    yield state, f"it takes {length} characters, and the file says {column}", f"write text({length})"


def _digits(column: Column, live: Any) -> Iterator[tuple[State, str, str]]:
    """A decimal without digits takes every number."""
    digits, places = live.precision, live.scale or 0
    if digits is None or (digits, places) == (column.digits, column.places):
        return
    lossy = places < column.places or digits - places < column.digits - column.places
    told = f"it takes {digits} digits, {places} behind the point, and the file says {column}"
    yield "failed" if lossy else "warning", told, f"write decimal({digits},{places})"


def _fills_itself(live: ReflectedColumn) -> bool:
    found: Mapping[str, Any] = live  # dialects tell more than its type
    keys = ("default", "identity", "computed", "primary_key")  # SQLite numbers its key, and alone tells of it here
    return found.get("autoincrement") is True or any(found.get(key) for key in keys)
