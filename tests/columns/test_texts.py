"""Texts of cells: whole columns are read as each cell is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from engine.columns.cells import Cells
from engine.columns.column import read_column
from engine.columns.texts import reads_text, reads_texts
from engine.columns.values import Values
from engine.errors import Fault

TEXTS = st.one_of(
    st.text(max_size=12),
    st.from_regex(r"[+-]?[0-9]{0,18}[,.]?[0-9]{0,18}(e[+-]?[0-9]{1,3})?", fullmatch=True),
    st.sampled_from(
        ["", "J", "N", "true", "0", "1", " ", "-0", "0,000", "7,", "1\n2", "²", "١٢", "2026-11-26", "26.11.2026"]
    ),
)


def outcome(read: Callable[[], Any]) -> Any:
    """What reading gives, as it would be written."""
    try:
        return repr(list(read()))
    except Fault as fault:
        return fault.message


@given(
    st.lists(TEXTS, min_size=1, max_size=4) | st.lists(st.sampled_from(["12", "3,40", "", "-0,50", "100"]), min_size=1),
    st.sampled_from(
        [
            "text(10) required",
            "text",
            "integer",
            "integer required",
            "decimal(12,4) required",
            "decimal(9,2)",
            "boolean",
            "boolean required",
            "date",
            "datetime required",
        ]
    ),
    st.sampled_from(
        [
            {},
            {"decimal_mark": ",", "null_text": "J", "date": "%d.%m.%Y"},
            {"yes_no": ["J", "N"], "null_date": "2026-11-26"},
            {"yes_no": ["0", "1"], "decimal_mark": "\n"},
        ]
    ),
)
@example(["0", ""], "datetime required", {})
@example(["12", "12"], "decimal(9,2)", {"decimal_mark": "\n"})
def test_what_is_read_at_a_glance_is_read_as_each_is(texts: list[str], type: str, conventions: dict[str, Any]) -> None:
    cells, column = Cells(Values.model_validate(conventions), "UTC"), read_column(type)
    one, many = reads_text(cells, column), reads_texts(cells, column)
    assert outcome(lambda: many(texts)) == outcome(lambda: map(one, texts))
