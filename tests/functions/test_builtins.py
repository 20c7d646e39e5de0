"""The builtins give what jmespath.py gives, and take Decimal for a number."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import jmespath
import jmespath.exceptions
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from engine.errors import Fault
from engine.functions import FUNCTIONS

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.text(max_size=4),
    st.sampled_from(["a", "ab", "12"]),
)
json_values = st.recursive(
    scalars,
    lambda held: st.lists(held, max_size=4) | st.dictionaries(st.sampled_from("abc"), held, max_size=3),
    max_leaves=12,
)
likely = st.one_of(
    json_values,
    st.lists(st.integers() | st.floats(allow_nan=False, allow_infinity=False), max_size=5),
    st.lists(st.text(max_size=3), max_size=5),
    st.lists(st.fixed_dictionaries({"a": st.integers(0, 9) | st.floats(0, 9)}, optional={"b": scalars}), max_size=5),
    st.lists(st.fixed_dictionaries({"a": st.text(max_size=2)}), max_size=5),
)

FORMS = {
    "contains": "contains(x, y)",
    "ends_with": "ends_with(x, y)",
    "join": "join(x, y)",
    "map": "map(&a, x)",
    "max_by": "max_by(x, &a)",
    "merge": "merge(x, y)",
    "min_by": "min_by(x, &a)",
    "not_null": "not_null(x, y)",
    "sort_by": "sort_by(x, &a)",
    "starts_with": "starts_with(x, y)",
}


def call(name: str, *arguments: Any) -> Any:
    return FUNCTIONS[name].call(*arguments)


def a(element: Any) -> Any:
    return element.get("a") if isinstance(element, dict) else None


def ours(name: str, x: Any, y: Any) -> Any:
    match FORMS.get(name, "").count("&"), FUNCTIONS[name].least, FUNCTIONS[name].most:
        case 1, _, _:
            return call(name, a, x) if name == "map" else call(name, x, a)
        case _, 1, 1:
            return call(name, x)
        case _:
            return call(name, x, y)


def holds_truth(value: Any) -> bool:
    if isinstance(value, list | dict):
        return any(map(holds_truth, value.values() if isinstance(value, dict) else value))
    return isinstance(value, bool)


def exactly(value: Any) -> Any:
    """The value in a form in which 1, 1.0 and True are three."""
    if isinstance(value, list):
        return [exactly(one) for one in value]
    if isinstance(value, dict):
        return [(key, exactly(one)) for key, one in value.items()]
    return type(value), value


@pytest.mark.parametrize("name", [name for name, one in FUNCTIONS.items() if one.group == "builtins"])
@settings(max_examples=300, deadline=None)
@given(x=likely, y=likely)
@example(x=[], y="")
@example(x=1e23, y=float("inf"))
@example(x=float("inf"), y=None)
@example(x="abc", y="b")
@example(x="", y=["a", "b"])
@example(x=[10**400, 0.5], y=None)
@example(x=[{"a": 2}, {"a": "x"}], y=None)
def test_a_builtin_gives_what_jmespath_gives(name: str, x: Any, y: Any) -> None:
    assume(name != "contains" or not (holds_truth(x) or holds_truth(y)))  # true is not 1: see below
    assume(name != "merge" or not isinstance(x, dict) or isinstance(y, dict))  # it merges {} and []: see below
    try:
        expected = jmespath.search(FORMS.get(name, f"{name}(x)"), {"x": x, "y": y})
    except (jmespath.exceptions.JMESPathError, TypeError, ValueError, OverflowError):
        with pytest.raises(Fault):
            ours(name, x, y)
    else:
        assert exactly(ours(name, x, y)) == exactly(expected)


def test_true_is_not_one_at_any_depth() -> None:
    assert [
        call("contains", [1, 0], True),
        call("contains", [True], 1),
        call("contains", [[True]], [1]),
        call("contains", [{"a": 1}], {"a": True}),
        call("contains", [{"a": [1.0]}], {"a": [1]}),
        call("contains", [True], True),
    ] == [False, False, False, False, True, True]


def test_merge_takes_objects_only() -> None:
    for other in ([], "", None, [["a", 1]]):
        with pytest.raises(Fault, match=r"^merge\(\) works on objects, not on "):
            call("merge", {}, other)


def test_merge_leaves_its_arguments_alone() -> None:
    first = {"a": 1}

    assert (call("merge", first, {"b": 2}), first) == ({"a": 1, "b": 2}, {"a": 1})


@pytest.mark.parametrize(
    ("name", "argument", "result"),
    [
        ("abs", Decimal("-1.23456789012345678901234567890123"), Decimal("1.23456789012345678901234567890123")),
        ("avg", [Decimal(1), 2, 2], Decimal(5) / 3),
        ("avg", [Decimal("0.10"), 0.2], Decimal("0.15")),
        ("ceil", Decimal("1.0000000000000000000000000000000001"), 2),
        ("floor", Decimal("-0.5"), -1),
        ("max", [1, Decimal("1.10"), 1.05], Decimal("1.10")),
        ("min", [Decimal("0.1"), 0.1], Decimal("0.1")),
        ("sort", [2, Decimal("1.50"), 1.5, 1], [1, Decimal("1.50"), 1.5, 2]),
        ("sum", [Decimal("0.1"), 0.2, 1], Decimal("1.3")),
        ("sum", [Decimal("1E+30"), Decimal("0.01")], Decimal("1000000000000000000000000000000.01")),
        ("type", Decimal(1), "number"),
        ("to_number", Decimal("1.50"), Decimal("1.50")),
        ("to_string", [Decimal("1.50"), {"a": Decimal("1E+2")}], '[1.50,{"a":100}]'),
        ("to_array", Decimal(1), [Decimal(1)]),
    ],
)
def test_decimal_is_a_number_in_every_builtin(name: str, argument: Any, result: Any) -> None:
    given = call(name, argument)

    assert (
        math.isclose(given, result, abs_tol=1e-20)
        if name == "avg"
        else (str(given), exactly(given)) == (str(result), exactly(result))
    )


def test_decimals_are_found_by_value() -> None:
    assert [call("contains", [Decimal("1.0")], 1), call("contains", [0.1], Decimal("0.1"))] == [True, True]


@pytest.mark.parametrize(
    "by", [FUNCTIONS["max_by"], FUNCTIONS["min_by"], FUNCTIONS["sort_by"]], ids=lambda one: one.name
)
def test_decimals_and_other_numbers_order_together(by: Any) -> None:
    elements = [{"a": Decimal("2.5")}, {"a": 1}, {"a": 3.5}]

    assert (
        by.call(elements, a)
        == {
            "max_by": {"a": 3.5},
            "min_by": {"a": 1},
            "sort_by": [{"a": 1}, {"a": Decimal("2.5")}, {"a": 3.5}],
        }[by.name]
    )


def test_equals_keep_their_order() -> None:
    elements = [{"a": 1, "n": 1}, {"a": 0, "n": 2}, {"a": 1, "n": 3}]

    assert [one["n"] for one in call("sort_by", elements, a)] == [2, 1, 3]
    assert (call("max_by", elements, a)["n"], call("min_by", elements, a)["n"]) == (1, 2)


@pytest.mark.parametrize("name", ["avg", "sum", "max", "min", "sort", "ceil", "floor"])
@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+999999")])
def test_a_decimal_without_end_is_a_fault(name: str, number: Decimal) -> None:
    with pytest.raises(Fault, match="is not finite, or longer than 1000 digits"):
        call(name, number if name in ("ceil", "floor") else [1, number])


MESSAGES: dict[str, Callable[[], Any]] = {
    "abs() works on a number, not on a boolean": lambda: call("abs", True),
    "sum() works on a list, not on null": lambda: call("sum", None),
    "sum() works on a list of numbers, this one holds text": lambda: call("sum", [1, "2"]),
    "sum(): the numbers are too large": lambda: call("sum", [10**400, 0.5]),
    "avg(): the numbers are too large": lambda: call("avg", [10**400]),
    "sort() compares numbers only or text only, not text with a number": lambda: call("sort", ["a", 1]),
    "max_by() compares numbers only or text only, not a number with null": lambda: call("max_by", [{"a": 1}, {}], a),
    "join() works on a list of text, this one holds a number; [*].text(@) helps": lambda: call("join", ",", ["a", 1]),
    "contains(): search must be text, not a number": lambda: call("contains", "a1", 1),
    "length() works on a list, an object or text, not on a number": lambda: call("length", 1),
    "type() works on a value of JSON, not on a value of another kind": lambda: call("type", object()),
}


@pytest.mark.parametrize("message", MESSAGES)
def test_a_fault_says_what_a_builtin_works_on(message: str) -> None:
    with pytest.raises(Fault) as refused:
        MESSAGES[message]()

    assert refused.value.message == message
