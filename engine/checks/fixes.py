"""Mending a file by the fixes its findings carry: only where nothing else comes to be wrong by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from difflib import unified_diff

from engine.diagnostics import Diagnostic
from engine.document.place import Source

Check = Callable[[bytes], list[Diagnostic]]

_ROUNDS = 5
"""A mended expression may show the next mistake that can be mended."""

_BOM = b"\xef\xbb\xbf"


def fixed(raw: bytes, check: Check) -> bytes:
    """The file with every fix that leaves no new finding; everything else stays byte for byte.

    Args:
        raw: what the file holds.
        check: the findings about such content.
    """
    for _ in range(_ROUNDS):
        mended = _round(raw, check)
        if mended == raw:
            break
        raw = mended
    return raw


def diff(name: str, before: bytes, after: bytes) -> str:
    """A unified diff; empty if nothing changes."""
    old, new = (content.decode("utf-8").splitlines(keepends=True) for content in (before, after))
    lines = unified_diff(old, new, fromfile=name, tofile=name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _round(raw: bytes, check: Check) -> bytes:
    found = check(raw)
    fixes = _apart([finding for finding in found if finding.fix is not None and finding.end is not None])
    if not fixes:
        return raw
    together = _with(raw, fixes)
    if _better(found, check(together), fixes):
        return together
    for fix in reversed(fixes):  # from the end, so that the places of the others stay
        alone = _with(raw, [fix])
        after = check(alone)
        if _better(found, after, [fix]):
            raw, found = alone, after
    return raw


def _apart(fixes: Sequence[Diagnostic]) -> list[Diagnostic]:
    """In order, without those that reach into another."""
    kept: list[Diagnostic] = []
    for fix in sorted(fixes, key=lambda found: found.mark):
        if not kept or kept[-1].end is None or kept[-1].end <= fix.mark:
            kept.append(fix)
    return kept


def _better(before: Sequence[Diagnostic], after: Sequence[Diagnostic], fixes: Sequence[Diagnostic]) -> bool:
    """Whether the mended findings are gone, and no other came. What is unused is told only when the last error is gone, so
    it does not come from mending that."""
    allowed = Counter(map(_said, before))
    allowed.subtract(map(_said, fixes))
    untold = any(finding.severity == "error" for finding in before)
    left = Counter(_said(finding) for finding in after if not (untold and finding.rule.startswith("unused-")))
    return all(count <= allowed[said] for said, count in left.items())


def _said(finding: Diagnostic) -> tuple[str, str]:
    return finding.rule, finding.message


def _with(raw: bytes, fixes: Sequence[Diagnostic]) -> bytes:
    lead = _BOM if raw.startswith(_BOM) else b""
    source = Source.of(raw[len(lead) :].decode("utf-8"), "")
    text = source.text
    for fix in reversed(fixes):
        assert fix.end is not None
        text = f"{text[: source.index(fix.mark)]}{fix.fix}{text[source.index(fix.end) :]}"
    return lead + text.encode("utf-8")
