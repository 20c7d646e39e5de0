"""A page as one HTML file: no network, no script; light or dark, and fit to print."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html import escape
from pathlib import Path

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
from engine.docs.svg import svg

_WIDE = 2
"""Levels of sections that stand in the contents."""

_SENTENCE = 60
"""Letters of what is more than a few words."""

_WORD = 16
"""Letters of a word that need not be broken."""


def html(page: Page) -> str:
    """The page as HTML text, ending with a line feed."""
    title = escape(page.title)
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>\n{_style()}</style>",
        "</head>",
        "<body>",
        '<nav aria-label="Contents">',
        *_contents(page.sections, _WIDE),
        "</nav>",
        "<main>",
        f"<h1>{title}</h1>",
        *_blocks(page.blocks),
        *(line for section in page.sections for line in _section(section, 2)),
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


@cache
def _style() -> str:
    return Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def _contents(sections: Iterable[Section], levels: int) -> Iterator[str]:
    yield "<ul>"
    for section in sections:
        yield f"<li>{_link(section.title, section.anchor)}"
        if levels > 1 and section.sections:
            yield from _contents(section.sections, levels - 1)
        yield "</li>"
    yield "</ul>"


def _section(section: Section, level: int) -> Iterator[str]:
    yield f'<section id="{escape(section.anchor)}">'
    yield f"<h{level}>{_link(section.title, section.anchor)}</h{level}>"
    yield from _blocks(section.blocks)
    for inner in section.sections:
        yield from _section(inner, min(level + 1, 6))
    yield "</section>"


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield f"<p>{_words(block.words)}</p>"
        elif isinstance(block, Bullets):
            yield from ("<ul>", *(f"<li>{_words(item)}</li>" for item in block.items), "</ul>")
        elif isinstance(block, Table):
            yield from _table(block.shown)
        elif isinstance(block, Listing):
            yield f"<pre><code>{escape(block.text)}</code></pre>"
        elif isinstance(block, Diagram):
            yield f'<figure class="wide">{svg(block)}</figure>'


def _table(table: Table) -> Iterator[str]:
    yield '<div class="wide"><table>'
    heads = "".join(f"<th scope='col'>{escape(column)}</th>" for column in table.columns)
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        yield f"<tr>{''.join(map(_cell, row))}</tr>"
    yield "</tbody></table></div>"


def _cell(words: Words) -> str:
    """A cell; one with sentences keeps room for them."""
    prose = ' class="prose"' if len("".join(span for span in spans(words) if isinstance(span, str))) > _SENTENCE else ""
    return f"<td{prose}>{_words(words)}</td>"


def _words(words: Words) -> str:
    return "".join(map(_span, spans(words)))


def _span(span: Span) -> str:
    if isinstance(span, Code):
        return f"<code>{_breakable(span.text)}</code>" if span.text else ""
    if isinstance(span, Break):
        return "<br>"
    if isinstance(span, Strong):
        return f"<strong>{escape(span.text)}</strong>"
    if isinstance(span, Link):
        return _link(span.text, span.anchor)
    return escape(span)


def _breakable(text: str) -> str:
    """What stands in a file, which may go on in a new line behind a slash or a dot of a long word."""
    return " ".join(
        re.sub(r"(?<=[^/.])([/.])(?=[^/.])", r"\1<wbr>", escape(word)) if len(word) > _WORD else escape(word)
        for word in text.split(" ")
    )


def _link(text: str, anchor: str) -> str:
    return f'<a href="#{escape(anchor)}">{escape(text)}</a>'
