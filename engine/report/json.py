"""Findings as a JSON list, one object a line: `file line column end_line end_column severity rule message hint`."""

from __future__ import annotations

import json

from engine.diagnostics import Diagnostic
from engine.report.report import Report

FIELDS = ("file", "line", "column", "end_line", "end_column", "severity", "rule", "message", "hint")


def write(report: Report) -> str:
    """Lines and columns count from 1, columns in characters; the end is exclusive."""
    if not report.findings:
        return "[]"
    return "[\n" + ",\n".join(map(_object, report.findings)) + "\n]"


def _object(finding: Diagnostic) -> str:
    return json.dumps({field: getattr(finding, field) for field in FIELDS}, ensure_ascii=False)
