"""Reading a mapping: every mistake is a finding with its place and a remedy, none stops the reading."""

from __future__ import annotations

import pytest

from engine.diagnostics import Diagnostic
from engine.document import parse
from engine.mapping import Constant, Fields, read_mapping
from engine.mapping.read import read_expression


def findings(text: str) -> list[str]:
    found: list[Diagnostic] = []
    read_mapping(parse(text, "x.yaml").data, found.append)
    return [str(one) for one in found]


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        (
            "a: =b ==",
            "x.yaml:1:9: the expression ends too early; a value must follow `==`  [query-syntax]",
        ),
        (
            "a: =upper(b",
            "x.yaml:1:12: the expression ends too early; the `(` at 6 is not closed: add `)`; "
            "if YAML cut it at ` #` or `,`, put it in quotes  [query-syntax]",
        ),
        (
            "a: =b)",
            "x.yaml:1:6: ) cannot stand here; this `)` closes nothing: remove it, or open it before  [query-syntax]",
        ),
        (
            "a: |\n  =b &&\n   c d",
            "x.yaml:3:6: d cannot stand here; join conditions with `&&` or `||`, arguments with a comma  [query-syntax]",
        ),
        (
            "a: x {{ b c }}",
            "x.yaml:1:6: Jinja cannot read this: expected token 'end of print statement', got 'c'; "
            "write {{ name.field }}, or a Query  [template-syntax]",
        ),
        (
            "a: {$map: 1, b: 2}",
            'x.yaml:1:14: "b" cannot stand beside `$map`; put fields under `$map`  [beside-operator]',
        ),
        (
            "a: {$each: =b}",
            "x.yaml:1:5: `$each` stands beside `$map`; add `$map:` with what is to be built  [operator-without-map]",
        ),
        (
            "a: {$merge: [], b: 2}",
            'x.yaml:1:17: "b" cannot stand beside `$merge`; put it inside  [beside-operator]',
        ),
        (
            "a: {$map: 1, $merge: []}",
            'x.yaml:1:5: "$map" cannot stand beside `$merge`; put it inside  [beside-operator]',
        ),
        (
            "a: {$merge: {b: 1}}",
            "x.yaml:1:5: `$merge` takes a list of objects; write `$merge: [a, b]`  [wrong-value]",
        ),
        (
            "a: {$let: [], $map: 1}",
            "x.yaml:1:5: `$let` names values; write `$let: {line: =item}`  [wrong-value]",
        ),
        (
            "a: {$let: {item: 1}, $map: 1}",
            'x.yaml:1:12: "item" is taken; choose another name  [reserved-name]',
        ),
        (
            "a: {$let: {b?: 1}, $map: 1}",
            'x.yaml:1:12: "b?" cannot be a name; a name has letters, digits and `_`  [wrong-value]',
        ),
        (
            "a: {$when: b.c, $map: 1}",
            'x.yaml:1:12: `$when` is a Query, this is a constant; did you mean "=b.c"?  [query-wanted]',
        ),
        (
            "a: {$when: '{{ b }}', $map: 1}",
            "x.yaml:1:13: `$when` is a Query, this is a Template; write a Query such as `=input.ok`  [query-wanted]",
        ),
        (
            "a: {$filter: 1}",
            "x.yaml:1:5: `$filter` is no operator, so a field of that name is built; operators: "
            "$map, $each, $let, $when, $merge, $raw; a constant field like this stands under `$raw`  [dollar-field]",
        ),
        ("a: 00123", 'x.yaml:1:4: YAML tools read 00123 as another value; quote it: "00123"  [unquoted-code]'),
    ],
)
def test_a_mistake_is_a_finding_with_a_remedy(text: str, finding: str) -> None:
    assert findings(text) == [finding]


@pytest.mark.parametrize(
    "code", ["1E10", "00123", "3.10", "2025-01-31", "0x1F", "1_000", "12:30", "+1", ".5", "True", "~", "-0"]
)
def test_a_plain_scalar_that_yaml_tools_retype_is_to_be_quoted(code: str) -> None:
    assert [code in finding and "[unquoted-code]" in finding for finding in findings(f"a: {code}")] == [True]
    assert findings(f"a: '{code}'") == []


def test_all_mistakes_are_found_at_once() -> None:
    assert len(findings("a: =b ==\nb: [=c d, {$each: =e}]\nc: {$map: {d: =a ==}}")) == 4


def test_what_cannot_be_read_stands_as_null_so_that_reading_goes_on() -> None:
    node = read_mapping(parse("a: =b ==\nc: 1").data, lambda _: None)

    assert isinstance(node, Fields)
    assert [entry.node.value for entry in node.entries if isinstance(entry.node, Constant)] == [None, 1]


def test_an_expression_that_cannot_be_read_is_none() -> None:
    assert read_expression("=(", lambda _: None) is None
