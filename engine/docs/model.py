"""What a page of documentation consists of; how it looks is the renderers' matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.docs.sequence import Diagram


@dataclass(frozen=True)
class Code:
    """Text as it is written in a file."""

    text: str


@dataclass(frozen=True)
class Strong:
    """Text that stands out."""

    text: str


@dataclass(frozen=True)
class Link:
    """Text that leads to a section."""

    text: str
    anchor: str


@dataclass(frozen=True)
class Break:
    """The end of a line inside a cell."""


Span = str | Code | Strong | Link | Break
Words = Span | tuple[Span, ...]
"""A line of text."""


@dataclass(frozen=True)
class Paragraph:
    words: Words


@dataclass(frozen=True)
class Bullets:
    items: Sequence[Words]


@dataclass(frozen=True)
class Table:
    """Columns with a title each; a column in which no row says anything is not shown."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Words]]

    @property
    def shown(self) -> Table:
        """The table without its empty columns."""
        kept = [place for place, _ in enumerate(self.columns) if any(row[place] not in ("", ()) for row in self.rows)]
        rows = [[row[place] for place in kept] for row in self.rows]
        return Table([self.columns[place] for place in kept], rows)


@dataclass(frozen=True)
class Listing:
    """Data, as it is written; `language` such as json."""

    text: str
    language: str


Block = Paragraph | Bullets | Table | Listing | Diagram


@dataclass(frozen=True)
class Section:
    """A title with what stands under it; `anchor` is unique in the page."""

    title: str
    anchor: str
    blocks: Sequence[Block]
    sections: Sequence[Section] = ()


@dataclass(frozen=True)
class Page:
    """A whole document."""

    title: str
    blocks: Sequence[Block]
    sections: Sequence[Section]


def spans(words: Words) -> tuple[Span, ...]:
    return words if isinstance(words, tuple) else (words,)


def plain(words: Words) -> str:
    """Words without their looks."""
    return "".join(
        span if isinstance(span, str) else " " if isinstance(span, Break) else span.text for span in spans(words)
    )


def listed(words: Sequence[Words], between: Span = ", ") -> Words:
    """Several words in a row, with something between them."""
    joined: list[Span] = []
    for one in words:
        joined += [between, *spans(one)] if joined else spans(one)
    return tuple(joined)
