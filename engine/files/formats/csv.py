"""Separated values, with a type for each column."""

import csv
import io
import re
from codecs import lookup
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Annotated, Any, BinaryIO, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from engine.columns.cells import Cells
from engine.columns.column import Columns
from engine.columns.schema import read_row, written_row
from engine.columns.texts import Texts, reads_text, reads_texts
from engine.columns.values import Values
from engine.errors import Fault
from engine.expression.operations import printed
from engine.files.formats.record_format import LONGEST, Broken, Flawed, RecordFormat, Row, filed
from engine.parts.scalars import Flag, text, wrong

TOGETHER = 400
"""Rows whose cells are read column by column."""
_BREAK = re.compile(r"\r\n|[\r\n]")


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
        Columns,
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

    def written_schema(self) -> Any:
        if not self.columns:
            return None
        needed = [name for name, column in self.columns.items() if column.required and not column.generated]
        row = written_row(self.columns, needed)
        return {"anyOf": [row, {"type": "array", "items": row}]}

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
        cells = self._cells(zone)
        columns = [
            _Column(name, names.index(name), reads_text(cells, column), reads_texts(cells, column))
            for name, column in self.columns.items()
        ]
        before = reader.line_num
        for rows in _together(reader):
            lines = _lines(rows, before, reader.line_num)
            before = reader.line_num
            yield from _at_once(rows, lines, len(names), columns) or self._each(rows, lines, len(names), columns)

    def _each(
        self, rows: Sequence[Texts], lines: Sequence[int], width: int, columns: "Sequence[_Column]"
    ) -> Iterator[Row]:
        """Row by row, without empty lines."""
        for line, cells in zip(lines, rows, strict=True):
            if not cells:
                continue
            if len(cells) != width:
                yield Flawed(line, f"it has {len(cells)} cells, not {width}", self.separator.join(cells))
                continue
            try:
                yield filed(line, {column.name: column.read(cells[column.place]) for column in columns})
            except Fault:
                yield Flawed(line, _flaw(cells, columns), self.separator.join(cells))

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


class _Column(NamedTuple):
    """A column that is read: its place in a row, and what makes values of a cell, and of many."""

    name: str
    place: int
    read: Callable[[str], Any]
    read_many: Callable[[Texts], Sequence[Any]]


def _together(reader: Any) -> Iterator[list[list[str]]]:
    """Rows as they are read together; also those before a file turns out to be broken."""
    while True:
        rows: list[list[str]] = []
        try:
            rows.extend(islice(reader, TOGETHER))
        except (csv.Error, UnicodeDecodeError):
            yield rows
            raise
        if not rows:
            return
        yield rows


def _lines(rows: Sequence[Texts], before: int, last: int) -> Sequence[int]:
    """The lines in which rows begin that are behind a line and reach to another."""
    if last - before == len(rows):
        return range(before + 1, last + 1)
    lines = []
    for cells in rows:
        lines.append(before + 1)
        before += 1 + sum(len(_BREAK.findall(cell)) for cell in cells)
    return lines


def _at_once(rows: Sequence[Texts], lines: Sequence[int], width: int, columns: Sequence[_Column]) -> list[Row]:
    """The records of rows, read column by column; none where a row must be looked at for itself."""
    if not columns or set(map(len, rows)) != {width}:
        return []
    cells = list(zip(*rows, strict=True))
    try:
        values = [column.read_many(cells[column.place]) for column in columns]
    except Fault:
        return []
    names = [column.name for column in columns]
    return [filed(line, zip(names, row)) for line, row in zip(lines, zip(*values, strict=True), strict=True)]  # noqa: B905


def _flaw(cells: Texts, columns: Sequence[_Column]) -> str:
    """What is wrong with a row: its first cell that cannot be read."""
    for column in columns:
        try:
            column.read(cells[column.place])
        except Fault as fault:
            return f"{column.name}: {fault.message}"
    return ""
