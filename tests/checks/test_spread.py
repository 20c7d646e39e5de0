"""Work over the cores: the same results in the same order, whatever becomes of a worker."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.checks.files import validate
from engine.checks.spread import spread


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_results_stand_in_the_order_of_the_items(count: int) -> None:
    assert spread(lambda number: number * 2, [5, 1, 4, 2, 3], float, count) == [10, 2, 8, 4, 6]


def test_nothing_to_do() -> None:
    assert spread(str, [], float, 4) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_the_heaviest_stays_here_and_others_go_to_a_worker() -> None:
    here = os.getpid()

    assert spread(lambda number: (number, os.getpid() == here), [1, 2, 9], float, 2) == [
        (1, False),
        (2, False),
        (9, True),
    ]


def test_what_a_worker_could_not_do_is_done_here() -> None:
    here = os.getpid()

    def work(number: int) -> int:
        if os.getpid() != here:
            os._exit(1)
        return number

    assert spread(work, [1, 2, 3, 4], float, 3) == [1, 2, 3, 4]


def test_a_failure_is_the_same_as_without_workers() -> None:
    with pytest.raises(ZeroDivisionError):
        spread(lambda number: 1 / number, [2, 0], lambda number: float(number), 2)


def test_findings_are_the_same_however_many_share_the_files(tmp_path: Path) -> None:
    for name in "dbca":
        text = f"engine: 1\nname: {name}\nuses: {{next: a}}\nmessages: {{go: {{steps: [{{call: next.gone}}]}}}}\nx: 1\n"
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    alone = validate(tmp_path)

    assert [finding.mark.file[-6:] for finding in alone if finding.rule == "unknown-key"] == [
        "a.yaml",
        "b.yaml",
        "c.yaml",
        "d.yaml",
    ]
    assert validate(tmp_path, cores=3) == alone
