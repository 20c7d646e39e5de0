"""What local rules found in the entries of a file, kept from check to check: see `engine.checks.entries`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from engine.checks.entries import Cut, Faces, cut, surroundings
from engine.checks.entry import HEAD, Entry, entry
from engine.checks.subject import Rule, Subject
from engine.diagnostics import Diagnostic
from engine.document import Path_
from engine.document.pieces import Piece
from engine.document.standing import Standing

_LINE = re.compile(r":\d")


@dataclass(frozen=True)
class _Checked:
    """An entry: what it was read in, what it saw of others, and what each local rule found in it."""

    entry: Entry
    pieces: tuple[Piece, ...]
    seen: dict[Path_, Any]
    found: dict[str, tuple[Diagnostic, ...]]

    def stands(self, stood: Standing, pieces: Cut) -> bool:
        """Whether it stands as it stood, perhaps on other lines: all that it is about is still there, and it names no line
        that may have moved."""
        told = [finding for found in self.found.values() for finding in found]
        return (
            self.pieces == pieces.get(self.entry.path)
            and all(stood.piece(one.mark) in _held(pieces, stood.piece(one.mark).path) for one in told)
            and not (stood.has_moved and any(_LINE.search(f"{one.message} {one.hint}") for one in told))
        )

    def moved(self, stood: Standing) -> _Checked:
        """The same, its findings where they stand now."""
        return replace(
            self, found={rule: tuple(one.moved(stood.now) for one in found) for rule, found in self.found.items()}
        )


class Kept:
    """The findings of one file that an editor holds; what an edit leaves as it was is not checked again."""

    def __init__(self) -> None:
        self._before: Subject | None = None
        self._around: Any = None
        self._stood = Standing(())
        self._entries: dict[Path_, _Checked] = {}

    def check(self, subject: Subject, rules: tuple[Rule, ...]) -> Iterator[Diagnostic]:
        """All findings of all rules, as `engine.checks.check` gives them; those of a local rule entry by entry."""
        pieces = cut(subject.document)
        around = surroundings(subject, pieces)
        known: dict[Path_, _Checked] = {}
        if self._before is not None and around == self._around:
            subject, known = subject.edited(self._before), self._known(pieces)
        self._before, self._around, self._stood = subject, around, Standing(subject.document.pieces)
        self._entries = self._checked(subject, pieces, known, rules)
        whole = subject.within(*(one.entry for one in self._entries.values()))
        for rule in rules:
            if rule.local:
                yield from (finding for one in self._entries.values() for finding in one.found[rule.name])
            else:
                yield from rule.check(whole)

    def _known(self, pieces: Cut) -> dict[Path_, _Checked]:
        """The entries that stand as they stood, perhaps on other lines."""
        known = {path: one for path, one in self._entries.items() if one.stands(self._stood, pieces)}
        if self._stood.has_moved:
            known = {path: one.moved(self._stood) for path, one in known.items()}
        return known

    def _checked(
        self, subject: Subject, pieces: Cut, known: dict[Path_, _Checked], rules: tuple[Rule, ...]
    ) -> dict[Path_, _Checked]:
        """All entries, as they were or anew."""
        new = {path: entry(subject.integration, path, frozenset(pieces) - {HEAD}) for path in pieces}
        held = {path: known[path].entry if path in known else new[path] for path in pieces}
        faces = Faces(subject.integration, subject.others, pieces, held)
        found: dict[Path_, _Checked] = {}
        for path in pieces:
            seen = faces.seen(path)
            before = known.get(path)
            if before is None or before.seen != seen:
                part = subject.within(new[path])
                told = {rule.name: tuple(rule.check(part)) for rule in rules if rule.local}
                before = _Checked(new[path], pieces[path], seen, told)
            found[path] = before
        return found


def _held(pieces: Cut, path: Path_) -> tuple[Piece, ...]:
    """The pieces of the entry that one is of."""
    return pieces.get(path, pieces[HEAD])
