"""JMESPath's own compliance suite: the same results as written there, and as the `jmespath` library gives."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jmespath
import pytest

from engine.errors import MappingError
from engine.expression.compiled import query

FOLDER = Path(__file__).parent / "compliance"
AT_CALL = frozenset({"invalid-type", "invalid-value"})
AT_LOAD = frozenset({"sort_by(people, name)", "foo[8:2:0]"})  # what can be seen without data is refused without data


@dataclass(frozen=True)
class Case:
    name: str
    expression: str
    given: Any
    result: Any
    error: str


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.json")):
        number = 0
        for group in json.loads(path.read_text(encoding="utf-8")):
            for case in group["cases"]:
                number += 1
                name = f"{path.stem}-{number}"
                yield Case(name, case["expression"], group["given"], case.get("result"), case.get("error", ""))


CASES = tuple(cases())


def library(case: Case) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return jmespath.search(case.expression, case.given)


def same(left: Any, right: Any) -> bool:
    return bool(json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True))


def test_the_suite_is_whole() -> None:
    assert len(CASES) == 851


@pytest.mark.parametrize("case", [case for case in CASES if not case.error], ids=lambda case: case.name)
def test_results_equal_the_suite_and_the_library(case: Case) -> None:
    result = query(case.expression)(case.given)

    assert same(result, case.result)
    assert same(result, library(case))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.error and (case.error not in AT_CALL or case.expression in AT_LOAD)],
    ids=lambda case: case.name,
)
def test_what_is_wrong_in_itself_is_refused_before_any_data(case: Case) -> None:
    with pytest.raises(ValueError, match=r"\(at \d+\)"):
        query(case.expression)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.error in AT_CALL and case.expression not in AT_LOAD],
    ids=lambda case: case.name,
)
def test_data_of_a_wrong_kind_is_a_mapping_error(case: Case) -> None:
    compiled = query(case.expression)

    with pytest.raises(MappingError):
        compiled(case.given)
