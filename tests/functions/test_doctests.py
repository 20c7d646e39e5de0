"""Every function is documented, and its examples are true."""

from __future__ import annotations

import doctest
import sys
from decimal import Decimal

import pytest

from engine.functions import FUNCTIONS, GROUPS, Function

BUILTINS = (
    "abs avg ceil contains ends_with floor join keys length map max max_by merge min min_by not_null reverse sort "
    "sort_by starts_with sum to_array to_number to_string type values"
)
OWN = (
    "coalesce text decimal integer list choose yes_no add subtract multiply divide minor_units major_units "
    "find find_all group_by chunks at pick lookup split cut pad trim upper lower replace date parse_date later "
    "odata odata_any"
)

every_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS.keys())


@every_function
def test_a_function_has_a_summary_of_one_sentence(function: Function) -> None:
    assert function.summary.endswith(".")
    assert len(function.summary) <= 120


@every_function
def test_a_function_has_examples_and_they_are_true(function: Function) -> None:
    names = {"Decimal": Decimal, **vars(sys.modules[function.call.__module__])}
    [examples] = doctest.DocTestFinder(recurse=False).find(function.call, function.name, globs=names)

    result = doctest.DocTestRunner(verbose=False).run(examples)

    assert (result.failed, result.attempted > 0) == (0, True)


def test_the_language_has_exactly_these_functions() -> None:
    assert set(FUNCTIONS) == set(BUILTINS.split()) | set(OWN.split())


def test_the_builtins_are_a_group_of_their_own() -> None:
    assert {name for name, function in FUNCTIONS.items() if function.group == "builtins"} == set(BUILTINS.split())


def test_every_group_is_a_documented_module() -> None:
    groups = {group.__name__.rpartition(".")[2]: (group.__doc__ or "").strip() for group in GROUPS}

    assert groups.keys() == {function.group for function in FUNCTIONS.values()}
    assert all(groups.values())
