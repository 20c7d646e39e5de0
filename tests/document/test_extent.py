"""How far what stands at a place reaches, in every kind of scalar; and which comments are comments."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import engine
from engine.document import parse

HEAD = "engine: 1\nname: x\n"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("tiitle: x", "tiitle"),
        ('"tiitle": x', "tiitle"),
        ("log: {keep: 1}", "1"),
        ('log: {keep: "1 day"}', '"1 day"'),
        ("log: {keep: &k 1 day}   # comment", "&k 1 day"),
        ("log: {keep: [1, 2]}", "[1, 2]"),
        ("log: {keep: {a: 1}}", "{a: 1}"),
        ("log:\n  keep: 1 day   # comment", "1 day"),
        ("log:\n  keep: 1\n    day", "1\n    day"),
        ("log:\n  keep: |\n    1 day\n  redact: [x]", "|\n    1 day"),
        ("messages: {m: {reply: =input.a || nope}}", "nope"),
        ("messages: {m: {reply: '=input.a || nope'}}", "nope"),
        ("messages: {m: {reply: '{{ input.größe }} 😀 {{ nope }}'}}", "nope"),
        ('messages: {m: {reply: =input.a == "Y Z"}}', '"Y Z"'),
        ("messages: {m: {reply: =input.a - input.b}}", "-"),
        ("messages: {m: {reply: =uper(input.a)}}", "uper"),
        ("messages: {m: {reply: 'a {{ nope.b }}'}}", "nope"),
        ("messages: {m: {reply: '{{ input.a }}'}}", "{{ input.a }}"),
        ("messages: {m: {reply: =!input.a.b}}", "!input.a.b"),
        ("messages: {m: {reply: =input.a == 'x' && input.a == 'y'}}", ""),
        ("messages: {m: {reply: =add(input.a, input.b)}}", "=add(input.a, input.b)"),
        ("messages: {m: {input: commerce.ordr}}", "commerce.ordr"),
        ("messages: {m: {cache: {}}}", "cache"),
    ],
)
def test_a_finding_ends_where_what_is_meant_ends(tmp_path: Path, text: str, meant: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(HEAD + text + "\n", encoding="utf-8")

    found = engine.validate(file)

    lines = (HEAD + text + "\n").splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines) + 1)]
    marked = [
        (HEAD + text)[starts[one.line - 1] + one.column - 1 : starts[one.end_line - 1] + one.end_column - 1]
        for one in found
    ]
    assert marked == ([meant] if meant else [])


def test_a_finding_never_ends_before_it_begins() -> None:
    for path in sorted((Path(__file__).parent.parent / "language" / "err").glob("*.yaml")):
        for found in engine.validate(path):
            assert (found.line, found.column) <= (found.end_line, found.end_column), found


def test_only_comments_are_comments() -> None:
    text = (
        "# one\na: 'text # no'   # two\nb: |  # three\n  # no\nc: text#no\nd: text\n  more  # four\n"
        'e: "a\n  # no\n  b"\n"#no": {f: 1, # five\n  g: [1]}\n# six'
    )

    found = [(mark.line, match[0]) for mark, match in parse(text).extent.comments(re.compile(".*"))]

    assert found == [(1, "# one"), (2, "# two"), (3, "# three"), (7, "# four"), (11, "# five"), (13, "# six")]
