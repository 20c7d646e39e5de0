"""Findings for people: place, fact, the line itself with what is meant underlined, and what to write."""

from __future__ import annotations

from engine.diagnostics import Diagnostic
from engine.report.report import Report

_LONGEST = 300
_COLOURS = {"error": "31;1", "warning": "33;1"}


def write(report: Report) -> str:
    """All findings, each followed by an empty line, and what it comes to."""
    told = [f"{_told(report, finding)}\n" for finding in report.findings]
    return "\n".join([*told, _sum(report)])


def _told(report: Report, finding: Diagnostic) -> str:
    paint = _COLOURS[finding.severity] if report.colour else ""
    head = f"{finding.mark}: {_painted(f'{finding.severity}[{finding.rule}]', paint)}: {finding.message}"
    line = report.line(finding)
    if line is None or not line.strip() or len(line) > _LONGEST:
        return f"{head}\n   {finding.hint}" if finding.hint else head
    number = str(finding.line)
    margin = " " * len(number)
    marked = _painted("^" * _width(finding, line), paint)
    under = f" {margin} | {_blanks(line, finding.column)}{marked} {finding.hint}".rstrip()
    return f"{head}\n {number} | {line}\n{under}"


def _width(finding: Diagnostic, line: str) -> int:
    """How many columns are underlined; what goes on in later lines, to the end of its first."""
    end = finding.end_column if finding.end_line == finding.line else len(line.rstrip()) + 1
    return max(end - finding.column, 1)


def _blanks(line: str, column: int) -> str:
    """What moves the caret under its column; a tab of the line stays one."""
    return "".join("\t" if sign == "\t" else " " for sign in line[: column - 1])


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
