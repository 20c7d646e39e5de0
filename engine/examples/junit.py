"""Results as JUnit XML, as CI systems read it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from xml.etree import ElementTree as Xml

from engine.examples.results import Result
from engine.examples.text import failure

_UNWRITABLE = {code: "�" for code in range(32) if code not in (9, 10, 13)}


def junit(results: Iterable[Result]) -> bytes:
    """One suite per integration, one case per example."""
    root = Xml.Element("testsuites")
    for integration, group in groupby(results, key=lambda result: result.integration):
        found = list(group)
        failed = sum(not result.passed for result in found)
        suite = Xml.SubElement(root, "testsuite", name=integration, tests=str(len(found)), failures=str(failed))
        for result in found:
            _case(suite, result)
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _case(suite: Xml.Element, result: Result) -> None:
    case = Xml.SubElement(
        suite,
        "testcase",
        classname=f"{result.integration}.{result.message}",
        name=_clean(result.title),
        file=result.mark.file,
        line=str(result.mark.line),
        time=f"{result.micros / 1e6:.6f}",
    )
    if not result.passed:
        head, *lines = failure(result)
        Xml.SubElement(case, "failure", message=_clean(result.problems[0].text)).text = _clean(
            "\n".join([head, *lines])
        )


def _clean(text: str) -> str:
    return text.translate(_UNWRITABLE)
