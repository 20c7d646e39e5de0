"""What a check found, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from engine.diagnostics import Diagnostic


@dataclass(frozen=True)
class Report:
    """The outcome of one check.

    Attributes:
        files: the names of the files that were checked.
        findings: in the order in which they are told.
        texts: the text of files that are not on the disk (standard input), by name.
        colour: whether text may be coloured.
    """

    files: tuple[str, ...]
    findings: tuple[Diagnostic, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    colour: bool = False

    def line(self, finding: Diagnostic) -> str | None:
        """The line a finding stands in; None if it is not to be had."""
        if finding.file not in self._lines:
            self._lines[finding.file] = _lines(finding.file, self.texts)
        lines = self._lines[finding.file]
        return lines[finding.line - 1] if finding.line <= len(lines) else None

    @cached_property
    def _lines(self) -> dict[str, list[str]]:
        return {}


def _lines(file: str, texts: Mapping[str, str]) -> list[str]:
    try:
        text = texts[file] if file in texts else Path(file).read_bytes().decode("utf-8-sig")
    except (OSError, ValueError):
        return []
    return text.splitlines()
