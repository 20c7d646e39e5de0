"""Findings for people: place, fact, the line itself with what is meant underlined, and what to write."""

from __future__ import annotations

from unicodedata import category, east_asian_width

from engine.diagnostics import Diagnostic
from engine.report.report import Report

_LONGEST = 200
"""Characters of a line that are shown whole."""
_NEAR = 80
"""Characters shown on either side, of a longer one."""
_COLOURS = {"error": "31;1", "warning": "33;1"}


def write(report: Report) -> str:
    """All findings, each followed by an empty line, and what it comes to."""
    told = [f"{_told(report, finding)}\n" for finding in report.findings]
    return "\n".join([*told, _sum(report)])


def _told(report: Report, finding: Diagnostic) -> str:
    paint = _COLOURS[finding.severity] if report.colour else ""
    head = f"{finding.mark}: {_painted(f'{finding.severity}[{finding.rule}]', paint)}: {finding.message}"
    line = report.line(finding)
    if line is None or not line.strip():
        return f"{head}\n   {finding.hint}" if finding.hint else head
    number = str(finding.line)
    margin = " " * len(number)
    before, meant, behind = map(_safe, _split(finding, line))
    marked = _painted("^" * max(_cells(meant), 1), paint)
    under = f" {margin} | {_blanks(before)}{marked} {finding.hint}".rstrip()
    return f"{head}\n {number} | {before}{meant}{behind}\n{under}"


def _split(finding: Diagnostic, line: str) -> tuple[str, str, str]:
    """A line before, within and behind what is underlined; of one that goes on in later lines, to the end of its first.
    Of a long line, what is near."""
    begin = finding.column - 1
    end = finding.end_column - 1 if finding.end_line == finding.line else len(line.rstrip())
    before, meant, behind = line[:begin], line[begin:end], line[max(begin, end) :]
    if len(line) <= _LONGEST:
        return before, meant, behind
    return _shortened(before[::-1], _NEAR)[::-1], _shortened(meant, _LONGEST), _shortened(behind, _NEAR)


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _safe(text: str) -> str:
    """Without what steers a terminal, or hides in it; a tab stays."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign == "\t" else "\ufffd" for sign in text)


def _blanks(before: str) -> str:
    """What moves the caret behind a text; a tab of it stays one."""
    return "\t".join(" " * _cells(part) for part in before.split("\t"))


def _cells(text: str) -> int:
    """How many places of a terminal a text takes: an ideograph two, an accent over another letter none."""
    if text.isascii():
        return len(text)
    return sum(0 if category(sign) in ("Mn", "Me") else 2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _painted(text: str, paint: str) -> str:
    return f"\x1b[{paint}m{text}\x1b[0m" if paint else text


def _sum(report: Report) -> str:
    files = _count(len(report.files), "file")
    if not report.findings:
        return f"{files}, no findings"
    first = report.findings[0].rule
    warnings = sum(finding.severity == "warning" for finding in report.findings)
    split = f" ({_count(warnings, 'warning')})" if warnings else ""
    return f"{files}, {_count(len(report.findings), 'finding')}{split}; more about one: engine explain {first}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
