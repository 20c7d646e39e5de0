"""Each class of finding stands exactly where promised: in every kind of scalar, behind aliases, after other letters."""

from __future__ import annotations

from pathlib import Path

import pytest

import engine


def places(tmp_path: Path, text: str, head: str = "engine: 1\nname: x\n") -> list[str]:
    file = tmp_path / "x.yaml"
    file.write_bytes((head + text).encode())
    return [f"{one.line}:{one.column} {one.rule}" for one in engine.validate(file)]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: =nope", "6:11"),
        ("a: '=nope'", "6:12"),
        ('a: "=nope"', "6:12"),
        ("a:   =input.a || nope", "6:24"),
        ("ab: {ü: ' ä', ß: =nope}", "6:25"),
        ('"größe 😀": =nope', "6:19"),
        ("a: '=find(input.a, &b, ''c'') || nope'", "6:40"),
        ('a: "=input.\\"a b\\" || nope"', "6:29"),
        ('a: "=\\u0069nput || nope"', "6:26"),
        ("a: |\n        =input.a ||\n        nope", "8:9"),
        ("a: |-\n        =input.a ||\n          nope", "8:11"),
        ("a: |\n\n        {{ nope }}", "8:12"),
        ("a: >-\n        =input.a ||\n        nope", "8:9"),
        ("a: >\n        =input.a ||\n\n        nope\n", "9:9"),
        ("a: =input.a ||\n        nope", "7:9"),
        ("a: =input.a ||\n\n        input.b || nope", "8:20"),
        ("a: '=input.a ||\n        nope'", "7:9"),
        ('a: "=input.a ||\n        nope"', "7:9"),
        ("a: &anchor =nope", "6:19"),
        ('a: "text {{ nope }}"', "6:19"),
        ("a: 'äöü 😀 {{ input.a }} {{ nope }}'", "6:34"),
        ("a: |\n        text\n        {{ nope }}", "8:12"),
        ("a: >-\n        text\n        {{ nope }}", "8:12"),
        ("a: text\n        {{ nope }}", "7:12"),
        ("a: [2, =nope]", "6:15"),
        ("a:\n      - 1\n      - =nope", "8:10"),
    ],
)
def test_an_expression_in_any_kind_of_scalar(tmp_path: Path, text: str, place: str) -> None:
    found = places(tmp_path, f"messages:\n  m:\n    reply:\n      {text}\n")

    assert found == [f"{place} out-of-reach"]


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x85"])
def test_a_break_of_yaml_that_is_none_of_editors_ends_no_line(tmp_path: Path, sign: str) -> None:
    found = places(tmp_path, f'messages:\n  m: {{reply: {{a: "x{sign}y", b: =nope}}}}\n  n: {{reply: =nope}}\n')

    assert found == ["4:29 out-of-reach", "5:15 out-of-reach"]


def test_an_escaped_line_break_is_told_at_the_start_of_the_value(tmp_path: Path) -> None:
    found = places(tmp_path, 'messages: {m: {reply: "=input.a || \\\n      nope"}}\n')

    assert found == ["3:24 out-of-reach"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tiitle: x", "3:1 unknown-key"),
        ("log: {ü: 1, keep: 1d}", "3:7 unknown-key"),
        ('log: {"kep": 1d}', "3:8 unknown-key"),
        ("log: {keep: 1}", "3:13 wrong-value"),
        ('log: {keep: "1"}', "3:13 wrong-value"),
        ("log:\n  keep: >-\n    1", "4:9 wrong-value"),
        ("log: {redact: [a, [b]]}", "3:19 wrong-value"),
        ("log:", "3:1 wrong-value"),
        ("messages: {ä: {}}", "3:12 wrong-value"),
        ("messages: {m: {cache: {}}}", "3:16 missing-key"),
        ("connections:\n  - x", "4:3 wrong-value"),
        ("connections: {c: {type: 'rst', url: 'https://x', endpoints: {}}}", "3:25 unknown-type"),
        ("log: {keep: 1d, 'keep': 2d}", "3:18 duplicate-key"),
        ("title: ä !x\nlog: !x {}", "4:6 yaml-tag"),
        ("messages: {m: {input: 'commerce.ordre'}}", "3:23 unknown-schema"),
        ("messages: {m: {reply: {a: 007}}}", "3:27 unquoted-code"),
        ("messages: {m: {reply: {größe: 1, $maap: 1}}}", "3:34 unknown-operator"),
        ("messages: {m: {reply: 'ü {{ settings.x }}'}}", "3:38 unknown-setting"),
        ("messages: {m: {reply: '=ünknown(input)'}}", "3:25 query-syntax"),
        ("messages: {m: {reply: =unknown(input)}}", "3:24 unknown-function"),
        ("messages: {m: {steps: [{call: '  '}]}}", "3:31 unknown-reference"),
    ],
)
def test_findings_about_keys_and_values(tmp_path: Path, text: str, place: str) -> None:
    assert places(tmp_path, text + "\n") == [place]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_do_not_move_a_finding(tmp_path: Path, ending: str) -> None:
    text = "engine: 1\nname: x\nmessages:\n  m:\n    reply:\n      a: >\n        text\n        {{ nope }}\n"

    assert places(tmp_path, text.replace("\n", ending), "") == ["8:12 out-of-reach"]


def test_what_stands_behind_an_alias_is_told_once_at_its_anchor(tmp_path: Path) -> None:
    text = "messages:\n  a: {reply: &r {x: =nope, y: 007}}\n  b: {reply: *r}\n  c: {reply: {z: *r}}\n"

    assert places(tmp_path, text) == ["4:22 out-of-reach", "4:31 unquoted-code"]


def test_a_missing_key_behind_an_alias_is_told_at_the_key_of_the_anchor(tmp_path: Path) -> None:
    text = "messages:\n  a: {cache: &c {}}\n  b: {cache: *c}\n"

    assert places(tmp_path, text) == ["4:7 missing-key"]


def test_a_finding_about_the_use_of_an_alias_stands_at_the_use(tmp_path: Path) -> None:
    text = "messages:\n  a: {reply: &r {x: 1}}\n  b:\n    steps:\n      - {save: s, value: 1, body: *r}\n"

    assert places(tmp_path, text) == ["7:29 without-call"]
