"""What every format of files can do: give its records one by one, and write records as a file."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from engine.parts.part import Part

LONGEST = 1_000_000
"""Characters (of text) or bytes that one record has at most; a file without line ends must not fill the memory."""


class Row(NamedTuple):
    """One record of a file, or what could not be read as one.

    Attributes:
        line: where it begins, from 1; in formats without lines, its number.
        record: None where it is flawed.
        flaw: what is wrong with it, empty if nothing.
        raw: what stood there, for people.
    """

    line: int
    record: dict[str, Any] | None
    flaw: str = ""
    raw: str = ""


class Broken(Exception):
    """The file cannot be read on: it is not of its format. What was read before stands."""


class RecordFormat(Part):
    """A format of files."""

    noun = "a file format"

    @abstractmethod
    def rows(self, stream: BinaryIO, zone: str) -> Iterator[Row]:
        """The records of a file, in constant memory.

        Args:
            zone: of times without offset.

        Raises:
            Broken: it cannot be read on.
        """

    @abstractmethod
    def written(self, value: Any, zone: str) -> bytes:
        """Records (a list) or one value as a file.

        Raises:
            Fault: it has no form in this format.
        """

    def record_schema(self) -> Any:
        """JSON Schema of a record, where the format knows it; else None."""
        return None
