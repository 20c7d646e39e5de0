"""Some of the cases; `python -m tests.fuzz` runs many more. A number that fails here is repeated by `--case NUMBER`."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.cases import Case, case, check, check_query

numbers = st.integers(min_value=0, max_value=2**40)
some = settings(max_examples=350, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.mark.parametrize("part", range(4))
def test_a_damaged_file_gives_findings_and_no_traceback(part: int, tmp_path: Path) -> None:
    @some
    @given(numbers)
    def attempt(number: int) -> None:
        check(case(number * 4 + part), tmp_path)

    attempt()


@settings(max_examples=600)
@given(numbers)
def test_a_strange_query_is_compiled_or_refused_in_words(number: int) -> None:
    check_query(number)


def test_cases_are_the_same_each_time() -> None:
    assert [case(number) for number in range(50)] == [case(number) for number in range(50)]


def test_a_finding_outside_of_the_file_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engine.diagnostics import Diagnostic, Mark

    far = Diagnostic(Mark(str(tmp_path / "acme.yaml"), 99, 1), "x", "a finding of another file")
    monkeypatch.setattr("tests.fuzz.cases.validate", lambda path: [far])

    with pytest.raises(AssertionError):
        check(Case(0, "by hand", b"engine: 1\n"), tmp_path)
