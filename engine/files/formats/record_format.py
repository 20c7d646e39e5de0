"""What every format of files can do: give its records one by one, and write records as a file."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from engine.parts.part import Part

LONGEST = 1_000_000
"""Characters (of text) or bytes that one record has at most; a file without line ends must not fill the memory."""


class Origin(NamedTuple):
    """A file that records are from."""

    name: str
    path: str


class Filed(dict[str, Any]):
    """A record of a file.

    Attributes:
        line: where it begins, from 1; in formats without lines, its number.
        origin: set by who reads the file.
    """

    __slots__ = ("line", "origin")

    line: int
    origin: Origin

    @property
    def file(self) -> dict[str, Any]:
        """Where it stood, as the expressions of a flow see it."""
        return {"name": self.origin.name, "line": self.line, "path": self.origin.path}


class Flawed(NamedTuple):
    """What could not be read as a record.

    Attributes:
        line: as of a record.
        flaw: what is wrong with it.
        raw: what stood there, for people.
    """

    line: int
    flaw: str
    raw: str


Row = Filed | Flawed


def filed(line: int, record: Any) -> Filed:
    """A record that begins in a line."""
    found = Filed(record)
    found.line = line
    return found


class Broken(Exception):
    """The file cannot be read on: it is not of its format. What was read before stands."""


class RecordFormat(Part):
    """A format of files."""

    noun = "a file format"

    @abstractmethod
    def rows(self, stream: BinaryIO, zone: str) -> Iterator[Row]:
        """The records of a file, and what could not be read as one, in constant memory.

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

    def written_schema(self) -> Any:
        """JSON Schema of what `written` takes, where the format knows it; else None."""
        return None
