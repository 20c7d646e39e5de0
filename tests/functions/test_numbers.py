from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Fault
from engine.functions.currencies import MINOR_DIGITS
from engine.functions.numbers import add, divide, major_units, minor_units, multiply, subtract

money = st.decimals(-(10**9), 10**9, places=4)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (add(1, 2), "int 3"),
        (add(0.1, 0.2), "Decimal 0.3"),
        (add("412.50000000", 1), "Decimal 413.50000000"),
        (add(Decimal("1.10"), Decimal("2.20")), "Decimal 3.30"),
        (subtract(1, 3), "int -2"),
        (subtract(Decimal("1.00"), "1"), "Decimal 0.00"),
        (multiply(10**30, 10**30), f"int {10**60}"),
        (multiply(Decimal("0.00"), -1), "Decimal 0.00"),
        (multiply("19.90", Decimal(3)), "Decimal 59.70"),
    ],
)
def test_arithmetic_is_exact_and_whole_numbers_stay_whole(result: Any, expected: str) -> None:
    assert f"{type(result).__name__} {result}" == expected


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (divide(10, 4), "2.5"),
        (divide(10, 5), "2"),
        (divide("412.50", 100, 4), "4.1250"),
        (divide(1, 8, 2), "0.13"),
        (divide(-1, 8, 2), "-0.13"),
        (divide(-1, 1000, 2), "0.00"),
        (divide(1, 3), "0." + "3" * 60),
        (divide(2, 3), "0." + "6" * 59 + "7"),
    ],
)
def test_divide_never_gives_a_float(result: Any, expected: str) -> None:
    assert (type(result), str(result)) == (Decimal, expected)


def test_divide_rounds_once() -> None:
    nearly = Decimal("0.00" + "4" + "9" * 62)

    assert str(divide(nearly, 1, 2)) == "0.00"


@pytest.mark.parametrize("operation", [add, subtract, multiply, divide])
def test_null_first_gives_null_and_null_second_is_a_fault(operation: Any) -> None:
    assert operation(None, 1) is None

    with pytest.raises(Fault) as refused:
        operation(1, None)

    assert refused.value.message == f"{operation.__name__}(): b must be a number, not null"


@pytest.mark.parametrize("operation", [add, subtract, multiply, divide])
@pytest.mark.parametrize(
    "operand", [True, "", "a", "1E10", [], {}, float("nan"), Decimal("Infinity"), Decimal("1E+2000")]
)
def test_an_operand_must_be_a_number(operation: Any, operand: Any) -> None:
    with pytest.raises(Fault, match=rf"^{operation.__name__}\(\): a "):
        operation(operand, 1)
    with pytest.raises(Fault, match=rf"^{operation.__name__}\(\): b "):
        operation(1, operand)


@pytest.mark.parametrize("zero", [0, "0.00", Decimal(0), 0.0])
def test_division_by_zero_is_a_fault(zero: Any) -> None:
    with pytest.raises(Fault, match=r"^divide\(\): b is zero$"):
        divide(1, zero)


@given(money, money)
def test_what_is_added_can_be_subtracted(a: Decimal, b: Decimal) -> None:
    assert subtract(add(a, b), b) == a


@given(money, st.integers(0, 4))
def test_a_quotient_has_exactly_its_places(a: Decimal, places: int) -> None:
    result = divide(a, 7, places)

    assert result is not None
    assert -result.as_tuple().exponent == places


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("19.99", "USD", 1999),
        (Decimal("19.990"), "eur", 1999),
        (5, "EUR", 500),
        (1999, "JPY", 1999),
        (Decimal("1.234"), "KWD", 1234),
        (-0.01, "GBP", -1),
    ],
)
def test_minor_units_are_whole(amount: Any, currency: str, units: int) -> None:
    assert (minor_units(amount, currency), type(minor_units(amount, currency))) == (units, int)


@pytest.mark.parametrize(
    ("units", "currency", "amount"),
    [(1990, "USD", "19.90"), ("5", "EUR", "0.05"), (1999, "JPY", "1999"), (0, "KWD", "0.000")],
)
def test_major_units_have_the_places_of_the_currency(units: Any, currency: str, amount: str) -> None:
    assert str(major_units(units, currency)) == amount


def test_an_amount_finer_than_its_currency_is_not_rounded_in_silence() -> None:
    with pytest.raises(Fault, match="finer than its currency"):
        minor_units("19.999", "USD")
    with pytest.raises(Fault, match="must be whole"):
        major_units("19.5", "USD")


@pytest.mark.parametrize("currency", [None, "", "EURO", "XXX", 978])
def test_a_currency_must_be_known(currency: Any) -> None:
    for convert in (minor_units, major_units):
        with pytest.raises(Fault, match=r"currency (is no code|must be a currency code)"):
            convert(1, currency)


@given(st.integers(-(10**12), 10**12), st.sampled_from(sorted(MINOR_DIGITS)))
def test_minor_units_undo_major_units(units: int, currency: str) -> None:
    assert minor_units(major_units(units, currency), currency) == units
