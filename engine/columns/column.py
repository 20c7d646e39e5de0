"""`text(20) required`: the type of a column, as tables and files of columns declare it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Annotated, Any, Literal, get_args

from pydantic import WrapValidator

from engine.diagnostics import shown
from engine.document import NOWHERE, Place, Scalar, place_of
from engine.parts.scalars import ReadBy, Text, matching, wrong
from engine.parts.suggest import did_you_mean, suggest

Kind = Literal["text", "integer", "identity", "decimal", "date", "datetime", "time", "boolean"]
Word = Literal["required", "null", "generated"]

_WRITTEN = r"([a-z]+)(?:\(\s*(\d{1,9})\s*(?:,\s*(\d{1,9})\s*)?\))?((?: +[a-z]+)*)"
_HINT = "write a type such as text(20), integer, decimal(19,7), date, datetime, time or boolean, then required or null"


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Attributes:
        length: characters of a text, at most; None: any number.
        digits, places: of a decimal: digits in all, and behind the point.
        required: never null.
        null: null is kept as the system's own null, not as `values.null_text` or `values.null_date`.
        generated: the system fills it; it is never written.
        place: where its name is written.
    """

    kind: Kind
    length: int | None = None
    digits: int = 0
    places: int = 0
    required: bool = False
    null: bool = False
    generated: bool = False
    place: Place = field(default=NOWHERE, compare=False, repr=False)

    def __str__(self) -> str:
        size = f"({self.length})" if self.length is not None else ""
        size = f"({self.digits},{self.places})" if self.kind == "decimal" else size
        words = [word for word in get_args(Word) if getattr(self, word)]
        return " ".join([f"{self.kind}{size}", *words])

    @property
    def may_be_null(self) -> bool:
        return not self.required and self.kind != "identity"

    def key(self, name: str) -> str:
        """A key of a schema that says what the column holds: what is said of that schema names the column's place."""
        return name if self.place is NOWHERE else Scalar(name, self.place)


@lru_cache(maxsize=4096)
def read_column(text: str) -> Column:
    """A column from its words.

    Raises:
        PydanticCustomError: they are none, with a remedy.
    """
    match = re.fullmatch(_WRITTEN, text.strip())
    kind = match[1] if match else ""
    if match is None or kind not in get_args(Kind):
        near = did_you_mean(suggest(re.split(r"\W", text.strip())[0], get_args(Kind)))
        raise wrong(f"{shown(text)} is no type of a column", f"{near}{_HINT}")
    words = match[4].split()
    for word in words:
        if word not in get_args(Word) or words.count(word) > 1:
            raise wrong(f'"{word}" cannot stand in a type of a column', f"behind the type: {', '.join(get_args(Word))}")
    if "required" in words and "null" in words:
        raise wrong("a column is required or may be null, not both", "remove one of the two words")
    flags = {word: word in words for word in get_args(Word)}
    first, second = (int(number) if number else None for number in match.group(2, 3))
    if kind == "decimal":
        if not first or second is None or second > first:
            raise wrong("a decimal has its digits, and those behind the point", "write one such as decimal(19,7)")
        return Column("decimal", None, first, second, **flags)  # type: ignore[arg-type]  # none of them is a place
    if second is not None or (first is not None and kind != "text") or first == 0:
        raise wrong(f"{kind} has no such size", _HINT)
    return Column(kind, first, **flags)  # type: ignore[arg-type]  # one of the kinds, and no place


def _column(value: Any) -> Column:
    if isinstance(value, Column):
        return value
    if not isinstance(value, str):
        raise wrong("a type of a column is wanted here", _HINT)
    return read_column(str(value))


_PATTERN = (
    r"^(text(\([1-9]\d*\))?|integer|identity|decimal\([1-9]\d*, ?\d+\)|date|datetime|time|boolean)"
    r"( (required|null|generated))*$"
)
_SHOWN = (
    "text(20) required",
    "text(20)",
    "integer",
    "identity",
    "decimal(19,4)",
    "date",
    "datetime",
    "time",
    "boolean",
)
ColumnType = Annotated[Column, ReadBy(_column, {**matching(_PATTERN), "examples": list(_SHOWN)})]


def _placed(value: Any, read: Callable[[Any], dict[str, Column]]) -> dict[str, Column]:
    columns = read(value)
    return {str(name): replace(columns[name], place=place_of(name)) for name in value}


Columns = Annotated[dict[Text, ColumnType], WrapValidator(_placed)]
"""Columns by their names, each with its place."""
