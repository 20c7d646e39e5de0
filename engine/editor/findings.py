"""Findings as an editor underlines them: as far as they reach, and with the remedy in the text."""

from __future__ import annotations

from dataclasses import dataclass

from engine.diagnostics import Diagnostic
from engine.editor.file import File
from engine.editor.text import Span, Text


@dataclass(frozen=True)
class Underlined:
    """A finding, with the span of the text it is about."""

    finding: Diagnostic
    span: Span

    @property
    def text(self) -> str:
        return f"{self.finding.message}\n{self.finding.hint}" if self.finding.hint else self.finding.message


def underlined(file: File) -> list[Underlined]:
    """What is wrong in a file, by place."""
    return [Underlined(finding, _span(file.text, finding)) for finding in file.findings]


def _span(text: Text, finding: Diagnostic) -> Span:
    """From its mark to its end; where it has none, one character, so that there is something to see."""
    start = text.of_mark(finding.mark)
    end = text.of_mark(finding.end) if finding.end else start
    if end > start:
        return Span(start, end)
    line = text.line_span(start)
    return Span(start, start + 1) if start < line.end else Span(max(start - 1, line.start), start)
