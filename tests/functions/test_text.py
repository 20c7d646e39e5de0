from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Fault
from engine.functions.text import cut, lower, pad, replace, split, trim, upper


def test_split_keeps_empty_parts() -> None:
    assert [split("a;;b", ";"), split("abc", ";"), split("", ";"), split(Decimal("12.50"), ".")] == [
        ["a", "", "b"],
        ["abc"],
        [""],
        ["12", "50"],
    ]


def test_cut_counts_characters() -> None:
    assert [cut("Straße", 5), cut("abc", 0), cut("abc", 99), cut(12345, 2)] == ["Straß", "", "abc", "12"]


@pytest.mark.parametrize(
    ("padded", "expected"),
    [
        (pad(10, 6), "000010"),
        (pad("4711", 10), "0000004711"),
        (pad("A", 3, " "), "  A"),
        (pad("A", 3, 0), "00A"),
        (pad("too long", 3), "too long"),
        (pad(-5, 5), "-0005"),
        (pad(Decimal("-1.50"), 8), "-0001.50"),
        (pad("-5", 5), "000-5"),
        (pad(-5, 5, " "), "   -5"),
        (pad("", 2), "00"),
    ],
)
def test_pad_aligns_right_and_never_shortens(padded: str, expected: str) -> None:
    assert padded == expected


def test_trim_makes_blank_text_null() -> None:
    assert [trim(" a b\t\n"), trim("   "), trim(""), trim(5)] == ["a b", None, None, "5"]


def test_letters_change_the_same_way_everywhere() -> None:
    assert [upper("straße i"), lower("TITLE I"), upper(True), lower(Decimal("1.50"))] == [
        "STRASSE I",
        "title i",
        "TRUE",
        "1.50",
    ]


def test_replace_takes_old_literally() -> None:
    assert [replace("a.b.c", ".", ""), replace(12, 1, 9), replace("aaa", "aa", "b")] == ["abc", "92", "ba"]


def test_results_are_bounded() -> None:
    assert len(pad("", 10_000) or "") == 10_000

    with pytest.raises(Fault, match=r"^pad\(\): n must be 0 to 10000$"):
        pad("", 10_001)
    with pytest.raises(Fault, match=r"^replace\(\): the result is longer than 10000000 characters$"):
        replace("a" * 10_000, "a", "b" * 10_000)


@pytest.mark.parametrize("subject", [[], {}, ["a"]])
def test_lists_and_objects_are_no_text(subject: Any) -> None:
    for call in (
        lambda: split(subject, ","),
        lambda: cut(subject, 1),
        lambda: pad(subject, 1),
        lambda: trim(subject),
        lambda: upper(subject),
        lambda: lower(subject),
        lambda: replace(subject, "a", "b"),
    ):
        with pytest.raises(Fault, match=r"^\w+\(\) works on text, a number or a boolean, not on (a list|an object)$"):
            call()


def test_an_operand_that_is_missing_or_senseless_is_named() -> None:
    calls: dict[str, Callable[[], Any]] = {
        "split(): sep must be text, a number or a boolean, not null": lambda: split("a", None),
        "split(): sep is empty": lambda: split("a", ""),
        "cut(): n must be a whole number, not null": lambda: cut("a", None),
        "cut(): n is negative": lambda: cut("a", -1),
        "pad(): n must be a whole number, not text": lambda: pad("a", "5"),
        "pad(): n must be 0 to 10000": lambda: pad("a", -1),
        "pad(): char must be one character": lambda: pad("a", 5, "ab"),
        "pad(): char must be text, a number or a boolean, not null": lambda: pad("a", 5, None),
        "replace(): old is empty": lambda: replace("a", "", "b"),
        "replace(): new must be text, a number or a boolean, not null": lambda: replace("a", "a", None),
    }

    said = []
    for call in calls.values():
        with pytest.raises(Fault) as refused:
            call()
        said.append(refused.value.message)

    assert said == list(calls)
