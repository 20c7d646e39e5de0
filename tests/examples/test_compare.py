"""What is expected against what came."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.examples.compare import NOTHING, Difference, as_text, differences, matches
from engine.spec.matchers import MATCHERS

_SCALARS = st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False, allow_infinity=False)
_NAMES = st.text(max_size=4).filter(lambda name: not name.startswith("$"))
VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4), max_leaves=12
)


@given(VALUES)
def test_a_value_matches_itself(value: Any) -> None:
    assert list(differences(value, value)) == []


@given(VALUES, VALUES)
def test_what_matches_is_equal_and_what_does_not_is_not(one: Any, other: Any) -> None:
    assert matches(one, other) == _equal(one, other)


@given(VALUES)
def test_anything_matches_every_value(value: Any) -> None:
    assert matches({"$any": "anything"}, value)


@pytest.mark.parametrize(
    "matcher", [{"$any": "anything"}, {"$regex": ""}, {"$contains": 1}, {"$approx": 0, "$within": 1}]
)
def test_nothing_matches_what_is_not_there(matcher: Any) -> None:
    assert not matches(matcher, NOTHING)


@given(VALUES)
def test_a_value_is_of_one_kind_at_most(value: Any) -> None:
    kinds = [kind for kind in ("text", "number", "boolean", "list", "object") if matches({"$any": kind}, value)]

    assert len(kinds) == (value is not None)


@given(st.dictionaries(_NAMES, VALUES, max_size=4), st.data())
def test_an_object_contains_each_part_of_itself(value: dict[str, Any], data: st.DataObject) -> None:
    kept = data.draw(st.sets(st.sampled_from(sorted(value)))) if value else set()

    assert matches({"$contains": {name: value[name] for name in kept}}, value)


@given(st.lists(VALUES, min_size=1, max_size=4), st.data())
def test_a_list_contains_each_of_its_elements(value: list[Any], data: st.DataObject) -> None:
    assert matches({"$contains": data.draw(st.sampled_from(value))}, value)


@given(st.text(), st.text(), st.text())
def test_text_contains_what_stands_in_it(before: str, inside: str, after: str) -> None:
    assert matches({"$contains": inside}, before + inside + after)


@given(st.integers(), st.integers(0, 1000), st.integers(0, 1000))
def test_a_number_is_near_within_what_is_allowed(number: int, apart: int, within: int) -> None:
    assert matches({"$approx": number, "$within": within}, number + apart) == (apart <= within)


@given(VALUES, st.sampled_from(MATCHERS))
def test_a_matcher_of_a_kind_never_fails_to_decide(value: Any, name: str) -> None:
    held = {"$any": "text", "$regex": "^a+$", "$contains": "a", "$approx": Decimal("1.5")}[name]
    beside = {"$within": Decimal("0.1")} if name == "$approx" else {}

    assert matches({name: held, **beside}, value) in (True, False)


@given(st.lists(st.integers(0, 3), max_size=6), st.lists(st.integers(0, 3), max_size=6))
def test_the_differences_of_lists_lead_from_one_to_the_other(expected: list[int], got: list[int]) -> None:
    found = list(differences(expected, got))

    missing = sum(one.got is NOTHING for one in found)
    added = sum(one.expected is NOTHING for one in found)
    assert len(got) - len(expected) == added - missing
    assert (not found) == (expected == got)


@pytest.mark.parametrize(
    ("expected", "got", "found"),
    [
        (Decimal("4.1250"), Decimal("4.125"), []),
        (4, Decimal("4.0"), []),
        ("4", 4, [Difference((), "4", 4)]),
        (True, 1, [Difference((), True, 1)]),
        (None, NOTHING, [Difference((), None, NOTHING)]),
        ({"a": 1, "b": 2}, {"a": 1, "c": 3}, [Difference(("b",), 2, NOTHING), Difference(("c",), NOTHING, 3)]),
        ([{"a": 1}, {"a": 2}, {"a": 3}], [{"a": 1}, {"a": 3}], [Difference((1,), {"a": 2}, NOTHING)]),
        ([1, 3], [1, 2, 3], [Difference((1,), NOTHING, 2)]),
        ([{"a": [1, 2]}], [{"a": [1, 5]}], [Difference((0, "a", 1), 2, 5)]),
        ({"a": {"$regex": "^W-\\d+$"}}, {"a": "W-10"}, []),
        ({"a": {"$regex": "^W-\\d+$"}}, {"a": "V-10"}, [Difference(("a",), {"$regex": "^W-\\d+$"}, "V-10")]),
        ({"$regex": "10"}, "W-10", []),
        ({"a": {"$any": "text"}}, {}, [Difference(("a",), {"$any": "text"}, NOTHING)]),
        ({"$filter": "a eq 1"}, {"$filter": "a eq 1"}, []),
        ({"$contains": {"a": {"$any": "number"}}}, [{"a": "x"}, {"a": 1}], []),
    ],
)
def test_differences_name_the_path_and_both_sides(expected: Any, got: Any, found: list[Difference]) -> None:
    assert list(differences(expected, got)) == found


@pytest.mark.parametrize(
    ("expected", "got", "same"),
    [
        (4, "4.0", True),
        ("04", "4", False),
        (True, "true", True),
        (None, None, True),
        ("a", "b", False),
        (4, "x", False),
        ({"$approx": 4, "$within": 1}, "4.5", True),
        ({"$approx": 4, "$within": 1}, "x", False),
    ],
)
def test_where_the_wire_knows_text_only_numbers_are_told_by_their_digits(expected: Any, got: Any, same: bool) -> None:
    assert matches(expected, got, as_text) is same


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    if isinstance(one, (bool, str, dict, list)) or isinstance(other, (bool, str, dict, list)):
        return type(one) is type(other) and bool(one == other)
    return bool(one == other)
