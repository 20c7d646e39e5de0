from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Fault
from engine.functions.values import choose, coalesce, decimal, integer, list_, text, yes_no


def test_coalesce_takes_the_first_that_is_not_null_even_if_it_is_false() -> None:
    assert [coalesce(None, False, 1), coalesce(None, None), coalesce(0)] == [False, None, 0]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("1E10", "1E10"),
        (10, "10"),
        (10**400, "1" + "0" * 400),
        (Decimal("4.1250"), "4.1250"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("-0.00"), "0.00"),
        (0.1, "0.1"),
        (1e22, "10000000000000000000000"),
        (True, "true"),
        (False, "false"),
        (None, None),
    ],
)
def test_text_writes_numbers_digit_for_digit(value: Any, written: str | None) -> None:
    assert text(value) == written


@pytest.mark.parametrize(
    "value", [[], {}, Decimal("NaN"), Decimal("1E+1001"), Decimal("1E-1001"), float("inf"), 10**2000]
)
def test_text_refuses_what_has_no_digits_to_write(value: Any) -> None:
    with pytest.raises(Fault, match=r"^text\(\)"):
        text(value)


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("412.50000000", Decimal("412.50000000")),
        ("-5", Decimal(-5)),
        ("+.5", Decimal("0.5")),
        ("5.", Decimal(5)),
        (7, Decimal(7)),
        (0.1, Decimal("0.1")),
        (Decimal("-0.0"), Decimal("0.0")),
    ],
)
def test_decimal_keeps_every_digit(value: Any, number: Decimal) -> None:
    assert str(decimal(value)) == str(number)


@pytest.mark.parametrize(
    ("value", "places", "written"),
    [
        ("4.125", 4, "4.1250"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.005", 2, "0.01"),
        ("-0.001", 2, "0.00"),
        (2.675, 2, "2.68"),
        (1, Decimal("2.0"), "1.00"),
    ],
)
def test_decimal_rounds_half_up_to_exactly_the_places(value: Any, places: Any, written: str) -> None:
    assert str(decimal(value, places)) == written


@pytest.mark.parametrize(
    "value", ["", " 1", "1 ", "abc", "1E10", "1,5", "0x10", "1_000", "٣", "NaN", "1\n", "--1", "."]
)
def test_text_that_is_no_plain_number_is_no_number(value: str) -> None:
    with pytest.raises(Fault) as refused:
        decimal(value)

    assert (refused.value.message, refused.value.value) == ("decimal(): this text is not a number", value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (True, "decimal() works on a number, not on a boolean"),
        ([], "decimal() works on a number, not on a list"),
        ({}, "decimal() works on a number, not on an object"),
        (Decimal("Infinity"), "decimal(): this number is not finite, or longer than 1000 digits"),
        (Decimal("sNaN"), "decimal(): this number is not finite, or longer than 1000 digits"),
        (Decimal("1E+999999"), "decimal(): this number is not finite, or longer than 1000 digits"),
        ("1" * 1002, "decimal(): this number is not finite, or longer than 1000 digits"),
    ],
)
def test_decimal_says_what_it_works_on(value: Any, message: str) -> None:
    with pytest.raises(Fault) as refused:
        decimal(value)

    assert refused.value.message == message


@pytest.mark.parametrize(
    ("places", "message"),
    [
        (None, "decimal(): places must be a whole number, not null"),
        ("2", "decimal(): places must be a whole number, not text"),
        (True, "decimal(): places must be a whole number, not a boolean"),
        (Decimal("1.5"), "decimal(): places must be a whole number"),
        (-1, "decimal(): places must be 0 to 30"),
        (31, "decimal(): places must be 0 to 30"),
    ],
)
def test_places_are_a_small_whole_number(places: Any, message: str) -> None:
    with pytest.raises(Fault) as refused:
        decimal("1.5", places)

    assert refused.value.message == message


def test_a_number_too_long_to_round_is_refused_not_cut() -> None:
    with pytest.raises(Fault, match="more than 60 digits"):
        decimal("1" * 59, 2)


def test_integer_takes_whole_numbers_only() -> None:
    assert [integer(5), integer("10.0"), integer("-0042"), integer(Decimal("1E+2")), integer(3.0)] == [
        5,
        10,
        -42,
        100,
        3,
    ]

    with pytest.raises(Fault, match=r"^integer\(\): the number is not whole; decimal\(x, 0\) rounds$"):
        integer("10.5")


@pytest.mark.parametrize("value", [True, "ten", "", [], Decimal("NaN")])
def test_integer_refuses_what_is_no_number(value: Any) -> None:
    with pytest.raises(Fault, match=r"^integer\(\)"):
        integer(value)


def test_list_makes_a_list_of_one_value_and_leaves_lists_alone() -> None:
    assert [list_(None), list_([1]), list_({}), list_(""), list_([])] == [[], [1], [{}], [""], []]


@pytest.mark.parametrize("condition", [None, False, "", [], {}])
def test_choose_takes_the_last_where_the_condition_is_false(condition: Any) -> None:
    assert choose(condition, "a", "b") == "b"


@pytest.mark.parametrize("condition", [True, 0, Decimal("0.0"), 0.0, "false", [None], {"a": None}])
def test_choose_takes_the_second_where_the_condition_is_true_and_zero_is(condition: Any) -> None:
    assert choose(condition, "a", "b") == "a"


def test_yes_no_gives_a_code_for_a_boolean_only() -> None:
    assert [yes_no(True, 2, 1), yes_no(False, 2, 1), yes_no(None, 2, 1)] == [2, 1, None]

    refused: tuple[Any, ...] = (1, 0, "true", "", [])
    for value in refused:
        with pytest.raises(Fault, match=r"^yes_no\(\) works on a boolean, not on "):
            yes_no(value, "Y", "N")


def test_a_fault_does_not_tell_the_data() -> None:
    with pytest.raises(Fault) as refused:
        decimal("4111 1111 1111 1111")

    assert "4111" not in refused.value.message
