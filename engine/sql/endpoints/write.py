"""`type: write`: rows of several tables in one transaction."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from engine.columns.schema import written_row
from engine.parts.fields import Value
from engine.parts.part import Part
from engine.parts.scalars import Name, Text
from engine.sql.endpoints.endpoint import SqlEndpoint
from engine.sql.table import Table

Mode = Literal["insert", "upsert", "replace", "update"]


class WritePart(Part):
    """Rows of one table, as a part of a write."""

    noun = "a part of a write"

    table: Annotated[Text, Field(description="the table", examples=["ORDER_LINE"])]
    mode: Annotated[
        Mode,
        Field(
            description="insert: rows that are new; upsert: a row of the same key is written over; replace: all rows of the "
            "same key are deleted before; update: a row of the key must be there",
            examples=["replace"],
        ),
    ] = "insert"
    key: Annotated[
        tuple[Text, ...], Field(description="the columns that count; default: the table's key", examples=[["ORDER_NO"]])
    ] = ()


class Once(Part):
    """What makes a second sending harmless: a row that is there already."""

    noun = "once"

    part: Annotated[Name, Field(description="the part whose row is looked for, by its key", examples=["header"])]
    again: Annotated[
        dict[Text, Value],
        Field(
            description="a row that holds this may be written anew: one that the other side refused",
            examples=[{"STATUS": "E"}],
        ),
    ] = Field(default_factory=dict)


class Write(SqlEndpoint):
    """Writes rows of several tables in one transaction, from top to bottom; the body has a row or a list for each part."""

    noun = "a write"

    type: Literal["write"]
    parts: Annotated[
        dict[Name, WritePart],
        Field(
            description="what is written, in this order: the header last, so that nobody sees half an order",
            examples=[
                {
                    "lines": {"table": "ORDER_LINE", "mode": "replace", "key": ["ORDER_NO"]},
                    "header": {"table": "ORDER_HEADER", "mode": "upsert"},
                }
            ],
        ),
    ]
    once: Annotated[
        Once | None,
        Field(
            description="a row that is there already makes the call a success that writes nothing",
            examples=[{"part": "header", "again": {"STATUS": "E"}}],
        ),
    ] = None

    @property
    def what(self) -> str:
        return f"write {', '.join(dict.fromkeys(part.table for part in self.parts.values()))}"

    @property
    def what_twice(self) -> Literal["read", "repeatable", "once"]:
        inserts = any(part.mode == "insert" for part in self.parts.values())
        return "once" if inserts and self.once is None else "repeatable"

    def request_schema(self, tables: Mapping[str, Table]) -> Any:
        rows = {name: _rows(part, tables.get(part.table)) for name, part in self.parts.items() if part is not None}
        return {"type": "object", "properties": rows, "additionalProperties": False}

    def reply_schema(self, tables: Mapping[str, Table]) -> Any:
        return {"type": "object", "required": ["written"], "properties": {"written": {"type": "boolean"}}}


def _rows(part: WritePart, table: Table | None) -> dict[str, Any]:
    if table is None:
        return {}
    needed = [name for name in part.key or table.key if name in table.columns and not table.columns[name].generated]
    if part.mode != "update":
        required = [name for name, column in table.columns.items() if column.required and not column.generated]
        needed = list(dict.fromkeys([*required, *needed]))
    row = written_row(table.columns, needed)
    return {"anyOf": [row, {"type": "array", "items": row}, {"type": "null"}]}
