from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Fault
from engine.functions.odata import odata, odata_any


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("A", "'A'"),
        ("' or 1 eq 1 or '", "''' or 1 eq 1 or '''"),
        ("", "''"),
        (5, "5"),
        (Decimal("1E+3"), "1000"),
        (Decimal("4.50"), "4.50"),
        (True, "true"),
        (False, "false"),
        (None, "null"),
    ],
)
def test_a_literal_cannot_leave_its_quotes(value: Any, literal: str) -> None:
    assert odata(value) == literal


@pytest.mark.parametrize("value", [[], {}, Decimal("NaN")])
def test_what_is_no_literal_is_refused(value: Any) -> None:
    with pytest.raises(Fault, match=r"^odata\(\)"):
        odata(value)


@pytest.mark.parametrize(
    ("values", "condition"),
    [
        (["A"], "(item_id eq 'A')"),
        (["A", 5, "A", "5"], "(item_id eq 'A' or item_id eq 5 or item_id eq '5')"),
        (["O'Neil", None], "(item_id eq 'O''Neil' or item_id eq null)"),
        ([], "(1 eq 0)"),
        (None, "(1 eq 0)"),
    ],
)
def test_any_of_nothing_is_never_true(values: Any, condition: str) -> None:
    assert odata_any("item_id", values) == condition


@pytest.mark.parametrize("field", ["a/b_c/D9", "_x"])
def test_a_field_may_be_a_path(field: str) -> None:
    assert odata_any(field, [1]) == f"({field} eq 1)"


@pytest.mark.parametrize("field", ["", "a b", "a eq 1 or b", "a/", "/a", "9a", "a-b", "ä", "a\n", None, 5])
def test_a_field_must_be_a_plain_name(field: Any) -> None:
    with pytest.raises(Fault, match=r"^odata_any\(\)"):
        odata_any(field, ["A"])


@pytest.mark.parametrize("values", ["A", {}, "", 0, False, [["A"]]])
def test_values_must_be_a_list_of_literals(values: Any) -> None:
    with pytest.raises(Fault, match=r"^odata_any\(\): (values|a value) must be "):
        odata_any("item_id", values)
