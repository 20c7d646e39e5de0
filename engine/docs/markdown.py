"""A page in Markdown (GitHub's, with Mermaid diagrams)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.docs.mermaid import mermaid
from engine.docs.model import (
    Block,
    Break,
    Bullets,
    Code,
    Link,
    Listing,
    Page,
    Paragraph,
    Section,
    Span,
    Strong,
    Table,
    Words,
    spans,
)
from engine.docs.sequence import Diagram

_SIGNS = re.compile(r"([\\`*_\[\]|~])")


def markdown(page: Page) -> str:
    """The page as Markdown text, ending with a line feed."""
    lines = [f"# {_plain(page.title)}", ""]
    for block in page.blocks:
        lines += [*_block(block), ""]
    lines += [*_contents(page), ""]
    for section in page.sections:
        lines += _section(section, 2)
    return "\n".join(lines).rstrip("\n") + "\n"


def _contents(page: Page) -> Iterator[str]:
    for section in page.sections:
        yield f"- [{_plain(section.title)}](#{section.anchor})"
        yield from (f"  - [{_plain(inner.title)}](#{inner.anchor})" for inner in section.sections)


def _section(section: Section, level: int) -> Iterator[str]:
    yield from (f'<a id="{section.anchor}"></a>', "", f"{'#' * level} {_plain(section.title)}", "")
    for block in section.blocks:
        yield from (*_block(block), "")
    for inner in section.sections:
        yield from _section(inner, min(level + 1, 6))


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield _words(block.words)
    elif isinstance(block, Bullets):
        yield from (f"- {_words(item)}" for item in block.items)
    elif isinstance(block, Table):
        yield from _table(block.shown)
    elif isinstance(block, Listing):
        yield from _fenced(block.text, block.language)
    elif isinstance(block, Diagram):
        yield from _fenced(mermaid(block), "mermaid")


def _table(table: Table) -> Iterator[str]:
    yield f"| {' | '.join(_plain(column) for column in table.columns)} |"
    yield f"|{'---|' * len(table.columns)}"
    for row in table.rows:
        yield f"| {' | '.join(_words(cell, in_table=True) or ' ' for cell in row)} |"


def _fenced(text: str, language: str) -> Iterator[str]:
    """A block of code, behind a fence longer than any in it."""
    fence = "`" * max(3, 1 + max((len(found) for found in re.findall(r"`+", text)), default=0))
    yield from (f"{fence}{language}", *text.splitlines(), fence)


def _words(words: Words, *, in_table: bool = False) -> str:
    return "".join(_span(span, in_table=in_table) for span in spans(words))


def _span(span: Span, *, in_table: bool) -> str:
    if isinstance(span, Code):
        return _code(span.text, in_table=in_table)
    if isinstance(span, Break):
        return "<br>" if in_table else " "
    if isinstance(span, Strong):
        return f"**{_plain(span.text)}**"
    if isinstance(span, Link):
        return f"[{_plain(span.text)}](#{span.anchor})"
    return _plain(span)


def _plain(text: str) -> str:
    """Text in which nothing is a sign of Markdown or HTML."""
    line = " ".join(text.split(" ")).replace("\r", " ").replace("\n", " ")
    return _SIGNS.sub(r"\\\1", line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"))


def _code(text: str, *, in_table: bool) -> str:
    """Code on one line; inside a table even a bar between backticks would end the cell."""
    line = " ".join(text.split())
    if not line:
        return ""
    ticks = "`" * (1 + max((len(found) for found in re.findall(r"`+", line)), default=0))
    blank = " " if "`" in line else ""
    return f"{ticks}{blank}{line.replace('|', chr(92) + '|') if in_table else line}{blank}{ticks}"
