"""A half-written file as it can be read: something that can stand there takes the place of what is being written."""

from __future__ import annotations

import re

from engine.document import Path_
from engine.editor.cursor import Cursor, Opened
from engine.editor.text import Span

VALUE = '"=`null`"'
"""A value that can stand wherever an expression can."""

BESIDE_MAP = ("$each", "$let", "$when")
"""Operators that mean something only beside `$map`."""

_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(#[^\r\n]*)?\s*\Z")


def with_key(content: str, at: Cursor, line: Span) -> str:
    """The text with what is being written as a key: of what stands in the lines below, or of nothing."""
    return f"{content[: at.start]}{at.written or 'key'}:{content[line.end :]}"


def with_stand_in(content: str, at: Cursor, line: Span, *, closed: bool, mapped: bool = False) -> str:
    """The text up to the cursor, something that can stand there, and what follows the line.

    Args:
        line: the line of the cursor.
        closed: whether the brackets that are open at the cursor are closed there.
        mapped: whether operators that are being written get the `$map` that they need.
    """
    begin = content[: at.start - (content[at.start - 1 : at.start] in ("'", '"'))]
    begin = _HEADER.sub("", begin)
    is_value = at.place == "value" or at.written.startswith("=") or "{{" in at.written
    tail = "".join(_end(one, closed=closed, mapped=mapped) for one in reversed(at.open))
    gap = " " if begin.endswith(":") else ""
    return f"{begin}{gap}{VALUE if is_value else ''}{tail}{content[line.end :]}"


def _end(one: Opened, *, closed: bool, mapped: bool) -> str:
    needed = mapped and one.step in BESIDE_MAP
    if one.column is not None:
        return f"\n{' ' * one.column}$map: {VALUE}" if needed else ""
    bracket = ("}" if one.kind == "mapping" else "]") if closed else ""
    return f"{', $map: ' + VALUE if needed else ''}{bracket}"


def operator_above(path: Path_) -> Path_ | None:
    """The mapping whose operator is being written at a path, the innermost; None if there is none."""
    depths = (depth for depth in range(len(path) - 1, -1, -1) if path[depth] in BESIDE_MAP)
    return next((path[:depth] for depth in depths), None)
