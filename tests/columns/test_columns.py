"""The type of a column is read whole, or said to be wrong with what to write."""

from __future__ import annotations

import pytest
from pydantic_core import PydanticCustomError

from engine.columns.column import Column, read_column
from engine.columns.schema import read_row, written_row


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("text(20) required", Column("text", 20, required=True)),
        ("text", Column("text")),
        ("identity generated", Column("identity", generated=True)),
        ("decimal(28,13) null", Column("decimal", None, 28, 13, null=True)),
        ("decimal(19, 7)", Column("decimal", None, 19, 7)),
        ("datetime", Column("datetime")),
    ],
)
def test_a_type_with_its_words(text: str, column: Column) -> None:
    assert read_column(text) == column
    assert read_column(str(column)) == column


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("string(20)", '"string(20)" is no type of a column'),
        ("text(0)", "text has no such size"),
        ("integer(6)", "integer has no such size"),
        ("decimal(19)", "a decimal has its digits, and those behind the point"),
        ("decimal(2,5)", "a decimal has its digits, and those behind the point"),
        ("text(20) required null", "a column is required or may be null, not both"),
        ("text(20) not null", '"not" cannot stand in a type of a column'),
        ("date required required", '"required" cannot stand in a type of a column'),
    ],
)
def test_what_is_no_type(text: str, message: str) -> None:
    with pytest.raises(PydanticCustomError) as raised:
        read_column(text)

    assert raised.value.message() == message


def test_a_row_as_json_schema() -> None:
    columns = {name: read_column(text) for name, text in {"NO": "text(9) required", "QTY": "decimal(9,2)"}.items()}

    assert read_row({**columns, "SEQ": read_column("identity generated"), "ON": read_column("date")}, ["SEQ"]) == {
        "type": "object",
        "required": ["NO", "QTY", "SEQ", "ON"],
        "properties": {
            "NO": {"type": "string", "maxLength": 9},
            "QTY": {"type": ["number", "null"]},
            "SEQ": {"type": "integer"},
            "ON": {"type": ["string", "null"], "format": "date"},
        },
        "additionalProperties": False,
    }
    assert written_row({**columns, "SEQ": read_column("identity generated")}, ["NO"]) == {
        "type": "object",
        "required": ["NO"],
        "properties": {"NO": {"type": "string", "maxLength": 9}, "QTY": {"type": ["number", "null"]}},
        "additionalProperties": False,
    }
