"""Findings as annotations of GitHub Actions: shown at their lines in a pull request."""

from __future__ import annotations

from engine.diagnostics import Diagnostic
from engine.report.report import Report


def write(report: Report) -> str:
    """One workflow command a line; nothing if there is no finding."""
    return "\n".join(map(_command, report.findings))


def _command(finding: Diagnostic) -> str:
    told = f"{finding.message}; {finding.hint}" if finding.hint else finding.message
    where = {
        "file": finding.file,
        "line": finding.line,
        "col": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
        "title": finding.rule,
    }
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in where.items())
    return f"::{finding.severity} {properties}::{_data(told)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
