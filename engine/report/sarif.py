"""Findings as SARIF 2.1.0, for code scanning and the tools that show it."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from engine.checks.explained import explanation, names
from engine.diagnostics import Diagnostic, Mark
from engine.report.report import Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def write(report: Report) -> str:
    """One run, with the help of every rule that found something."""
    rules = sorted({finding.rule for finding in report.findings})
    run = {
        "tool": {"driver": {"name": "engine", "version": version("engine"), "rules": [_rule(rule) for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": _location(file)} for file in report.files],
        "results": [_result(finding, rules.index(finding.rule)) for finding in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: str) -> dict[str, Any]:
    if rule not in names():
        return {"id": rule}
    found = explanation(rule)
    examples = f"\n\nWrong:\n\n```yaml\n{found.wrong}```\n\nRight:\n\n```yaml\n{found.right}```" if found.wrong else ""
    return {
        "id": rule,
        "shortDescription": {"text": found.summary},
        "fullDescription": {"text": found.why},
        "help": {"text": found.why, "markdown": found.why + examples},
        "defaultConfiguration": {"level": found.severity},
    }


def _result(finding: Diagnostic, index: int) -> dict[str, Any]:
    told = f"{finding.message}; {finding.hint}" if finding.hint else finding.message
    place = {"artifactLocation": _location(finding.file), "region": _region(finding)}
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": told},
        "locations": [{"physicalLocation": place}],
    }
    if finding.fix is not None:
        replacement = {"deletedRegion": _region(finding), "insertedContent": {"text": finding.fix}}
        change = {"artifactLocation": _location(finding.file), "replacements": [replacement]}
        result["fixes"] = [{"description": {"text": finding.hint or finding.message}, "artifactChanges": [change]}]
    return result


def _location(file: str) -> dict[str, str]:
    """An address relative to the folder the command runs in, where that can be said."""
    path = PurePath(file)
    return {"uri": path.as_uri() if path.is_absolute() else quote(path.as_posix())}


def _region(finding: Diagnostic) -> dict[str, int]:
    begin, end = finding.mark, finding.end or finding.mark
    return {**_start(begin), "endLine": end.line, "endColumn": end.column}


def _start(mark: Mark) -> dict[str, int]:
    return {"startLine": mark.line, "startColumn": mark.column}
