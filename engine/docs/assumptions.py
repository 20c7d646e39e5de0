"""What is assumed and not yet known: comments marked `[I]` in the file, to be confirmed at the customer's system."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from engine.docs.model import Code, Paragraph, Section, Table
from engine.docs.subject import Subject

MARK = "[I]"
COLUMNS = ("#", "Assumption", "Where", "Line")

_KEY = re.compile(r"^(\s*)(?:- )?(&\w+ )?([\w$?-]+|\"[^\"]+\"):(?:\s|$)")
_COMMENT = re.compile(r"(?:^|\s)#\s?(.*)$")


@dataclass(frozen=True)
class Assumption:
    """One thing to be confirmed: what, at which key, on which line."""

    text: str
    where: str
    line: int


def assumptions(subject: Subject) -> Section:
    """A table of what is to be confirmed; empty if nothing is marked."""
    found = list(marked(subject.text))
    if not found:
        return Section("To be confirmed", "assumptions", [])
    words = f"Assumptions about {subject.system}: each is to be confirmed, or corrected, at the customer's system."
    rows = [
        [str(number), one.text, Code(one.where) if one.where else "", str(one.line)]
        for number, one in enumerate(found, 1)
    ]
    return Section("To be confirmed", "assumptions", [Paragraph(words), Table(COLUMNS, rows)])


def marked(text: str) -> Iterator[Assumption]:
    """The assumptions of a file, in order; the line that explains the mark is none."""
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if MARK in line and f"{MARK} =" not in line:
            yield Assumption(_words(lines, place), _where(lines, place), place + 1)


def _words(lines: list[str], place: int) -> str:
    """What is assumed: the comment with the lines it goes on over, or the marked text itself."""
    line = lines[place]
    comment = _COMMENT.search(line)
    if comment is None or MARK not in comment[1]:
        return _clean(_value(line))
    if not _is_comment(line):
        return _clean(comment[1]) or _clean(_value(line[: comment.start()]))
    first = place
    while first and _is_comment(lines[first - 1]):
        first -= 1
    last = place
    while last + 1 < len(lines) and _is_comment(lines[last + 1]):
        last += 1
    block = " ".join(line.strip().lstrip("# ") for line in lines[first : last + 1])
    return _clean(block)


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
    at = next((n for n in range(place, len(lines)) if lines[n].strip() and not _is_comment(lines[n])), place)
    path: list[str] = []
    indent = 10_000
    for line in reversed(lines[: at + 1]):
        key = _KEY.match(line)
        if key and key.start(3) < indent and not _is_comment(line):
            indent = key.start(3)
            path.append(key[3].strip('"').rstrip("?"))
        if not indent:
            break
    return ".".join(reversed(path))
