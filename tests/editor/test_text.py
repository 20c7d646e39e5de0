"""Positions of editors are exact: in UTF-16 units, with every kind of line break."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.diagnostics import Mark
from engine.editor.text import Position, Text


@pytest.mark.parametrize(
    ("content", "index", "position"),
    [
        ("abc", 2, (0, 2)),
        ("a\nbc", 3, (1, 1)),
        ("a\r\nbc", 4, (1, 1)),
        ("a\rbc", 3, (1, 1)),
        ("ä😀b", 2, (0, 3)),
        ("x: '😀😀' # ü\ny: 😀z", 16, (1, 5)),
        ("a\u2028b\u0085c", 4, (0, 4)),
        ("a\n", 2, (1, 0)),
        ("", 0, (0, 0)),
    ],
)
def test_an_index_has_one_position_and_back(content: str, index: int, position: tuple[int, int]) -> None:
    text = Text(content)

    assert text.position(index) == Position(*position)
    assert text.index(Position(*position)) == index


@given(st.text(alphabet="a😀ü\n\u2028", max_size=20), st.data())
def test_every_index_comes_back(content: str, data: st.DataObject) -> None:
    text, index = Text(content), data.draw(st.integers(0, len(content)))

    assert text.index(text.position(index)) == index


@pytest.mark.parametrize("position", [(0, 99), (7, 0), (0, 3)])
def test_a_position_behind_the_text_is_its_end(position: tuple[int, int]) -> None:
    assert Text("abc").index(Position(*position)) == 3


def test_a_position_inside_an_astral_character_is_its_begin() -> None:
    assert Text("😀").index(Position(0, 1)) == 0


@pytest.mark.parametrize(
    ("content", "line", "column", "index"),
    [
        ("a\nbc", 2, 2, 3),
        ("a\u2028bc\rd", 1, 4, 3),
        ("a\u2028bc\rd", 2, 1, 5),
        ("😀x", 1, 2, 1),
        ("a", 9, 9, 1),
        ("a\r\nb", 2, 1, 3),
    ],
)
def test_a_mark_of_the_engine_has_an_index(content: str, line: int, column: int, index: int) -> None:
    assert Text(content).of_mark(Mark("x", line, column)) == index


@given(st.text(alphabet="a😀\n\u2028", max_size=20), st.data())
def test_every_mark_comes_back(content: str, data: st.DataObject) -> None:
    text, index = Text(content), data.draw(st.integers(0, len(content)))

    assert text.of_mark(text.mark(index, "x")) == index
