"""Findings as an editor underlines them: with an end, and the remedy in the text."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.diagnostics import Diagnostic
from engine.editor.text import Span, Text
from engine.editor.workspace import File

_KEY = re.compile(r"[^\s:,{}\[\]]+(?=[\"']?[ \t]*:(?:\s|$))")
_WORD = re.compile(r"[A-Za-z_$]\w*|\d[\w.]*|[^\s,{}\[\]]+")


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
    """From its mark to the end of the key, name or word there; never empty, never into another line."""
    start = text.of_mark(finding.mark)
    line = text.line_span(start)
    rest = text.content[start : line.end]
    found = _KEY.match(rest) or _WORD.match(rest)
    if found is None and start == line.end and start > line.start:
        return Span(start - 1, start)
    return Span(start, start + len(found[0]) if found else min(start + 1, line.end))
