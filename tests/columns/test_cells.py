"""Values become cells and cells values, exactly, by the conventions of a system; what does not fit is said, never bent."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.columns.cells import Cells
from engine.columns.column import read_column
from engine.columns.values import Values
from engine.errors import Fault

PLAIN = Cells(Values(), "Europe/Paris")
X3 = Cells(Values(null_text=" ", null_date=date(1753, 1, 1), yes_no=(2, 1), zone="UTC"), "Europe/Paris")
TEXTS = Cells(Values(yes_no=("J", "N"), decimal_mark=",", date="%Y%m%d", datetime="%d.%m.%Y %H:%M"), "UTC")


def written(cells: Cells, column: str, value: Any) -> Any:
    return cells.writes(read_column(column))(value)


def read(cells: Cells, column: str, cell: Any) -> Any:
    return cells.reads(read_column(column))(cell)


@pytest.mark.parametrize(
    ("cells", "column", "value", "cell"),
    [
        (PLAIN, "text(5)", "00123", "00123"),
        (PLAIN, "text(5)", "1E10", "1E10"),
        (PLAIN, "integer", 7, 7),
        (PLAIN, "decimal(28,13)", Decimal("4.125"), Decimal("4.125")),
        (PLAIN, "decimal(38,0)", Decimal("12345678901234567890123456789012345678"), None),
        (PLAIN, "boolean", True, True),
        (PLAIN, "time", "10:30:00", time(10, 30)),
        (PLAIN, "date", "2025-08-25", date(2025, 8, 25)),
        (PLAIN, "datetime", "2025-08-25T22:30:00Z", datetime(2025, 8, 26, 0, 30)),
        (PLAIN, "text(5)", None, None),
        (X3, "text(5)", None, " "),
        (X3, "text(5) null", None, None),
        (X3, "date", None, date(1753, 1, 1)),
        (X3, "datetime", None, datetime(1753, 1, 1)),
        (X3, "boolean", True, 2),
        (X3, "boolean", False, 1),
        (X3, "datetime", "2025-08-25T22:30:00.25Z", datetime(2025, 8, 25, 22, 30, 0, 250000)),
        (TEXTS, "boolean", False, "N"),
        (TEXTS, "decimal(9,2)", Decimal("1234.5"), "1234,5"),
        (TEXTS, "date", "2025-08-25", "20250825"),
        (TEXTS, "datetime", "2025-08-25T22:30:00Z", "25.08.2025 22:30"),
    ],
)
def test_there_and_back(cells: Cells, column: str, value: Any, cell: Any) -> None:
    wanted = value if cell is None and value is not None else cell
    assert written(cells, column, value) == wanted
    back = read(cells, column, wanted)
    assert (back, type(back)) == (value.replace(".25Z", ".250000Z") if isinstance(value, str) else value, type(value))


def test_a_date_time_becomes_the_day_where_the_system_stands() -> None:
    assert written(PLAIN, "date", "2025-08-25T22:30:00Z") == date(2025, 8, 26)
    assert written(PLAIN, "date", "2025-08-25T22:30:00+02:00") == date(2025, 8, 25)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("text(3)", "abcd", "it has 4 characters, and the column takes 3; cut() says what stays"),
        ("text(3)", 12, "it is a number, and the column takes text; write text(…)"),
        ("text", "a\0b", "it holds a character that no database takes"),
        ("text", "\ud83d", "it holds a character that no database takes"),
        ("text required", None, "it is null, and the column is required"),
        ("integer", "7", "it is text, and the column takes a whole number; write integer(…)"),
        ("integer", Decimal("7.5"), "it is a number, and the column takes a whole number; write integer(…)"),
        ("integer", 2**63, "it is larger than the column takes"),
        ("integer", True, "it is a boolean, and the column takes a whole number; write integer(…)"),
        (
            "decimal(9,2)",
            Decimal("1.005"),
            "it has 3 digits behind the point, and the column takes 2; decimal(x, `2`) rounds",
        ),
        ("decimal(9,2)", Decimal("12345678"), "it is larger than decimal(9,2) takes"),
        ("decimal(9,2)", Decimal("NaN"), "it is a number, and the column takes a number; write decimal(…)"),
        ("boolean", "Y", "it is text, and the column takes true or false; write a comparison"),
        ("date", "25.08.2025", "there is no day or date-time in it such as 2025-08-25 or 2025-08-25T22:30:00Z"),
        ("date", "2025-02-30", "there is no day or date-time in it such as 2025-08-25 or 2025-08-25T22:30:00Z"),
        ("datetime", "2025-08-25", "it is a day without a time, and the column takes date-times"),
        ("time", "25:00:00", "there is no time in it such as 10:30:00"),
    ],
)
def test_what_a_column_does_not_take(column: str, value: Any, message: str) -> None:
    with pytest.raises(Fault) as raised:
        written(PLAIN, column, value)

    assert raised.value.message == message


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("date", "tomorrow", "there is no day in it such as 2025-08-25 or 2025-08-25T22:30:00Z"),
        ("datetime", date(2025, 1, 1), "there is no date-time in it"),
        ("boolean", 7, "there is neither 2 (yes) nor 1 (no) in it"),
        ("integer", "x", "there is no whole number in it"),
        ("decimal(9,2)", "x", "there is no number in it"),
        ("text", 7, "there is no text in it"),
        ("text(3)", "abcd", "it has 4 characters, and the column takes 3"),
        ("text required", None, "it is empty, and the column is required"),
        ("text required", " ", "it is empty, and the column is required"),
        ("date required", date(1753, 1, 1), "it is empty, and the column is required"),
    ],
)
def test_what_no_cell_of_a_column_holds(column: str, cell: Any, message: str) -> None:
    with pytest.raises(Fault) as raised:
        read(X3, column, cell)

    assert raised.value.message == message


def test_zeros_at_the_end_are_the_databases_own() -> None:
    assert [str(read(PLAIN, "decimal(28,13)", Decimal(cell))) for cell in ("4.1250000000000", "5000.00", "100")] == [
        "4.125",
        "5000",
        "100",
    ]
    assert written(PLAIN, "decimal(9,2)", Decimal("1.5000")) == Decimal("1.5")


def test_what_drivers_give_for_times() -> None:
    assert read(PLAIN, "time", timedelta(hours=10, minutes=30)) == "10:30:00"
    assert read(PLAIN, "time", "10:30:00.000000") == "10:30:00"
    assert read(PLAIN, "date", datetime(2025, 8, 25)) == "2025-08-25"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=13, min_value=-(10**14), max_value=10**14))
def test_every_decimal_survives(number: Decimal) -> None:
    found = read(PLAIN, "decimal(28,13)", written(PLAIN, "decimal(28,13)", number))

    assert found == number


@given(st.text(max_size=20))
def test_every_text_survives_or_is_refused(text: str) -> None:
    try:
        cell = written(X3, "text(20)", text)
    except Fault:
        assert "\0" in text or not text.isascii()
        return
    assert read(X3, "text(20)", cell) == (None if text == " " else text)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2100, 1, 1)))
def test_every_date_time_survives_in_utc(moment: datetime) -> None:
    text = moment.isoformat() + "Z"

    assert read(X3, "datetime", written(X3, "datetime", text)) == text
