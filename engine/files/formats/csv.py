"""Separated values, with a type for each column."""

import csv
import io
import re
from codecs import lookup
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import BeforeValidator, Field

from engine.columns.cells import Cells
from engine.columns.column import Column, ColumnType
from engine.columns.schema import read_row
from engine.columns.values import Values
from engine.errors import Fault
from engine.expression.operations import printed
from engine.files.formats.record_format import LONGEST, Broken, RecordFormat, Row
from engine.parts.scalars import Flag, Text, text, wrong

_WHOLE = re.compile(r"[+-]?\d+")
DIGITS = 15
"""So many digits are read at a glance."""
LONGEST_NUMBER = 1000
"""Characters: longer ones are no numbers."""


def _one(value: Any) -> str:
    found = text(value)
    if len(found) != 1 or found in "\r\n":
        raise wrong(f'"{found}" is not one character', 'write one, such as ";"; a tab is "\\t" in double quotes')
    return found


def _encoding(value: Any) -> str:
    found = text(value)
    try:
        "".encode(found)  # of text: others, such as base64, are refused
        return "utf-8" if lookup(found).name == "utf-8" else found
    except LookupError:
        raise wrong(f'there is no encoding "{found}"', "write one that Python knows, such as utf-8 or cp1252") from None


OneCharacter = Annotated[str, BeforeValidator(_one)]
Encoding = Annotated[str, BeforeValidator(_encoding)]


class Csv(RecordFormat):
    """CSV: `{type: csv, columns: {SKU: text(40) required, PRICE: "decimal(12,4)"}, separator: ";"}`.

    With a header, columns are found by name, whatever their order; others are left out. An empty cell is null.
    """

    noun = "the CSV format"

    type: Literal["csv"] = "csv"
    columns: Annotated[
        dict[Text, ColumnType],
        Field(description="the columns, with their types", examples=[{"SKU": "text(40) required", "STOCK": "integer"}]),
    ]
    header: Annotated[Flag, Field(description="whether the first line names the columns", examples=[True])] = True
    separator: Annotated[
        OneCharacter, Field(description="what stands between two cells, one character", examples=[";"])
    ] = ","
    quote: Annotated[OneCharacter, Field(description="what encloses a cell, one character", examples=['"'])] = '"'
    encoding: Annotated[Encoding, Field(description="of the text", examples=["utf-8", "cp1252"])] = "utf-8"
    values: Annotated[
        Values,
        Field(description="its conventions: yes and no, decimals, days", examples=[{"decimal_mark": ","}]),
    ] = Field(default_factory=Values)

    def record_schema(self) -> Any:
        return read_row(self.columns) if self.columns else None

    def rows(self, stream: BinaryIO, zone: str) -> Iterator[Row]:
        encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        lines = io.TextIOWrapper(stream, encoding, errors="strict", newline="")
        csv.field_size_limit(LONGEST)
        reader = csv.reader(lines, delimiter=self.separator, quotechar=self.quote, strict=True)
        try:
            yield from self._rows(reader, zone)
        except csv.Error as error:
            raise Broken(f"line {reader.line_num}: {error}") from None
        except UnicodeDecodeError as error:
            raise Broken(f"it is not {self.encoding} text: {error.reason}, behind line {reader.line_num}") from None
        finally:
            lines.detach()  # the file is closed by who opened it

    def _rows(self, reader: Any, zone: str) -> Iterator[Row]:
        names = list(self.columns)
        if self.header:
            names = next(reader, [])
            missing = [name for name in self.columns if name not in names]
            if missing:
                raise Broken(f"its first line does not name the column {', '.join(missing)}")
        places = [(name, names.index(name), _reads(self._cells(zone), column)) for name, column in self.columns.items()]
        before = reader.line_num
        for cells in reader:
            line, before = before + 1, reader.line_num
            if cells:
                yield self._row(line, cells, len(names), places)

    def _row(self, line: int, cells: Sequence[str], width: int, places: Sequence[tuple[str, int, Any]]) -> Row:
        if len(cells) != width:
            return Row(line, None, f"it has {len(cells)} cells, not {width}", self.separator.join(cells))
        try:
            return Row(line, {name: read(cells[place]) for name, place, read in places})
        except Fault:
            return Row(line, None, _flaw(cells, places), self.separator.join(cells))

    def _cells(self, zone: str) -> Cells:
        return Cells(self.values, zone)

    def written(self, value: Any, zone: str) -> bytes:
        records = value if isinstance(value, list) else [value]
        cells = self._cells(zone)
        writes = {name: cells.writes(column) for name, column in self.columns.items() if not column.generated}
        told = io.StringIO(newline="")
        writer = csv.writer(told, delimiter=self.separator, quotechar=self.quote, lineterminator="\r\n")
        if self.header:
            writer.writerow(writes)
        for record in records:
            writer.writerow(_written(record, writes))
        try:
            return told.getvalue().encode(self.encoding)
        except UnicodeEncodeError as error:
            raise Fault(f"{error.object[error.start]!r} has no form in {self.encoding}") from None


def _written(record: Any, writes: Mapping[str, Any]) -> list[str]:
    if not isinstance(record, dict):
        raise Fault("a record of a CSV file is an object")
    unknown = [name for name in record if name not in writes]
    if unknown:
        raise Fault(f"the file has no column {', '.join(unknown)}")
    found = []
    for name, write in writes.items():
        try:
            cell = write(record.get(name))
        except Fault as fault:
            raise Fault(f"{name}: {fault.message}") from None
        found.append("" if cell is None else _text(cell))
    return found


def _text(cell: Any) -> str:
    return cell.isoformat() if hasattr(cell, "isoformat") else printed(cell)


def _flaw(cells: Sequence[str], places: Sequence[tuple[str, int, Any]]) -> str:
    """What is wrong with a row: its first cell that cannot be read."""
    for name, place, read in places:
        try:
            read(cells[place])
        except Fault as fault:
            return f"{name}: {fault.message}"
    return ""


def _reads(cells: Cells, column: Column) -> Callable[[str], Any]:
    """What makes a value of the text of a cell; what most cells hold is told at a glance, and read as all others are."""
    read, nothing = _reads_any(cells, column), cells.nothing(column)
    if column.kind == "text":
        longest = LONGEST if column.length is None else column.length
        return lambda text: text if 0 < len(text) <= longest and text != nothing else read(text)
    if column.kind in ("integer", "identity"):
        return lambda text: int(text) if len(text) <= DIGITS and text.isascii() and text.isdigit() else read(text)
    if column.kind == "decimal":
        mark = cells.values.decimal_mark or "."
        is_short = re.compile(rf"(-?[0-9]{{1,{DIGITS}}})(?:{re.escape(mark)}([0-9]{{0,{DIGITS}}}?)0*)?").fullmatch

        def number(text: str) -> Any:
            if (found := is_short(text)) is None:
                return read(text)
            whole, places = found.groups()
            return Decimal(f"{whole}.{places}" if places else whole)

        return number
    if column.kind == "boolean":
        yes, no = cells.values.yes_no or (1, 0)
        known = {"true": True, "false": False, str(yes): True, str(no): False}
        return lambda text: known[text] if text in known else read(text)
    return read


def _reads_any(cells: Cells, column: Column) -> Callable[[str], Any]:
    """What makes a value of the text of any cell."""
    read, nothing = cells.reads(column), cells.nothing(column)

    def value(text: str) -> Any:
        if not text or text == nothing:
            return read(None)
        return read(text if column.kind == "text" else _cell(column, text))

    return value


def _cell(column: Column, text: str) -> Any:
    """The text of a cell as a database would give it."""
    if column.kind in ("integer", "identity"):
        if len(text) > LONGEST_NUMBER or not _WHOLE.fullmatch(text.strip()):
            raise Fault("there is no whole number in it")
        return int(text)
    if column.kind == "boolean" and text in ("true", "false", "0", "1"):
        return {"true": True, "false": False, "0": 0, "1": 1}[text]
    return text
