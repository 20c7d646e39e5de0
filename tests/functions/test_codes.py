from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.errors import Fault
from engine.functions.codes import lookup

UNITS = {"ST": "PCE", "10": "CT", "KG": None}


@pytest.mark.parametrize(("code", "found"), [("ST", "PCE"), (10, "CT"), (Decimal(10), "CT"), ("KG", None)])
def test_codes_are_compared_as_text(code: Any, found: str | None) -> None:
    assert lookup(UNITS, code) == found


def test_an_unknown_code_without_default_is_a_fault_that_holds_the_code() -> None:
    with pytest.raises(Fault) as refused:
        lookup(UNITS, "BOX")

    assert refused.value.value == "BOX"
    assert refused.value.message == "lookup(): the map does not have this code; add it there, or give a default"


def test_a_default_stands_in_even_if_it_is_null() -> None:
    assert [
        lookup(UNITS, "BOX", "EA"),
        lookup(UNITS, "BOX", None),
        lookup(UNITS, None, "EA"),
        lookup(None, "ST", "EA"),
    ] == [
        "EA",
        None,
        "EA",
        "EA",
    ]


def test_null_without_default_is_null() -> None:
    assert [lookup(UNITS, None), lookup(None, "ST")] == [None, None]


@pytest.mark.parametrize(("table", "code"), [([], "ST"), ("ST", "ST"), (UNITS, []), (UNITS, {})])
def test_lookup_needs_a_map_and_a_code(table: Any, code: Any) -> None:
    with pytest.raises(Fault, match=r"^lookup\(\)"):
        lookup(table, code, "EA")
