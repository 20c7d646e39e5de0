"""Tables as text: columns aligned, cells wrapped to the width of the terminal, whole when piped."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest

NARROWEST = 16
GAP = "  "


def width() -> int | None:
    """Columns of the terminal; None where there is none, so that nothing is wrapped in a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def aligned(heads: Sequence[str], rows: Sequence[Sequence[str]], room: int | None, indent: str = "") -> Iterator[str]:
    """The lines of a table; columns in which nothing stands are left out."""
    kept = [place for place in range(len(heads)) if any(row[place] for row in rows)]
    cells = [[heads[place].upper() for place in kept], *([row[place] for place in kept] for row in rows)]
    widths = _widths([max(len(row[place]) for row in cells) for place in range(len(kept))], room, len(indent))
    for row in cells:
        wrapped = [_wrapped(cell, size) for cell, size in zip(row, widths, strict=True)]
        for line in zip_longest(*wrapped, fillvalue=""):
            padded = [piece.ljust(size) for piece, size in zip(line, widths, strict=True)]
            yield f"{indent}{GAP.join(padded)}".rstrip()


def _widths(wanted: list[int], room: int | None, indent: int) -> list[int]:
    """The widest columns give way until the table fits, none below what can be read."""
    if room is None or not wanted:
        return wanted
    free = room - indent - len(GAP) * (len(wanted) - 1)
    while sum(wanted) > free and max(wanted) > NARROWEST:
        widest = wanted.index(max(wanted))
        wanted[widest] -= 1
    return wanted


def _wrapped(text: str, size: int) -> list[str]:
    line = " ".join(text.split())
    if len(line) <= size:
        return [line]
    return textwrap.wrap(line, size, break_on_hyphens=False) or [""]
