"""A JSON file whose records are the elements of one of its lists; read as a stream (ijson)."""

from collections.abc import Iterator
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import Field

from engine.files.formats.record_format import Broken, Flawed, RecordFormat, Row, filed
from engine.formats.json import dumps
from engine.parts.scalars import Text


class JsonFile(RecordFormat):
    """JSON: `{type: json, records: data.items}`; without `records` the file is the list."""

    noun = "the JSON file format"

    type: Literal["json"] = "json"
    records: Annotated[
        Text | None,
        Field(
            description="the way to the list, names with dots; default: the file is the list", examples=["data.items"]
        ),
    ] = None

    def rows(self, stream: BinaryIO, zone: str) -> Iterator[Row]:
        import ijson

        prefix = f"{self.records}.item" if self.records else "item"
        number = 0
        try:
            for found in ijson.items(stream, prefix):
                number += 1
                if isinstance(found, dict):
                    yield filed(number, found)
                else:
                    yield Flawed(number, "it is no object", dumps(found).decode())
        except (ijson.JSONError, ValueError, ArithmeticError) as error:
            raise Broken(f"it is no JSON behind record {number}: {' '.join(str(error).split())[:200]}") from None

    def written(self, value: Any, zone: str) -> bytes:
        for name in reversed(self.records.split(".") if self.records else []):
            value = {name: value}
        return dumps(value)
