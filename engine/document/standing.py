"""Where the pieces of a file stood at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.diagnostics import Mark

if TYPE_CHECKING:
    from engine.document.pieces import Piece


class Standing:
    """Where pieces stand, to find out later where what stood in them has gone, or to move them back.

    Args:
        pieces: those of a file, in order.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._pieces = pieces
        self._lines = [piece.first for piece in pieces]

    @property
    def has_moved(self) -> bool:
        """Whether one of them stands on other lines than it did."""
        return any(piece.first != line for piece, line in zip(self._pieces, self._lines, strict=True))

    def restore(self) -> None:
        """They stand where they stood."""
        for piece, line in zip(self._pieces, self._lines, strict=True):
            piece.move(line)

    def piece(self, mark: Mark) -> Piece:
        """The piece that a place of that time stood in."""
        return self._pieces[self._at(mark)]

    def now(self, mark: Mark) -> Mark:
        """Where a place of that time is."""
        at = self._at(mark)
        return replace(mark, line=mark.line - self._lines[at] + self._pieces[at].first)

    def _at(self, mark: Mark) -> int:
        return max(bisect_right(self._lines, mark.line) - 1, 0)
