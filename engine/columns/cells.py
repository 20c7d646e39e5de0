"""A value as a cell, and a cell as a value: exact both ways, by the conventions of the system."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from engine.columns.column import Column
from engine.columns.values import Values
from engine.errors import Fault
from engine.functions.time import placed, zone_named
from engine.functions.time_format import reader, writer

Cell = Callable[[Any], Any]

_is_time = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,6})?)?", re.ASCII).fullmatch
_MIDNIGHT = time()
LEFT_OUT = object()
"""Stands for a cell that a row written by hand, as in an example, does not tell of: null, also where a value is required."""
LARGEST = 1000
"""Places before or behind the point: `1E999999999` in a text would be as many digits."""
_NAMES = {bool: "a boolean", int: "a number", Decimal: "a number", str: "text", list: "a list", dict: "an object"}


@dataclass(frozen=True)
class Cells:
    """How the cells of one system are written and read.

    Attributes:
        zone: where its day begins: a date-time in a column of days becomes the day there.
    """

    values: Values
    zone: str

    def writes(self, column: Column) -> Cell:
        """What makes a cell of a value; it raises a Fault where the column does not take the value."""
        nothing, write = self.nothing(column), getattr(self, f"_write_{column.kind}")

        def cell(value: Any) -> Any:
            if value is not None:
                return write(column, value)
            if column.required:
                raise Fault("it is null, and the column is required")
            return nothing

        return cell

    def reads(self, column: Column) -> Cell:
        """What makes a value of a cell; it raises a Fault where the cell holds none."""
        nothing, read = self.nothing(column), getattr(self, f"_read_{column.kind}")
        stands_for_nothing = None if nothing is None else read(column, nothing)  # drivers give a day in several ways

        def value(cell: Any) -> Any:
            found = None if cell is None or cell is LEFT_OUT else read(column, cell)
            if found is not None and found != stands_for_nothing:
                return found
            if column.required and cell is not LEFT_OUT:
                raise Fault("it is empty, and the column is required")
            return None

        return value

    def is_text(self, column: Column) -> bool:
        """Whether the cells of a column hold text, whatever its type says."""
        values = self.values
        match column.kind:
            case "date" | "datetime":
                return getattr(values, column.kind) is not None
            case "decimal":
                return values.decimal_mark is not None
            case "boolean":
                return values.yes_no is not None and isinstance(values.yes_no[0], str)
        return column.kind == "text"

    def is_number(self, column: Column) -> bool:
        """Whether the cells of a column hold whole numbers, whatever its type says."""
        yes_no = self.values.yes_no
        return column.kind in ("integer", "identity") or (
            column.kind == "boolean" and yes_no is not None and isinstance(yes_no[0], int)
        )

    def may_be_null(self, column: Column) -> bool:
        """Whether a cell of a column may hold the system's own null."""
        return column.may_be_null and self.nothing(column) is None

    def nothing(self, column: Column) -> Any:
        """The cell that stands for null."""
        if column.null:
            return None
        if column.kind == "text":
            return self.values.null_text
        day = self.values.null_date
        if day is None or column.kind not in ("date", "datetime"):
            return None
        moment = datetime.combine(day, _MIDNIGHT)
        if column.kind == "date":
            return day if self.values.date is None else writer("date", self.values.date)(moment)
        return moment if self.values.datetime is None else writer("date", self.values.datetime)(moment)

    @cached_property
    def _here(self) -> tzinfo:
        return zone_named(self.zone)

    @cached_property
    def _kept_in(self) -> tzinfo:
        return zone_named(self.values.zone or self.zone)

    # -- text and numbers ------------------------------------------------------------------------------------------

    def _write_text(self, column: Column, value: Any) -> str:
        if type(value) is not str:
            raise _misfit("text", value, "write text(…)")
        if column.length is not None and len(value) > column.length:
            raise Fault(f"it has {len(value)} characters, and the column takes {column.length}; cut() says what stays")
        if "\0" in value or (not value.isascii() and any("\ud800" <= one <= "\udfff" for one in value)):
            raise Fault("it holds a character that no database takes")
        return value

    def _read_text(self, column: Column, cell: Any) -> str:
        if not isinstance(cell, str):
            raise Fault("there is no text in it")
        if column.length is not None and len(cell) > column.length:
            raise Fault(f"it has {len(cell)} characters, and the column takes {column.length}")
        return cell

    def _write_integer(self, column: Column, value: Any) -> int:
        if type(value) is int:
            found = value
        elif isinstance(value, Decimal) and value == value.to_integral_value():
            found = int(value)
        else:
            raise _misfit("a whole number", value, "write integer(…)")
        if not -(2**63) <= found < 2**63:
            raise Fault("it is larger than the column takes")
        return found

    def _read_integer(self, column: Column, cell: Any) -> int:
        if isinstance(cell, (int, Decimal, float)) and cell == int(cell):
            return int(cell)
        raise Fault("there is no whole number in it")

    _write_identity = _write_integer
    _read_identity = _read_integer

    def _write_decimal(self, column: Column, value: Any) -> Any:
        if type(value) is int:
            value = Decimal(value)
        if not isinstance(value, Decimal) or not value.is_finite():
            raise _misfit("a number", value, "write decimal(…)")
        behind = len(f"{value:f}".partition(".")[2].rstrip("0"))
        if behind > column.places:
            hint = f"decimal(x, `{column.places}`) rounds"
            raise Fault(f"it has {behind} digits behind the point, and the column takes {column.places}; {hint}")
        if value and value.adjusted() >= column.digits - column.places:
            raise Fault(f"it is larger than decimal({column.digits},{column.places}) takes")
        mark = self.values.decimal_mark
        return value if mark is None else f"{value:f}".replace(".", mark)

    def _read_decimal(self, column: Column, cell: Any) -> Decimal:
        mark = self.values.decimal_mark
        if mark is not None and isinstance(cell, str):
            cell = cell.replace(mark, ".")
        try:
            found = cell if isinstance(cell, Decimal) else Decimal(str(cell).strip())
        except InvalidOperation:
            raise Fault("there is no number in it") from None
        if not found.is_finite() or isinstance(cell, bool) or abs(found.adjusted()) > LARGEST:
            raise Fault("there is no number in it")
        return plain(found)

    def _write_boolean(self, column: Column, value: Any) -> Any:
        if type(value) is not bool:
            raise _misfit("true or false", value, "write a comparison")
        yes_no = self.values.yes_no
        return value if yes_no is None else yes_no[0] if value else yes_no[1]

    def _read_boolean(self, column: Column, cell: Any) -> bool:
        yes, no = self.values.yes_no or (1, 0)
        if cell == yes or cell is True:
            return True
        if cell == no or cell is False:
            return False
        raise Fault(f"there is neither {yes} (yes) nor {no} (no) in it")

    # -- times -----------------------------------------------------------------------------------------------------

    def _write_date(self, column: Column, value: Any) -> Any:
        found = _moment(value)
        if isinstance(found, datetime):
            found = (_shifted(found, self._here) if found.tzinfo else found).date()
        form = self.values.date
        return found if form is None else writer("date", form)(datetime.combine(found, _MIDNIGHT))

    def _read_date(self, column: Column, cell: Any) -> str:
        if self.values.date is not None and isinstance(cell, str):
            return _unwritten(self.values.date, cell, "day").isoformat()[:10]
        if isinstance(cell, str):
            cell = _iso(cell, "day")
        if isinstance(cell, datetime):
            cell = cell.date()
        if not isinstance(cell, date):
            raise Fault("there is no day in it")
        return cell.isoformat()

    def _write_datetime(self, column: Column, value: Any) -> Any:
        found = _moment(value)
        if not isinstance(found, datetime):
            raise Fault("it is a day without a time, and the column takes date-times")
        found = _shifted(placed(found), self._kept_in).replace(tzinfo=None)
        form = self.values.datetime
        return found if form is None else writer("date", form)(found)

    def _read_datetime(self, column: Column, cell: Any) -> str:
        if self.values.datetime is not None and isinstance(cell, str):
            cell = _unwritten(self.values.datetime, cell, "date-time")
        elif isinstance(cell, str):
            cell = _iso(cell, "date-time")
        if not isinstance(cell, datetime):
            raise Fault("there is no date-time in it")
        if cell.tzinfo is None:
            cell = cell.replace(tzinfo=self._kept_in)
        return _shifted(cell, UTC).isoformat().removesuffix("+00:00") + "Z"

    def _write_time(self, column: Column, value: Any) -> time:
        if type(value) is not str or not _is_time(value):
            raise _misfit("a time such as 10:30:00", value, "write date(x, '%H:%M:%S')")
        return _clock(value)

    def _read_time(self, column: Column, cell: Any) -> str:
        if isinstance(cell, timedelta):
            cell = (datetime.min + cell).time()
        if isinstance(cell, str) and _is_time(cell[:15]):
            cell = _clock(cell[:15])
        if not isinstance(cell, time):
            raise Fault("there is no time in it")
        return cell.isoformat()


def plain(number: Decimal) -> Decimal:
    """The same number without zeros at its end: every database shows it with others."""
    text = f"{number:f}"  # no arithmetic: that would round to the digits of a context
    return Decimal(text.rstrip("0").rstrip(".")) if "." in text else Decimal(text)


def _misfit(wanted: str, value: Any, hint: str) -> Fault:
    return Fault(f"it is {_NAMES.get(type(value), 'of another kind')}, and the column takes {wanted}; {hint}")


def _moment(value: Any) -> date | datetime:
    if type(value) is not str:
        raise _misfit("a time such as 2025-08-25 or 2025-08-25T22:30:00Z", value, "write date(…)")
    return _iso(value, "day or date-time")


def _iso(text: str, what: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise Fault(f"there is no {what} in it such as 2025-08-25 or 2025-08-25T22:30:00Z") from None


def _unwritten(form: str, text: str, what: str) -> date | datetime:
    found = reader("parse_date", form)(text)
    if found is None:
        raise Fault(f"there is no {what} of the format {form} in it")
    return found


def _clock(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Fault("there is no time in it such as 10:30:00") from None


def _shifted(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:
        raise Fault("the time is out of the range of years 1 to 9999") from None
