"""Every format says the same: what is wrong, and where."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft4Validator

from engine import validate
from engine.diagnostics import Diagnostic, Mark
from engine.report import Report, formats, writer

HERE = Path(__file__).parent
FIRST = Diagnostic(
    Mark("a, b.yaml", 2, 3), "unknown-key", 'no key "é"', 'did you mean "e"?', end=Mark("a, b.yaml", 2, 4), fix="e"
)
SECOND = Diagnostic(Mark("c.yaml", 1, 1), "unused-setting", "100% <never>\nused", "", "warning")
REPORT = Report(("a, b.yaml", "c.yaml", "d.yaml"), (FIRST, SECOND), {"a, b.yaml": "x: 1\n\té: 2\n", "c.yaml": "x: 1\n"})
NOTHING = Report(("d.yaml",), ())


def test_these_formats_exist() -> None:
    assert formats() == ("github", "json", "junit", "sarif", "text")


@pytest.mark.parametrize("format", formats())
def test_every_format_names_every_rule_and_is_written_of_nothing_too(format: str) -> None:
    told = writer(format)(REPORT)

    assert "unknown-key" in told
    assert "unused-setting" in told
    assert "unknown-key" not in writer(format)(NOTHING)


def test_text_underlines_what_is_meant_and_says_what_to_write() -> None:
    report = Report(("x.yaml",), (Diagnostic(Mark("x.yaml", 1, 4), "r", "wrong", "write b", end=Mark("x.yaml", 1, 6)),))

    told = writer("text")(Report(report.files, report.findings, {"x.yaml": "\ta: bb # c\n"}))

    assert told == (
        "x.yaml:1:4: error[r]: wrong\n 1 | \ta: bb # c\n   | \t  ^^ write b\n\n"
        "1 file, 1 finding; more about one: engine explain r"
    )


def test_text_underlines_to_the_end_of_the_first_line_what_goes_on_below() -> None:
    finding = Diagnostic(Mark("x.yaml", 1, 4), "r", "wrong", end=Mark("x.yaml", 3, 2))

    told = writer("text")(Report(("x.yaml",), (finding,), {"x.yaml": "a: bcd\n  e\n f"}))

    assert told.splitlines()[2] == "   |    ^^^"


def _shown(line: str, begin: int, end: int) -> list[str]:
    """The line of a finding, as text shows it, and what stands under it."""
    finding = Diagnostic(Mark("x.yaml", 1, begin), "r", "wrong", end=Mark("x.yaml", 1, end))
    return writer("text")(Report(("x.yaml",), (finding,), {"x.yaml": f"{line}\n"})).splitlines()[1:3]


def test_the_caret_stands_under_wide_signs_and_behind_accents() -> None:
    assert _shown('名: "日本", e\u0301: x', 12, 13) == [' 1 | 名: "日本", e\u0301: x', "   |              ^"]
    assert _shown("a: 日本", 4, 6) == [" 1 | a: 日本", "   |    ^^^^"]


def test_a_long_line_is_shown_near_the_finding() -> None:
    line = "x" * 300 + "wrong" + "y" * 300

    assert _shown(line, 301, 306) == [
        " 1 | …" + "x" * 79 + "wrong" + "y" * 79 + "…",
        "   | " + " " * 80 + "^^^^^",
    ]
    assert _shown("z" * 300, 1, 301) == [" 1 | " + "z" * 199 + "…", "   | " + "^" * 200]


def test_a_line_steers_no_terminal_and_hides_nothing() -> None:
    assert _shown("a: \x1b[31m\u202ebc\tx", 13, 14) == [" 1 | a: \ufffd[31m\ufffdbc\tx", "   |            \t^"]


def test_lines_are_those_of_editors() -> None:
    finding = Diagnostic(Mark("x.yaml", 3, 1), "r", "wrong")

    told = writer("text")(Report(("x.yaml",), (finding,), {"x.yaml": "a: 1\u2028\x85\x0b\rb: 2\r\nc: 3\n"}))

    assert told.splitlines()[1] == " 3 | c: 3"


def test_text_is_coloured_only_where_that_is_wanted() -> None:
    coloured = writer("text")(Report(REPORT.files, REPORT.findings, REPORT.texts, colour=True))

    assert "\x1b[31;1merror[unknown-key]\x1b[0m" in coloured
    assert "\x1b[33;1mwarning[unused-setting]\x1b[0m" in coloured
    assert "\x1b" not in writer("text")(REPORT)


def test_json_is_one_object_a_finding() -> None:
    assert json.loads(writer("json")(REPORT))[0] == {
        "file": "a, b.yaml",
        "line": 2,
        "column": 3,
        "end_line": 2,
        "end_column": 4,
        "severity": "error",
        "rule": "unknown-key",
        "message": 'no key "é"',
        "hint": 'did you mean "e"?',
    }
    assert json.loads(writer("json")(NOTHING)) == []
    assert len(writer("json")(REPORT).splitlines()) == 4


def test_github_annotations_are_escaped() -> None:
    assert writer("github")(REPORT).splitlines() == [
        '::error file=a%2C b.yaml,line=2,col=3,endLine=2,endColumn=4,title=unknown-key::no key "é"; did you mean "e"?',
        "::warning file=c.yaml,line=1,col=1,endLine=1,endColumn=1,title=unused-setting::100%25 <never> used",
    ]
    assert writer("github")(NOTHING) == ""


def test_junit_has_a_case_for_each_file_and_fails_those_with_errors() -> None:
    suites = ET.fromstring(writer("junit")(REPORT))

    suite = suites[0]
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert [(case.get("name"), [inside.tag for inside in case]) for case in suite] == [
        ("a, b.yaml", ["failure"]),
        ("c.yaml", ["system-out"]),
        ("d.yaml", []),
    ]
    assert suite[0][0].text == str(FIRST)


def test_junit_fails_a_file_for_warnings_too_where_they_count() -> None:
    both = Report(("c.yaml",), (replace(FIRST, mark=SECOND.mark, end=None), SECOND), REPORT.texts, strict=True)

    failures = [ET.fromstring(writer("junit")(report))[0] for report in (replace(REPORT, strict=True), both)]

    assert [suite.get("failures") for suite in failures] == ["2", "1"]
    assert [[inside.tag for inside in case] for case in failures[0]] == [["failure"], ["failure"], []]
    assert failures[0][1][0].attrib == {"message": "1 warning", "type": "warning"}
    assert failures[0][1][0].text == str(SECOND)
    assert failures[1][0][0].attrib == {"message": "1 error, 1 warning", "type": "error"}


def test_junit_holds_nothing_that_xml_cannot() -> None:
    finding = Diagnostic(Mark("x.yaml", 1, 1), "r", "a \x00 \x1b \ud83d b")

    assert ET.fromstring(writer("junit")(Report(("x.yaml",), (finding,))))[0][0][0].text is not None


def test_sarif_of_everything_that_can_be_found_fits_its_official_schema() -> None:
    schema = json.loads((HERE / "sarif-2.1.0.json").read_text())
    files = sorted((HERE.parent / "language" / "err").glob("*.yaml"))
    found = [finding for file in files for finding in validate(file)]

    report = json.loads(writer("sarif")(Report(tuple(map(str, files)), tuple(found))))

    assert [error.message for error in Draft4Validator(schema).iter_errors(report)] == []
    assert len(report["runs"][0]["results"]) == len(found) > 300


def test_sarif_has_the_structure_of_version_2_1_0(tmp_path: Path) -> None:
    found = json.loads(writer("sarif")(REPORT))

    run = found["runs"][0]
    assert (found["version"], len(found["runs"]), run["columnKind"]) == ("2.1.0", 1, "unicodeCodePoints")
    assert run["tool"]["driver"]["name"] == "engine"
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["unknown-key", "unused-setting"]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert "```yaml" in rule["help"]["markdown"]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "warning"]
    region = {"startLine": 2, "startColumn": 3, "endLine": 2, "endColumn": 4}
    location = {"uri": "a%2C%20b.yaml"}
    assert run["results"][0] == {
        "ruleId": "unknown-key",
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": 'no key "é"; did you mean "e"?'},
        "locations": [{"physicalLocation": {"artifactLocation": location, "region": region}}],
        "fixes": [
            {
                "description": {"text": 'did you mean "e"?'},
                "artifactChanges": [
                    {
                        "artifactLocation": location,
                        "replacements": [{"deletedRegion": region, "insertedContent": {"text": "e"}}],
                    }
                ],
            }
        ],
    }
    assert [artifact["location"]["uri"] for artifact in run["artifacts"]] == ["a%2C%20b.yaml", "c.yaml", "d.yaml"]
