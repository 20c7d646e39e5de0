"""Findings as JUnit XML: one test case a file, failed if something is wrong in it."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from engine.diagnostics import Diagnostic
from engine.report.report import Report

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report) -> str:
    """Errors fail the file's case; warnings stand in its output."""
    cases = [_case(file, [found for found in report.findings if found.file == file]) for file in _files(report)]
    failed = sum("<failure" in case for case in cases)
    suite = f'<testsuite name="engine validate" tests="{len(cases)}" failures="{failed}" errors="0" skipped="0">'
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", suite, *cases, "</testsuite>", "</testsuites>"]
    )


def _files(report: Report) -> list[str]:
    """Every file checked, and what else has a finding."""
    return list(dict.fromkeys((*report.files, *(finding.file for finding in report.findings))))


def _case(file: str, findings: list[Diagnostic]) -> str:
    begin = f'<testcase classname="engine.validate" name={quoteattr(_clean(file))} file={quoteattr(_clean(file))}'
    if not findings:
        return f"{begin}/>"
    errors = [finding for finding in findings if finding.severity == "error"]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    inside = []
    if errors:
        said = f"{len(errors)} error{'' if len(errors) == 1 else 's'}"
        inside.append(f'<failure message="{said}" type="error">{_told(errors)}</failure>')
    if warnings:
        inside.append(f"<system-out>{_told(warnings)}</system-out>")
    return f"{begin}>{''.join(inside)}</testcase>"


def _told(findings: list[Diagnostic]) -> str:
    return escape(_clean("\n".join(map(str, findings))))


def _clean(text: str) -> str:
    """Without what no XML may hold."""
    return _NOT_XML.sub("\ufffd", text)
