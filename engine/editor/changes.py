"""Two texts of a file, one before an edit and one after it: the lines that changed, and what stands in the others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from engine.diagnostics import Diagnostic, Mark


def without_changes(before: str, content: str) -> str:
    """A text without the lines that changed, blank ones in their place, so that all else stands where it does."""
    new = content.splitlines(keepends=True)
    first, last = _unchanged(before.splitlines(keepends=True), new)
    blank = (re.sub(r"[^\r\n]", "", line) for line in new[first : len(new) - last])
    return "".join([*new[:first], *blank, *new[len(new) - last :]])


def still(before: str, content: str) -> Callable[[Diagnostic], Diagnostic | None]:
    """Where a finding about a text stands in another one; None where it was about lines that changed."""
    old, new = before.splitlines(keepends=True), content.splitlines(keepends=True)
    first, last = _unchanged(old, new)

    def moved(mark: Mark) -> Mark | None:
        if mark.line <= first:
            return mark
        behind = mark.line > len(old) - last
        return replace(mark, line=mark.line + len(new) - len(old)) if behind else None

    def found(finding: Diagnostic) -> Diagnostic | None:
        mark, end = moved(finding.mark), moved(finding.end) if finding.end else None
        same = mark is not None and (end is None) == (finding.end is None)
        return replace(finding, mark=mark, end=end) if same and mark is not None else None

    return found


def _unchanged(old: list[str], new: list[str]) -> tuple[int, int]:
    """How many lines at the beginning, and how many at the end, two texts have in common."""
    shorter = min(len(old), len(new))
    first = next((number for number in range(shorter) if old[number] != new[number]), shorter)
    rest = shorter - first
    last = next((number for number in range(rest) if old[-1 - number] != new[-1 - number]), rest)
    return first, last
