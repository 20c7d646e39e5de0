"""What is assumed and not yet known: comments marked `[I]` in the file, to be confirmed at the customer's system."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.docs.model import Code, Paragraph, Section, Table
from engine.docs.subject import Subject

MARK = "[I]"
COLUMNS = ("#", "Assumption", "Where", "As written", "Line")
LONGEST = 100

_KEY = re.compile(r"^(\s*)(?:- )?(&\w+ )?([\w$?-]+|\"[^\"]+\"):(?:\s|$)")
_COMMENT = re.compile(r"(?:^|\s)#\s?(.*)$")


@dataclass(frozen=True)
class Assumption:
    """One thing to be confirmed: what, at which key, what is written there, on which line."""

    text: str
    where: str
    written: str
    line: int


def assumptions(subject: Subject) -> Section:
    """A table of what is to be confirmed; empty if nothing is marked."""
    found = list(marked(subject.text))
    if not found:
        return Section("To be confirmed", "assumptions", [])
    words = f"Assumptions about {subject.system}: each is to be confirmed, or corrected, at the customer's system."
    rows = [
        [str(number), one.text, Code(one.where), Code(one.written) if one.written else "", str(one.line)]
        for number, one in enumerate(found, 1)
    ]
    return Section("To be confirmed", "assumptions", [Paragraph(words), Table(COLUMNS, rows)])


def marked(text: str) -> Iterator[Assumption]:
    """The assumptions of a file, in order; the line that explains the mark is none."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if MARK in line and f"{MARK} =" not in line:
            yield Assumption(_words(lines, place), _where(lines, place), _written(lines, place), place + 1)


def _words(lines: list[str], place: int) -> str:
    """What is assumed: the comment, the text that holds the mark, or the key with its value."""
    line = lines[place]
    comment = _COMMENT.search(line)
    if comment is None or MARK not in comment[1]:
        return _clean(" ".join(_around(lines, place, _is_text)) if _is_text(line) else _value(line))
    if _is_comment(line):
        return _clean(" ".join(one.strip().lstrip("# ") for one in _around(lines, place, _is_comment)))
    return _clean(comment[1]) or "as it is written"


def _written(lines: list[str], place: int) -> str:
    """What the assumption is about, as it is written: the rest of its line, or the line below its comment."""
    line = lines[_what_follows(lines, place)]
    comment = _COMMENT.search(line)
    if MARK in line[: comment.start() if comment else None]:
        return ""
    text = line[: comment.start() if comment else None].strip().removeprefix("- ")
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _what_follows(lines: list[str], place: int) -> int:
    """The line itself, or the first below its comment."""
    return next((n for n in range(place, len(lines)) if lines[n].strip() and not _is_comment(lines[n])), place)


def _around(lines: list[str], place: int, belongs: Callable[[str], bool]) -> list[str]:
    """The lines around one that belong to it."""
    first, last = place, place
    while first and belongs(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and belongs(lines[last + 1]):
        last += 1
    return lines[first : last + 1]


def _is_text(line: str) -> bool:
    """Whether a line goes on with the text of the one before."""
    return bool(line.strip()) and not _is_comment(line) and not _KEY.match(line) and not line.lstrip().startswith("- ")


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#") and "----" not in line


def _value(line: str) -> str:
    key = _KEY.match(line)
    return line[key.end() :] if key else line


def _clean(text: str) -> str:
    words = " ".join(text.replace(MARK, " ").split()).strip(" .;")
    return re.sub(r" ([.,;:])", r"\1", words)


def _where(lines: list[str], place: int) -> str:
    """The keys a line stands under, outermost first: `messages.prices.reply`; of a comment, those of what follows."""
    path: list[str] = []
    indent = 10_000
    for line in reversed(lines[: _what_follows(lines, place) + 1]):
        key = _KEY.match(line)
        if key and key.start(3) < indent and not _is_comment(line):
            indent = key.start(3)
            path += [] if key[3].startswith("$") else [key[3].strip('"').rstrip("?")]
        if not indent:
            break
    return ".".join(reversed(path))
