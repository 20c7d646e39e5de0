from __future__ import annotations

from decimal import Decimal
from operator import itemgetter
from typing import Any

import pytest

from engine.errors import Fault
from engine.functions.lists import at, chunks, find, find_all, group_by, pick

no = itemgetter("no")


def rows(*numbers: Any) -> list[dict[str, Any]]:
    return [{"no": number, "row": row} for row, number in enumerate(numbers)]


@pytest.mark.parametrize("value", [10, "10", Decimal(10), Decimal("1E+1")])
def test_find_compares_as_text_and_takes_the_first(value: Any) -> None:
    for held in (10, "10", Decimal(10)):
        assert find(rows(None, 9, held, held), no, value) == {"no": held, "row": 2}


def test_find_gives_null_if_nothing_is_equal() -> None:
    assert [find(rows(1, 2), no, 3), find([], no, 3), find(rows(None), no, None), find(rows("010"), no, 10)] == [
        None
    ] * 4


def test_find_all_keeps_the_order() -> None:
    assert find_all(rows("7", 8, 7, None), no, 7) == [{"no": "7", "row": 0}, {"no": 7, "row": 2}]
    assert find_all(rows(None), no, None) == []


def test_booleans_are_found_by_their_text() -> None:
    assert find(rows(1, True), no, "true") == {"no": True, "row": 1}


def test_group_by_keeps_the_order_and_leaves_null_out() -> None:
    groups = group_by(rows("B", "A", None, "B"), no)

    assert groups is not None
    assert list(groups.items()) == [
        ("B", [{"no": "B", "row": 0}, {"no": "B", "row": 3}]),
        ("A", [{"no": "A", "row": 1}]),
    ]
    assert group_by(rows(5, "5", Decimal(5)), no) == {"5": rows(5, "5", Decimal(5))}


@pytest.mark.parametrize("call", [find, find_all])
def test_what_has_no_text_cannot_be_compared(call: Any) -> None:
    with pytest.raises(Fault, match=r"the field must be text, a number or a boolean, not an object$"):
        call(rows({}), no, "A")
    with pytest.raises(Fault, match=r"value must be text, a number or a boolean, not a list$"):
        call(rows("A"), no, [])


@pytest.mark.parametrize("subject", [{}, "text", 5, True])
def test_a_list_function_works_on_a_list(subject: Any) -> None:
    for call in (
        lambda: find(subject, no, 1),
        lambda: find_all(subject, no, 1),
        lambda: group_by(subject, no),
        lambda: chunks(subject, 1),
        lambda: at(subject, 0),
    ):
        with pytest.raises(Fault, match=r"^\w+\(\) works on a list, not on "):
            call()


def test_chunks_cut_without_losing_an_element() -> None:
    assert [chunks([1, 2, 3, 4, 5], 2), chunks([1, 2], Decimal(2)), chunks([1], 5), chunks([], 3)] == [
        [[1, 2], [3, 4], [5]],
        [[1, 2]],
        [[1]],
        [],
    ]


@pytest.mark.parametrize("n", [0, -1, None, "2", True, Decimal("1.5")])
def test_chunks_need_a_whole_size_of_one_or_more(n: Any) -> None:
    with pytest.raises(Fault, match=r"^chunks\(\): n must be "):
        chunks([1], n)


@pytest.mark.parametrize(
    ("n", "element"),
    [(0, "A"), (2, "C"), (3, None), (-1, "C"), (-3, "A"), (-4, None), (None, None), (Decimal(1), "B")],
)
def test_at_counts_from_either_end(n: Any, element: str | None) -> None:
    assert at(["A", "B", "C"], n) == element


@pytest.mark.parametrize("n", ["0", True, 0.5, []])
def test_a_position_is_a_whole_number(n: Any) -> None:
    with pytest.raises(Fault, match=r"^at\(\): n must be a whole number"):
        at(["A"], n)


def test_pick_keeps_nulls_and_leaves_out_what_is_not_there() -> None:
    assert pick({"a": None, "b": 2, "7": 3}, ["b", "a", "x", 7]) == {"b": 2, "a": None, "7": 3}


def test_pick_needs_an_object_and_a_list() -> None:
    for fields, keys in (([], ["a"]), ({}, "a"), ({}, None), ({}, [None])):
        with pytest.raises(Fault, match=r"^pick\(\)"):
            pick(fields, keys)
