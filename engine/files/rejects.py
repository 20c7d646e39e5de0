"""Rows that cannot be read: set aside beside each other, with their lines and why, for people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.files.formats.record_format import Flawed

LONGEST_SHOWN = 2000


class Rejects:
    """The rows of one file that were set aside: `NAME.rejected`, a line each: number, reason, what stood there."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.rejected"

    def begin(self, after: int) -> int:
        """Keep what was set aside up to a record, the rest comes again; gives how many are kept."""
        if not self.path.exists():
            return 0
        lines = self.path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if _number(line) <= after]
        if len(kept) < len(lines):
            self.path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")
        return len(kept)

    def add(self, rows: Sequence[Flawed]) -> None:
        """Set rows aside."""
        if not rows:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            for row in rows:
                file.write(f"{row.line}\t{row.flaw}\t{' '.join(row.raw[:LONGEST_SHOWN].split())}\n")


def _number(line: str) -> int:
    number = line.partition("\t")[0]
    return int(number) if number.isdigit() else 0
