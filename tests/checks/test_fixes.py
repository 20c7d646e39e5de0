"""Mending files: what a fix says is gone afterwards, nothing new is wrong, and all else is as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.checks.explained import HEAD, explanation, names
from engine.checks.files import validate_content
from engine.checks.fixes import diff, fixed
from engine.diagnostics import Diagnostic, Mark

WRONG = sorted((Path(__file__).parent.parent / "language" / "err").glob("*.yaml"))


def check_as(path: Path) -> Callable[[bytes], list[Diagnostic]]:
    return lambda raw: validate_content(path, raw)


def said(found: list[Diagnostic]) -> Counter[tuple[str, str]]:
    return Counter((one.rule, one.message) for one in found)


def told(found: list[Diagnostic]) -> Counter[tuple[str, str]]:
    """Without what is unused, which is told only where nothing else is wrong."""
    return said([one for one in found if not one.rule.startswith("unused-")])


def mended(text: str) -> str:
    return fixed(text.encode(), check_as(Path("x.yaml"))).decode()


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_mending_leaves_no_new_finding_and_none_that_could_be_mended(path: Path) -> None:
    raw, check = path.read_bytes(), check_as(path)

    after = fixed(raw, check)

    assert told(check(after)) <= told(check(raw))
    assert fixed(after, check) == after


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.stem)
def test_only_what_the_fixes_name_is_changed(path: Path) -> None:
    raw, check = path.read_bytes(), check_as(path)
    fixable = {one.line for one in check(raw) if one.fix is not None}

    changed = fixed(raw, check)

    lines, others = raw.splitlines(keepends=True), changed.splitlines(keepends=True)
    assert len(lines) == len(others)
    different = {number for number, pair in enumerate(zip(lines, others, strict=True), 1) if pair[0] != pair[1]}
    assert different <= fixable


FIXABLE = [
    rule
    for rule in names()
    if rule not in ("deprecated-key", "unknown-type")
    and any(one.fix for one in validate_content("example.yaml", (HEAD + explanation(rule).wrong).encode()))
]


@pytest.mark.parametrize("rule", FIXABLE)
def test_the_wrong_example_of_a_rule_that_can_be_mended_is_clean_afterwards(rule: str) -> None:
    check = check_as(Path("example.yaml"))

    assert check(fixed((HEAD + explanation(rule).wrong).encode(), check)) == []


def test_these_rules_can_be_mended() -> None:
    assert FIXABLE == [
        "bare-literal",
        "cut-expression",
        "forgotten-equals",
        "lone-template",
        "negated-path",
        "query-wanted",
        "quoted-text",
        "unknown-key",
        "unknown-operator",
        "unquoted-code",
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("log: {keeep: 1d}", "log: {keep: 1d}"),
        ("log: {'keeep': 1d}", "log: {'keep': 1d}"),
        ("log: {Keep: 1d}", "log: {keep: 1d}"),
        ("messages: {m: {timeOut: 5s, reply: 1}}", "messages: {m: {timeout: 5s, reply: 1}}"),
        ("messages: {m: {reply: !x =input.a}}", "messages: {m: {reply: !x =input.a}}"),
        ("messages: {m: {reply: =input.a == true}}", "messages: {m: {reply: =input.a == `true`}}"),
        ('messages: {m: {reply: "=input.a == true"}}', 'messages: {m: {reply: "=input.a == `true`"}}'),
        ('messages: {m: {reply: =input.a == "Y"}}', "messages: {m: {reply: =input.a == 'Y'}}"),
        ("""messages: {m: {reply: '=input.a == "Y"'}}""", """messages: {m: {reply: '=input.a == "Y"'}}"""),
        ('messages: {m: {reply: "=input.a == \\"Y\\""}}', 'messages: {m: {reply: "=input.a == \\"Y\\""}}'),
        ("messages: {m: {reply: =!input.a.b}}", "messages: {m: {reply: =!(input.a.b)}}"),
        ("messages: {m: {reply: =!input.a[0].b}}", "messages: {m: {reply: =!input.a[0].b}}"),
        ("messages: {m: {reply: '{{ input.a }}'}}", "messages: {m: {reply: '=input.a'}}"),
        ("messages: {m: {reply: '{{ input.a | text }}'}}", "messages: {m: {reply: '{{ input.a | text }}'}}"),
        ("messages: {m: {reply: &a 00123}}", 'messages: {m: {reply: &a "00123"}}'),
        ("messages: {m: {reply: True}}", "messages: {m: {reply: True}}"),
        ("messages: {m: {reply: =add(input.a, input.b)}}", 'messages: {m: {reply: "=add(input.a, input.b)"}}'),
        ("messages: {m: {reply: [=input.a[0], 1]}}", 'messages: {m: {reply: ["=input.a[0]", 1]}}'),
        (
            "messages: {m: {reply: =join(', ', input.a), timeout: 5s}}",
            "messages: {m: {reply: \"=join(', ', input.a)\", timeout: 5s}}",
        ),
        ("messages: {m: {reply: =join(\", \", 'x')}}", "messages: {m: {reply: =join(\", \", 'x')}}"),
        ("messages: {m: {reply: =add(input.a, nope)}}", "messages: {m: {reply: =add(input.a, nope)}}"),
        ("messages: {m: {reply: {$eech: =input.a, $map: 1}}}", "messages: {m: {reply: {$each: =input.a, $map: 1}}}"),
        ("messages: {m: {reply: {$if: =input.a, $map: 1}}}", "messages: {m: {reply: {$if: =input.a, $map: 1}}}"),
        ("log: {retention: 1d}", "log: {retention: 1d}"),
    ],
)
def test_one_mistake(before: str, after: str) -> None:
    head = "engine: 1\nname: x\n"

    assert mended(head + before + "\n") == head + after + "\n"


def test_no_fix_is_offered_where_it_would_have_to_be_escaped() -> None:
    head = b"engine: 1\nname: x\nmessages: {m: {reply: "

    found = validate_content(Path("x.yaml"), head + b'"=input.a == \\"Y\\""}}\n')

    assert [(one.rule, one.fix) for one in found] == [("quoted-text", None)]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("lead", ["", "\ufeff"])
def test_comments_order_line_ends_and_byte_order_mark_stay(ending: str, lead: str) -> None:
    text = "engine: 1 # ü\nname: x\n\nlog:   # 😀\n  redact: [b,   a]\n  keeep: 1d   # kept\n"
    raw = (lead + text).replace("\n", ending).encode()

    after = fixed(raw, check_as(Path("x.yaml")))

    assert after == raw.replace(b"keeep", b"keep")


def test_a_byte_order_mark_moves_no_fix() -> None:
    raw = "\ufeffnaem: x\nengine: 1\n".encode()

    assert fixed(raw, check_as(Path("x.yaml"))) == raw.replace(b"naem", b"name")


def test_what_mending_would_bring_to_light_is_not_mended() -> None:
    text = "engine: 1\nname: x\nmessages: {m: {reply: =add(nope, input.a)}}\nlog: {keeep: 1d}\n"

    assert mended(text) == text.replace("keeep", "keep") or mended(text) == text


def test_a_fix_behind_which_the_finding_stays_is_left_out() -> None:
    finding = Diagnostic(
        Mark("x.yaml", 1, 1), "unknown-key", "there is no such key", "", fix="b", end=Mark("x.yaml", 1, 2)
    )

    assert fixed(b"a: 1\n", lambda _: [finding]) == b"a: 1\n"


def test_of_two_fixes_that_reach_into_each_other_the_second_is_made_behind_the_first() -> None:
    def finding(first: int, last: int, fix: str) -> Diagnostic:
        return Diagnostic(
            Mark("x.yaml", 1, first), "unknown-key", f"no {fix}", "", fix=fix, end=Mark("x.yaml", 1, last)
        )

    both = [finding(1, 4, "xyz"), finding(2, 3, "longer")]

    told = {b"abc: 1\n": both, b"xyz: 1\n": both[1:]}

    assert fixed(b"abc: 1\n", lambda raw: told.get(raw, [])) == b"xlongerz: 1\n"


def test_the_last_error_is_mended_also_where_that_lets_it_be_told_what_is_unused() -> None:
    head = "engine: 1\nname: x\nsettings: {spare: {type: text}}\nmessages: {m: {reply: {a: 1}}}\n"

    assert mended(f"{head}log: {{kep: 30d}}\n") == f"{head}log: {{keep: 30d}}\n"
    assert [one.rule for one in check_as(Path("x.yaml"))(mended(f"{head}log: {{kep: 30d}}\n").encode())] == [
        "unused-setting"
    ]


def test_a_change_is_shown_as_a_unified_diff() -> None:
    assert diff("x.yaml", b"a: 1\nb: 2\n", b"a: 1\nb: 3") == (
        "--- x.yaml\n+++ x.yaml\n@@ -1,2 +1,2 @@\n a: 1\n-b: 2\n+b: 3\n\\ No newline at end of file\n"
    )
    assert diff("x.yaml", b"a: 1\n", b"a: 1\n") == ""
