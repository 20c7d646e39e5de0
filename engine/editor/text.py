"""Places in the text of an open file: an index in it, a Mark of the engine, and an editor's line and character.

An editor counts lines from 0 and characters in UTF-16 units (an emoji is two); the engine counts from 1, in characters.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass
from functools import cached_property

from engine.diagnostics import Mark

_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, order=True)
class Position:
    """Line and character from 0, the character in UTF-16 units."""

    line: int
    character: int


@dataclass(frozen=True)
class Span:
    """From an index of the text to another, which is behind it."""

    start: int
    end: int


@dataclass(frozen=True)
class Text:
    """The text of an open file."""

    content: str

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(found.end() for found in _BREAK.finditer(self.content))]

    def index(self, position: Position) -> int:
        """The index of a position; one behind the end of a line is that end."""
        if position.line >= len(self._starts):
            return len(self.content)
        line = self.line(position.line)
        units = line.encode("utf-16-le", "surrogatepass")[: 2 * position.character]
        return self._starts[position.line] + len(units.decode("utf-16-le", "ignore"))

    def position(self, index: int) -> Position:
        line = bisect.bisect_right(self._starts, index) - 1
        before = self.content[self._starts[line] : index]
        return Position(line, len(before.encode("utf-16-le", "surrogatepass")) // 2)

    def of_mark(self, mark: Mark) -> int:
        """The index of a mark of the engine."""
        return min(self._starts[min(mark.line, len(self._starts)) - 1] + mark.column - 1, len(self.content))

    def mark(self, index: int, file: str) -> Mark:
        """The mark of an index in a file of this name."""
        line = bisect.bisect_right(self._starts, index)
        return Mark(file, line, index - self._starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """A line by its number from 0, without its break."""
        end = self._starts[number + 1] if number + 1 < len(self._starts) else len(self.content)
        return self.content[self._starts[number] : end].rstrip("\r\n")

    def line_span(self, index: int) -> Span:
        """The line that holds an index, without its break."""
        number = bisect.bisect_right(self._starts, index) - 1
        return Span(self._starts[number], self._starts[number] + len(self.line(number)))
