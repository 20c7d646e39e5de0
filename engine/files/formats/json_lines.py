"""One JSON object a line."""

from collections.abc import Iterator
from typing import Any, BinaryIO, Literal

from engine.files.formats.record_format import LONGEST, Broken, Flawed, RecordFormat, Row, filed
from engine.formats.format import Undecodable
from engine.formats.json import dumps, loads


class JsonLines(RecordFormat):
    """One JSON object a line (also called NDJSON): `format: json_lines`."""

    noun = "the JSON lines format"

    type: Literal["json_lines"] = "json_lines"

    def rows(self, stream: BinaryIO, zone: str) -> Iterator[Row]:
        number = 0
        while line := stream.readline(LONGEST + 1):
            number += 1
            if len(line) > LONGEST:
                raise Broken(f"line {number} has more than {LONGEST:,} bytes")
            text = line.strip()
            if text:
                yield _row(number, text)

    def written(self, value: Any, zone: str) -> bytes:
        records = value if isinstance(value, list) else [value]
        return b"".join(dumps(record) + b"\n" for record in records)


def _row(number: int, text: bytes) -> Row:
    try:
        found = loads(text)
    except Undecodable as error:
        return Flawed(number, str(error), text.decode("utf-8", "replace"))
    if isinstance(found, dict):
        return filed(number, found)
    return Flawed(number, "it is no object", text.decode("utf-8", "replace"))
