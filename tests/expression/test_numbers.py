"""Numbers and codes pass digit for digit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import MappingError
from engine.expression.compiled import compile_expression, query
from engine.expression.expressions import read_query, read_template

decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)


def printed(text: str, **scope: Any) -> Any:
    return compile_expression(read_template(text))(scope)


@given(decimals)
def test_a_decimal_keeps_every_digit_through_a_query(number: Decimal) -> None:
    [result] = query("a[?b].b")({"a": [{"b": number}]})

    assert result.as_tuple() == number.as_tuple()


@given(decimals.filter(bool))
def test_a_decimal_is_printed_digit_for_digit_without_exponent(number: Decimal) -> None:
    assert printed("{{ a }}", a=number) == format(number, "f")


@pytest.mark.parametrize("code", ["1E10", "00123", "3.10", "0x1F", "1_000", "12e3", "true", "null"])
def test_a_code_stays_the_text_it_is(code: str) -> None:
    assert compile_expression(read_query("=a || b"))({"a": code}) == code
    assert printed("{{ a }}", a=code) == code


@pytest.mark.parametrize("number", ["3.10", "1.0", "1e3", "-0.50", "0.1", "100000000000000000000.01"])
def test_a_literal_of_a_query_is_exact(number: str) -> None:
    result = query(f"`{number}`")(None)

    assert (type(result), result.as_tuple()) == (Decimal, Decimal(number).as_tuple())


def test_numbers_inside_a_literal_are_exact() -> None:
    assert repr(query('`{"a": [3.10, 5]}`')(None)) == "{'a': [Decimal('3.10'), 5]}"


def test_a_number_of_a_template_is_printed_as_written() -> None:
    assert printed("{{ 3.10 }} {{ a }} {{ 1_000.50 }} {{ 7 }}", a=Decimal("3.1")) == "3.10 3.1 1000.50 7"


@pytest.mark.parametrize("word", ["NaN", "Infinity", "[1, -Infinity]"])
def test_what_json_does_not_have_is_no_literal(word: str) -> None:
    with pytest.raises(ValueError, match="is no number of JSON"):
        query(f"a == `{word}`")


def test_decimals_floats_and_integers_compare_by_value() -> None:
    value = {"whole": 1, "exact": Decimal("1.10"), "float": 1.1}

    assert query("[exact == float, float == exact, exact > whole, float <= exact, whole == `1.0`]")(value) == [True] * 5


@pytest.mark.parametrize(
    "number",
    [Decimal("1E+999999999"), Decimal("NaN"), Decimal("Infinity"), 10**5000, float("inf")],
    ids=["exponent", "nan", "infinity", "digits", "float"],
)
def test_a_number_without_a_reasonable_text_is_not_printed(number: Any) -> None:
    with pytest.raises(MappingError, match="is not finite, or longer than 1000 digits"):
        printed("{{ a }}", a=number)
