"""What a check found, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.diagnostics import Diagnostic

if TYPE_CHECKING:
    from engine.document import Source


@dataclass(frozen=True)
class Report:
    """The outcome of one check.

    Attributes:
        files: the names of the files that were checked.
        findings: in the order in which they are told.
        texts: the text of files that are not on the disk (standard input), by name.
        colour: whether text may be coloured.
        strict: whether warnings count as errors do.
    """

    files: tuple[str, ...]
    findings: tuple[Diagnostic, ...]
    texts: Mapping[str, str] = field(default_factory=dict)
    colour: bool = False
    strict: bool = False

    def counts(self, finding: Diagnostic) -> bool:
        """Whether the check has failed because of a finding."""
        return self.strict or finding.severity == "error"

    def line(self, finding: Diagnostic) -> str | None:
        """The line a finding stands in; None if it is empty or not to be had."""
        from engine.document import Source

        if finding.file not in self._sources:
            self._sources[finding.file] = Source.of(self._text(finding.file), finding.file)
        return self._sources[finding.file].line(finding.line) or None

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {}

    def _text(self, file: str) -> str:
        try:
            return self.texts[file] if file in self.texts else Path(file).read_bytes().decode("utf-8-sig")
        except (OSError, ValueError):
            return ""
