"""Findings as JUnit XML: one test case a file, failed if something is wrong in it."""

from __future__ import annotations

import re
from collections import Counter
from xml.sax.saxutils import escape, quoteattr

from engine.diagnostics import Diagnostic
from engine.report.report import Report

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: Report) -> str:
    """What counts fails the file's case; other warnings stand in its output."""
    cases = [_case(report, file) for file in _files(report)]
    failed = sum("<failure" in case for case in cases)
    suite = f'<testsuite name="engine validate" tests="{len(cases)}" failures="{failed}" errors="0" skipped="0">'
    return "\n".join(
        ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>", suite, *cases, "</testsuite>", "</testsuites>"]
    )


def _files(report: Report) -> list[str]:
    """Every file checked, and what else has a finding."""
    return list(dict.fromkeys((*report.files, *(finding.file for finding in report.findings))))


def _case(report: Report, file: str) -> str:
    begin = f'<testcase classname="engine.validate" name={quoteattr(_clean(file))} file={quoteattr(_clean(file))}'
    findings = [finding for finding in report.findings if finding.file == file]
    if not findings:
        return f"{begin}/>"
    failing = [finding for finding in findings if report.counts(finding)]
    others = [finding for finding in findings if not report.counts(finding)]
    inside = []
    if failing:
        kinds = Counter(finding.severity for finding in failing)
        said = ", ".join(f"{count} {kind}{'' if count == 1 else 's'}" for kind, count in sorted(kinds.items()))
        inside.append(f'<failure message="{said}" type="{min(kinds)}">{_told(failing)}</failure>')
    if others:
        inside.append(f"<system-out>{_told(others)}</system-out>")
    return f"{begin}>{''.join(inside)}</testcase>"


def _told(findings: list[Diagnostic]) -> str:
    return escape(_clean("\n".join(map(str, findings))))


def _clean(text: str) -> str:
    """Without what no XML may hold."""
    return _NOT_XML.sub("\ufffd", text)
