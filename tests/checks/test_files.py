"""Checking files and folders: what is shipped, what cannot be read, and whatever somebody may do to a file."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import engine
from engine.checks.files import validate
from engine.diagnostics import Diagnostic

SHIPPED = Path(engine.__file__).parent.parent / "integrations"
FILES = sorted(SHIPPED.glob("*.yaml"))
TEXTS = {path.stem: path.read_text(encoding="utf-8") for path in FILES}


def rules_of(found: list[Diagnostic]) -> list[str]:
    return [finding.rule for finding in found]


def test_the_shipped_integrations_have_no_finding() -> None:
    assert engine.validate(SHIPPED) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_checked_with_those_beside_it(path: Path) -> None:
    assert engine.validate(str(path)) == []


def test_a_file_that_does_not_exist(tmp_path: Path) -> None:
    found = engine.validate(tmp_path / "none.yaml")

    assert [(one.rule, one.message, one.hint) for one in found] == [
        ("cannot-read", "the file cannot be read: No such file or directory", "check its name and rights")
    ]


def test_a_name_that_no_file_can_have() -> None:
    assert rules_of(engine.validate("a\0b.yaml")) == ["cannot-read"]


def test_an_empty_folder(tmp_path: Path) -> None:
    assert rules_of(engine.validate(tmp_path)) == ["no-files"]


def test_a_folder_that_is_called_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").mkdir()
    (tmp_path / "y.yaml").write_text("engine: 1\nname: y\n", encoding="utf-8")

    assert engine.validate(tmp_path) == []


def test_findings_of_a_folder_stand_in_the_order_of_its_files(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / f"{name}.yaml").write_text(f"engine: 1\nname: {name}\nx: 1\ny: 1\n", encoding="utf-8")

    found = [f"{Path(one.file).name}:{one.line}" for one in engine.validate(tmp_path)]

    assert found == ["a.yaml:3", "a.yaml:4", "b.yaml:3", "b.yaml:4", "c.yaml:3", "c.yaml:4"]


def test_what_is_wrong_in_a_used_file_is_not_told_here(tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("engine: 1\nname: shop\nx: 1\nmessages: {m: {}}\n", encoding="utf-8")
    erp = tmp_path / "erp.yaml"
    erp.write_text(
        "engine: 1\nname: erp\nuses: {s: shop}\nmessages: {m: {steps: [{call: s.m}, {call: s.n}]}}\n", encoding="utf-8"
    )

    found = engine.validate(erp)

    assert [(one.line, one.message) for one in found] == [(4, 'there is no message of shop "n"')]


def test_a_used_file_whose_examples_hold_an_anchor_is_read_whole(tmp_path: Path) -> None:
    """Examples are nothing to those who use an integration, but for what is repeated elsewhere."""
    (tmp_path / "shop.yaml").write_text(
        "engine: 1\nname: shop\nmessages:\n"
        "  m:\n    output: {type: object}\n    examples: [{title: a, reply: &empty {}}]\n"
        "  n:\n    reply: *empty\n"
    )
    file = tmp_path / "erp.yaml"
    file.write_text(
        "engine: 1\nname: erp\nuses: {s: shop}\nmessages: {m: {steps: [{call: s.m}, {call: s.n, save: x}], reply: =x.no}}\n"
    )

    found = engine.validate(file)

    assert [(one.line, one.message) for one in found] == [(4, 'there is no "no" here')]


def test_a_call_of_another_file_that_may_be_done_twice_is_told_where_it_is_sent(tmp_path: Path) -> None:
    connection = "{type: rest, url: https://s.example, endpoints: {add: {method: POST, path: /a}}}"
    (tmp_path / "shop.yaml").write_text(
        f"engine: 1\nname: shop\nconnections: {{s: {connection}}}\nmessages: {{m: {{steps: [{{call: s.add}}]}}}}\n"
    )
    erp = tmp_path / "erp.yaml"
    erp.write_text(
        "engine: 1\nname: erp\nuses: {s: shop}\nevents: {placed: {}}\n"
        "flows: {f: {trigger: {event: placed}, key: =event.no, send: s.m}}\n"
    )

    assert [(one.rule, one.file, one.line, one.column) for one in engine.validate(tmp_path)] == [
        ("done-twice", str(erp), 5, 61)
    ]


def test_messages_that_call_each_other_across_files(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "a")):
        text = f"engine: 1\nname: {name}\nuses: {{o: {other}}}\nmessages: {{m: {{steps: [{{call: o.m}}]}}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    found = engine.validate(tmp_path)

    assert [one.message for one in found] == ["this never ends: m → b.m → m", "this never ends: m → a.m → m"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty-file"),
        (b"# only a comment\n", "empty-file"),
        (b"---\n", "empty-file"),
        (b"null\n", "not-a-mapping"),
        (b"text\n", "not-a-mapping"),
        (b"[]\n", "not-a-mapping"),
        (bytes(range(256)), "not-utf8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "not-utf8"),
        ("engine: 1".encode("utf-16"), "not-utf8"),
        ("engine: 1".encode("utf-16-le"), "not-utf8"),
        ("engine: 1".encode("utf-32"), "not-utf8"),
        ("name: Stück".encode("latin-1"), "not-utf8"),
        (b"a: b\0c\n", "not-text"),
        (b"a" * 10_000_000, "too-large"),
        (b"a: [" * 100_000, "too-deep"),
        (b"{a: " * 100_000, "too-deep"),
        (b"- " * 100_000, "too-deep"),
        (b"a: [" + b"1," * 600_000 + b"]", "too-many-values"),
        (b"".join(b"k%d: 1\n" % number for number in range(100_000)), "too-many-values"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_what_is_no_integration_is_one_finding(tmp_path: Path, content: bytes, rule: str) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(content)

    found = engine.validate(file)

    assert rules_of(found) == [rule]


def test_of_very_many_unknown_keys_the_first_are_told_with_what_they_may_mean(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    keys = "".join(f"name{number}: 1\n" for number in range(3000))
    file.write_text("engine: 1\nname: x\n" + keys, encoding="utf-8")

    unknown = [one for one in engine.validate(file) if one.rule == "unknown-key"]

    assert len(unknown) == 3000
    assert ["did you mean" in one.hint for one in unknown] == [number < 200 for number in range(3000)]


def test_of_very_many_unknown_keys_the_first_are_told_with_where_they_belong(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    messages = "".join(f"  m{number}: {{steps: [], cron: 1}}\n" for number in range(300))
    file.write_text("engine: 1\nname: x\nmessages:\n" + messages, encoding="utf-8")

    unknown = [one for one in engine.validate(file) if one.rule == "unknown-key"]

    assert ["`cron` belongs to" in one.hint for one in unknown] == [number < 200 for number in range(300)]


# -- whatever happens to a file ---------------------------------------------------------------------------------------

FUZZ = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)


def survives(tmp_path: Path, name: str, content: bytes) -> list[Diagnostic]:
    """Findings, or none; nothing else."""
    for other, text in TEXTS.items():
        if other != name:
            (tmp_path / f"{other}.yaml").write_text(text, encoding="utf-8")
    file = tmp_path / f"{name}.yaml"
    file.write_bytes(content)
    found = engine.validate(file)
    assert found == sorted(found, key=lambda finding: (finding.mark, finding.rule))
    assert all(finding.hint and finding.line >= 1 and finding.column >= 1 for finding in found)
    return found


@FUZZ
@given(st.sampled_from(sorted(TEXTS)), st.floats(0, 1))
def test_a_file_cut_anywhere(tmp_path: Path, name: str, where: float) -> None:
    content = TEXTS[name].encode()

    survives(tmp_path, name, content[: int(len(content) * where)])


@FUZZ
@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False), st.binary(min_size=1, max_size=6))
def test_a_file_with_other_bytes_in_it(tmp_path: Path, name: str, chance: random.Random, noise: bytes) -> None:
    content = TEXTS[name].encode()
    at = chance.randrange(len(content))

    survives(tmp_path, name, content[:at] + noise + content[at + chance.randrange(12) :])


SIGNS = st.text(st.sampled_from("{}[]:,&*!|>'\"%@`#=$-? \n\t~<.0aé"), min_size=1, max_size=5)


@FUZZ
@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False), SIGNS)
def test_a_file_with_other_signs_in_it(tmp_path: Path, name: str, chance: random.Random, noise: str) -> None:
    text = TEXTS[name]
    at = chance.randrange(len(text))

    survives(tmp_path, name, (text[:at] + noise + text[at + chance.randrange(4) :]).encode())


LINES = st.sampled_from(["drop", "double", "swap", "indent", "other key", "other value", "no value"])
VALUES = ["", "text", "[]", "[a, b]", "{}", "{a: 1}", "7", "=nope", "{{ nope }}", "null", "- a", "&a *a", "!t x", "'"]


@settings(FUZZ, max_examples=50)
@given(st.sampled_from(sorted(TEXTS)), st.randoms(use_true_random=False), LINES)
def test_a_file_with_another_line(tmp_path: Path, name: str, chance: random.Random, change: str) -> None:
    lines = TEXTS[name].splitlines()
    at = chance.randrange(len(lines))
    key, colon, _ = lines[at].partition(":")
    blanks = len(lines[at]) - len(lines[at].lstrip())
    changed: dict[str, Any] = {
        "drop": [],
        "double": [lines[at], lines[at]],
        "swap": [*lines[at + 1 : at + 2], lines[at]],
        "indent": [" " * chance.randrange(6) + lines[at].lstrip()],
        "other key": [" " * blanks + chance.choice(["type", "call", "$map", "x", "<<", "1", "steps"]) + ": 1"],
        "other value": [f"{key}{colon} {chance.choice(VALUES)}"],
        "no value": [f"{key}{colon}"],
    }
    lines[at : at + 1] = changed[change]

    survives(tmp_path, name, "\n".join(lines).encode())


def test_a_circle_through_files_that_only_others_use_is_found_from_each(tmp_path: Path) -> None:
    for name, used in (("a", "b"), ("b", "c"), ("c", "a")):
        text = f"engine: 1\nname: {name}\nuses: {{next: {used}}}\nmessages: {{go: {{steps: [{{call: next.go}}]}}}}\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    assert [one.message for one in engine.validate(tmp_path / "a.yaml")] == ["this never ends: go → b.go → c.go → go"]
    assert len(engine.validate(tmp_path)) == 3


def test_a_file_named_twice_is_checked_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("engine: 1\nname: a\nx: 1\n", encoding="utf-8")

    assert rules_of(validate(tmp_path, file)) == ["unknown-key"]
