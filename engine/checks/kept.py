"""What local rules found in the entries of a file, kept from check to check: see `engine.checks.entries`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from engine.checks.entries import entries, surroundings
from engine.checks.subject import Rule, Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.document.pieces import Piece


@dataclass(frozen=True)
class _Checked:
    """An entry: what it was read in, and what each local rule found in it."""

    pieces: tuple[Piece, ...]
    found: dict[str, tuple[Diagnostic, ...]]


class Kept:
    """The findings of one file that an editor holds; what an edit leaves as it was is not checked again."""

    def __init__(self) -> None:
        self._around: Any = None
        self._entries: dict[Path_, _Checked] = {}

    def check(self, subject: Subject, rules: tuple[Rule, ...]) -> Iterator[Diagnostic]:
        """All findings of all rules, as `engine.checks.check` gives them; those of a local rule entry by entry."""
        cut = entries(subject.document)
        around = surroundings(subject, cut)
        known = self._entries if around == self._around else {}
        checked: dict[Path_, _Checked] = {}
        for entry, pieces in cut.pieces.items():
            before = known.get(entry)
            if before is None or before.pieces != pieces:
                part = subject.within(lambda path, entry=entry: cut.owner(path) == entry)  # type: ignore[misc]
                before = _Checked(pieces, {rule.name: tuple(rule.check(part)) for rule in rules if rule.local})
            checked[entry] = before
        self._around, self._entries = around, checked
        for rule in rules:
            if rule.local:
                yield from (finding for one in checked.values() for finding in one.found[rule.name])
            else:
                yield from rule.check(subject)
