"""Where in the tree of a file a cursor stands, read from the text before it: also where the file is no YAML yet.

Indentation and brackets tell it, line by line; nothing is parsed, so a half-typed line does no harm.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal

from engine.document import Path_

_KEY = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#&*!|>'"%@`\[\]{},-][^#]*?|-[^\s#][^#]*?)[ \t]*:(?=\s|$)""")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(#.*)?$")
_PROPERTY = re.compile(r"[&!]\S*(?:[ \t]+|$)")
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")


@dataclass(frozen=True)
class Cursor:
    """Where a cursor stands.

    Attributes:
        path: of the mapping whose key is written; of the value, if one is written.
        place: `key`: a key of a mapping; `value`: a scalar behind its key; `open`: either, as nothing says more yet;
            `comment`: none of them.
        written: what stands of the key or scalar before the cursor, without an opening quote.
        start: index of its first character.
        open: the mappings and lists around it, outermost first.
    """

    path: Path_
    place: Literal["key", "value", "open", "comment"]
    written: str
    start: int
    open: tuple[Opened, ...] = ()


@dataclass(frozen=True)
class Opened:
    """A mapping or list that the text before a cursor has not ended.

    Attributes:
        column: where its keys or dashes stand, from 0; None in flow style.
        step: the key or number of what is being written in it; None where that is a key.
    """

    kind: Literal["mapping", "list"]
    column: int | None
    step: str | int | None


_FLOW = 10_000
"""The indent of what stands in brackets: nothing stands further right."""


@dataclass
class _Frame:
    """A mapping or list that is open; `step` is the key or number of what stands in it now."""

    kind: Literal["mapping", "list"]
    indent: int
    step: str | int | None = None


@dataclass
class _Scan:
    """The state behind what was read: open frames, and the scalar or bracket that is not closed yet; `fresh` where a
    line holds only what may become a key."""

    frames: list[_Frame] = field(default_factory=list)
    flow: int = 0
    start: int | None = None
    quote: str = ""
    block: int | None = None
    fresh: bool = False

    def path(self, *, whole: bool = True) -> Path_:
        frames = self.frames if whole else self.frames[:-1]
        return tuple(frame.step for frame in frames if frame.step is not None)

    def copy(self) -> _Scan:
        return replace(self, frames=[replace(frame) for frame in self.frames])

    def open(self) -> tuple[Opened, ...]:
        return tuple(Opened(one.kind, None if one.indent == _FLOW else one.indent, one.step) for one in self.frames)


STRIDE = 40
"""Lines after which it is remembered what was open, so that another place of the same text is found from there."""


def cursor(text: str, index: int) -> Cursor:
    """Where the cursor at an index of a text stands."""
    scan, at = _before(text, index)
    return replace(_at_end(scan, text, at, index), open=scan.open())


def _before(text: str, index: int) -> tuple[_Scan, int]:
    """What is open where the line of an index begins, and where that is."""
    known = _known(text)
    at, scan = known[bisect_right(known, index, key=lambda one: one[0]) - 1]
    scan = scan.copy()
    for number, found in enumerate(_LINES.finditer(text, at), 1):
        line, at = found.group(), found.start()
        if index < found.end() or not line.endswith(("\n", "\r")):
            break
        _line(scan, line.rstrip("\r\n"), at, closed=True)
        if number % STRIDE == 0 and found.end() > known[-1][0]:
            known.append((found.end(), scan.copy()))
    return scan, at


@lru_cache(4)
def _known(text: str) -> list[tuple[int, _Scan]]:
    """Places of a text at which it is known what is open, in their order."""
    return [(0, _Scan())]


def _at_end(scan: _Scan, text: str, at: int, index: int) -> Cursor:
    """Where the end of a line that is begun stands."""
    before = text[at:index]
    if _is_comment(scan, before):
        return Cursor((), "comment", before.strip(), index)
    if not before.strip() and not scan.flow and not scan.quote and not _continues(scan, before):
        _settle(scan, len(before))
        return _blank(scan, len(before), index)
    _line(scan, before, at, closed=False)
    return _found(scan, text, index)


def _is_comment(scan: _Scan, before: str) -> bool:
    """Whether a line ends in a comment; one that goes on with quotes or a block has none."""
    if scan.quote or _continues(scan, before):
        return False
    code = re.sub(r""""(?:[^"\\]|\\.)*"?|'[^']*'?""", "", before)
    return code.lstrip().startswith("#") or re.search(r"\s#", code) is not None


def _blank(scan: _Scan, indent: int, index: int) -> Cursor:
    top = scan.frames[-1] if scan.frames else None
    if top is None or (top.kind == "mapping" and top.indent == indent):
        return Cursor(scan.path(whole=False), "key", "", index)
    if top.kind == "list" and top.indent == indent and len(scan.frames) > 1 and scan.frames[-2].indent == indent:
        return Cursor(scan.path()[:-2], "key", "", index)
    return Cursor(scan.path(), "open", "", index)


def _found(scan: _Scan, text: str, index: int) -> Cursor:
    start = index if scan.start is None else scan.start
    written = text[start:index]
    start, written = start + len(written) - len(written.lstrip()), written.lstrip()
    top = scan.frames[-1] if scan.frames else None
    if top is None:
        return Cursor((), "key", written, start)
    if top.step is None:
        return Cursor(scan.path(), "key", written, start)
    if top.kind == "mapping" and not scan.fresh:
        return Cursor(scan.path(), "value", written, start)
    return Cursor(scan.path(), "open", written, start)


def _continues(scan: _Scan, line: str) -> bool:
    """Whether a line goes on with a block scalar."""
    return scan.block is not None and (not line.strip() or len(line) - len(line.lstrip(" ")) > scan.block)


def _line(scan: _Scan, line: str, at: int, *, closed: bool) -> None:
    """Read one line; `closed` when it ends there, else the cursor stands at its end."""
    scan.fresh = False
    if _continues(scan, line):
        return
    scan.block = None
    if scan.quote or scan.flow:
        _rest(scan, line, 0, at, closed)
        return
    column = len(line) - len(line.lstrip(" "))
    if not line.strip() or line[column] == "#" or (column == 0 and line.startswith(("---", "..."))):
        return
    if _is_continuation(scan, line, column):
        return
    scan.start = None
    _settle(scan, column)
    column = _dashes(scan, line, column)
    key = _KEY.match(line, column)
    if key:
        _enter(scan, column).step = _unquoted(key[1])
        _rest(scan, line, key.end(), at, closed)
    elif line[column:].strip() and not closed and not (scan.frames and scan.frames[-1].step is not None):
        scan.start = at + column
    elif line[column:].strip():
        top = scan.frames[-1] if scan.frames else None
        if top is not None and top.kind == "mapping" and top.indent == column:
            top.step = None
        scan.fresh = True
        _rest(scan, line, column, at, closed)


def _is_continuation(scan: _Scan, line: str, column: int) -> bool:
    """Whether a line goes on with a plain scalar of the line before."""
    if scan.start is None or not scan.frames:
        return False
    return column > scan.frames[-1].indent and not _KEY.match(line, column)


def _settle(scan: _Scan, column: int) -> None:
    """Close what ends before a line of this indentation."""
    while scan.frames and scan.frames[-1].indent > column:
        scan.frames.pop()
    scan.start = None


def _dashes(scan: _Scan, line: str, column: int) -> int:
    """Enter the lists whose elements begin in this line; gives where the element stands."""
    found = re.match(r"-(?=\s|$)[ \t]*", line[column:])
    if found is None and len(scan.frames) > 1 and scan.frames[-1].kind == "list" and scan.frames[-1].indent == column:
        scan.frames.pop()
    while found:
        top = scan.frames[-1] if scan.frames else None
        if top is not None and top.kind == "list" and top.indent == column and isinstance(top.step, int):
            top.step += 1
        else:
            scan.frames.append(_Frame("list", column, 0))
        column += found.end()
        found = re.match(r"-(?=\s|$)[ \t]*", line[column:])
    return column


def _enter(scan: _Scan, column: int) -> _Frame:
    """The mapping whose keys stand in this column."""
    top = scan.frames[-1] if scan.frames else None
    if top is None or top.kind == "list" or top.indent < column:
        scan.frames.append(_Frame("mapping", column))
    return scan.frames[-1]


def _rest(scan: _Scan, line: str, column: int, at: int, closed: bool) -> None:
    """What stands behind a key or dash: a scalar, a block header, or brackets."""
    if not scan.flow and not scan.quote:
        column += len(line[column:]) - len(line[column:].lstrip())
        while found := _PROPERTY.match(line, column):
            column = found.end()
        if closed and _HEADER.match(line, column):
            scan.block, scan.start = (scan.frames[-1].indent if scan.frames else -1), at + len(line)
            return
        if line[column : column + 1] not in ("{", "[", '"', "'"):
            scan.start = None if line[column : column + 1] in ("#", "") else at + column
            return
    _flow(scan, line, column, at)


def _flow(scan: _Scan, line: str, column: int, at: int) -> None:
    """Brackets and quotes, character by character, until they are closed or the line ends."""
    nested = 0
    while column < len(line):
        sign = line[column]
        if scan.quote:
            if sign == "\\" and scan.quote == '"':
                column += 1
            elif sign == scan.quote:
                scan.quote = ""
        elif scan.start is None and (found := _PROPERTY.match(line, column)):
            column = found.end()
            continue
        elif scan.start is None and sign in "\"'":
            scan.quote, scan.start = sign, at + column + 1
        elif scan.start is not None and _in_expression(line, scan.start - at, sign, nested):
            nested += (sign in "([") - (sign in ")]")
        elif sign == "#" and (column == 0 or line[column - 1] in " \t"):
            break
        elif _structure(scan, line, column, at):
            nested = 0
            if not scan.flow:
                return
        elif scan.start is None and not sign.isspace():
            scan.start = at + column
        column += 1


def _in_expression(line: str, start: int, sign: str, nested: int) -> bool:
    """Whether a bracket belongs to a Query that is written without quotes in flow style."""
    return 0 <= start < len(line) and line[start] == "=" and (sign in "([" or (nested > 0 and sign in ")],"))


def _structure(scan: _Scan, line: str, column: int, at: int) -> bool:
    """Take a sign that opens, divides or closes; False if it is none."""
    sign = line[column]
    if sign in "{[" and scan.start is None:
        scan.frames.append(_Frame("mapping" if sign == "{" else "list", _FLOW, None if sign == "{" else 0))
        scan.flow += 1
    elif sign in "}]" and scan.flow:
        scan.frames.pop()
        scan.flow -= 1
        scan.start = None
    elif sign == "," and scan.flow:
        top = scan.frames[-1]
        top.step = top.step + 1 if isinstance(top.step, int) else None
        scan.start = None
    elif sign == ":" and scan.flow and scan.frames[-1].kind == "mapping" and scan.frames[-1].step is None:
        if scan.start is None or line[column + 1 : column + 2] not in ("", " ", "\t", ",", "}", "]"):
            return False
        begin = max(scan.start - at, 0)
        scan.frames[-1].step = line[begin:column].strip().rstrip("\"'")
        scan.start = None
    else:
        return False
    return True


def _unquoted(key: str) -> str:
    if key[0] == "'":
        return key[1:-1].replace("''", "'")
    return key[1:-1] if key[0] == '"' else key
