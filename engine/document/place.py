"""Where a scalar stands, and how an offset inside its text translates to the file."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate

from engine.diagnostics import Mark

Path_ = tuple[str | int, ...]
"""Keys and numbers of elements, from the root of a file down."""

Spot = tuple[int, int, int]
"""From this offset of the text on: line and column in the file."""

_ESCAPES = {"x": 4, "u": 6, "U": 10}
_ANCHOR_OR_TAG = re.compile(r"(?:[&!]\S*\s+)*")
_BREAK = re.compile(r"(?:\r\n|[\n\r\x85\u2028\u2029])")
_FLOWING_BREAK = re.compile(rf"(?:[ \t]*{_BREAK.pattern}[ \t]*)+")


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the text of a scalar lies in the file.

    Attributes:
        mark: its first character, behind an opening quote.
        spots: where its stretches begin, if it is not one stretch on one line: after an escape, on a new line.
        exact: whether offsets can be translated; if not, every offset is the value's start.
    """

    mark: Mark
    spots: tuple[Spot, ...] = ()
    exact: bool = True

    def at(self, offset: int) -> Mark:
        """The mark of the character at `offset` of the text: exact, or the value's start; never wrong."""
        if not self.exact:
            return self.mark
        if not self.spots:
            return Mark(self.mark.file, self.mark.line, self.mark.column + offset)
        start, line, column = self.spots[bisect.bisect_right(self.spots, offset, key=lambda spot: spot[0]) - 1]
        return Mark(self.mark.file, line, column + offset - start)


@dataclass(eq=False)
class Source:
    """The text of a file, or of some whole lines of it, and where its lines begin.

    Attributes:
        first: the number of its first line. Of some lines of a file that is being edited, it is another when lines above
            come or go; with it everything in them has moved.
    """

    file: str
    text: str
    starts: Sequence[int]
    first: int = 1

    @classmethod
    def of(cls, text: str, file: str, first: int = 1) -> Source:
        """Lines are those of editors and of git: LF, CRLF or CR ends one, none of YAML's other breaks."""
        return cls(file, text, [0, *accumulate(map(len, StringIO(text, newline="")))], first)

    def mark(self, index: int) -> Mark:
        """The place of the character at an index of the text."""
        line = self.line_of(index)
        return Mark(self.file, line, index - self.starts[line - self.first] + 1)

    def index(self, mark: Mark) -> int:
        """The index in the text of a place; its end for a place behind it."""
        line = mark.line - self.first
        if line >= len(self.starts):
            return len(self.text)
        return min(self.starts[line] + mark.column - 1, len(self.text))

    def line_of(self, index: int) -> int:
        """The number of the line that has the character at an index of the text."""
        return bisect.bisect_right(self.starts, index) - 1 + self.first

    def part(self, start: int, end: int) -> Source:
        """Whole lines of it, from one index to another."""
        return Source.of(self.text[start:end], self.file, self.line_of(start))

    def line(self, number: int) -> str:
        """A line of the text, without its end; empty behind the last."""
        line = number - self.first
        if not 0 <= line < len(self.starts) - 1:
            return ""
        return self.text[self.starts[line] : self.starts[line + 1]].rstrip("\r\n")

    def scalar(self, value: str, style: str | None, start: int, end: int) -> _Layout:
        """How a scalar lies that is written from `start` to `end`, an anchor and a tag in front not counted."""
        if style in ("|", ">"):
            return self._block(value, start, end)
        begin = start + (style is not None)
        if self.text.startswith(value, begin) and self.mark(begin).line == self.mark(end).line:
            return _Layout(self.mark(begin))
        return self._placed(self.mark(begin), self._flowing(value, style, begin, end))

    def _placed(self, mark: Mark, indexes: list[int] | None) -> _Layout:
        """A layout out of the index of each character, if they could be found."""
        if indexes is None:
            return _Layout(mark, exact=False)
        spots: list[Spot] = []
        for offset, index in enumerate(indexes):
            at = self.mark(index)
            if not spots or (at.line, at.column - offset) != (spots[-1][1], spots[-1][2] - spots[-1][0]):
                spots.append((offset, at.line, at.column))
        return _Layout(self.mark(indexes[0]) if indexes else mark, tuple(spots))

    def _block(self, value: str, start: int, end: int) -> _Layout:
        """A literal or folded scalar: each line behind the common indentation, line breaks kept or made blanks."""
        header = _BREAK.search(self.text, start, end)
        lines = [line for line in self.text[header.end() : end].splitlines() if line.strip()] if header else []
        if not header or not lines:
            return _Layout(self.mark(start), exact=False)
        shown = value.lstrip("\n")
        indent = len(lines[0]) - len(lines[0].lstrip(" ")) - (len(shown) - len(shown.lstrip(" ")))
        breaks = re.compile(rf"(?:{_BREAK.pattern} {{0,{max(indent, 0)}}})+")
        begin = header.end() + (0 if value.startswith("\n") else max(indent, 0))
        return self._placed(self.mark(start), self._aligned(value, begin, end, breaks))

    def _flowing(self, value: str, style: str | None, start: int, end: int) -> list[int] | None:
        return self._aligned(value, start, end, _FLOWING_BREAK, style or "")

    def _aligned(self, value: str, start: int, end: int, breaks: re.Pattern[str], quote: str = "") -> list[int] | None:
        """The index of each character of a scalar's value in the text; None if they do not fit."""
        indexes: list[int] = []
        index, offset = start, 0
        while offset < len(value):
            folded = breaks.match(self.text, index, end)
            if folded and value[offset] in " \n":
                count = 1 if value[offset] == " " else len(value[offset:]) - len(value[offset:].lstrip("\n"))
                indexes += [index] * count
                index, offset = folded.end(), offset + count
                continue
            width = self._width(value[offset], index, quote)
            if not width:
                return None
            indexes.append(index)
            index, offset = index + width, offset + 1
        return indexes

    def _width(self, character: str, index: int, quote: str) -> int:
        """How many characters of the text write one of the value; 0 if they do not."""
        written = self.text[index : index + 1]
        if quote == '"' and written == "\\":
            return _ESCAPES.get(self.text[index + 1 : index + 2], 2)
        if written != character:
            return 0
        return 2 if quote == "'" == character else 1


@dataclass(eq=False, slots=True)
class Place:
    """Where a value is written. Lines and columns are worked out when they are asked for: of most values, never.

    Attributes:
        source: the text of its file.
        start: index of its first character, its anchor and tag included.
        end: index behind its last character; of a block, blank space behind it may be included.
        value: of a scalar, its text.
        style: of a scalar, the quote or the sign of a block; None if it is plain.
    """

    source: Source
    start: int
    end: int
    value: str = ""
    style: str | None = None

    @property
    def file(self) -> str:
        return self.source.file

    @property
    def text(self) -> str:
        """What is written there."""
        return self.source.text[self.start : self.end]

    @property
    def begin(self) -> Mark:
        """Its first character, its anchor, tag and quote included."""
        return self.source.mark(self.start)

    @property
    def mark(self) -> Mark:
        """The first character of a scalar's text, behind an opening quote."""
        if self.style in ("|", ">"):
            return self._layout().mark
        return self.source.mark(self._text + (self.style is not None))

    def at(self, offset: int) -> Mark:
        """The character at `offset` of a scalar's text: exact, or where it begins; never wrong."""
        return self._layout().at(offset)

    @property
    def _text(self) -> int:
        """The index behind its anchor and tag."""
        lead = _ANCHOR_OR_TAG.match(self.source.text, self.start)
        return lead.end() if lead else self.start

    def _layout(self) -> _Layout:
        return self.source.scalar(self.value, self.style, self._text, self.end)


NOWHERE = Place(Source.of("", "<text>"), 0, 0)


class Scalar(str):
    """Text that knows where it stands. `plain` is true when it was written without quotes, on one line."""

    __slots__ = ("place", "plain")

    place: Place
    plain: bool

    def __new__(cls, text: str, place: Place = NOWHERE, plain: bool = False) -> Scalar:
        scalar = str.__new__(cls, text)
        scalar.place = place
        scalar.plain = plain
        return scalar

    @property
    def mark(self) -> Mark:
        return self.place.mark


def place_of(text: str) -> Place:
    """The place of a scalar; of plain Python text, nowhere."""
    return text.place if isinstance(text, Scalar) else NOWHERE
