"""Where a cursor stands, told from the text before it: in whole files and in half-typed ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import load
from engine.editor.cursor import Cursor, cursor

ROOT = Path(__file__).parent.parent.parent


def at(text: str) -> tuple[tuple[str | int, ...], str, str]:
    found = cursor(text.replace("¦", ""), text.index("¦"))
    return found.path, found.place, found.written


@pytest.mark.parametrize(
    ("text", "path", "place", "written"),
    [
        ("¦", (), "key", ""),
        ("en¦", (), "key", "en"),
        ("engine: 1\n¦", (), "key", ""),
        ("engine: ¦1", ("engine",), "value", ""),
        ("a:\n  ¦", ("a",), "open", ""),
        ("a:\n  me¦", ("a",), "open", "me"),
        ("a:\n  b: 1\n  ¦", ("a",), "key", ""),
        ("a:\n  b: 1\n¦", (), "key", ""),
        ("a:\n  b: 1\n  c¦", ("a",), "key", "c"),
        ("a:\n  - call: x\n    wh¦", ("a", 0), "key", "wh"),
        ("a:\n  - ca¦", ("a", 0), "open", "ca"),
        ("a:\n  - ¦", ("a", 0), "open", ""),
        ("a:\n  - call: x\n  - ¦", ("a", 1), "open", ""),
        ("a:\n- x: 1\n¦", (), "key", ""),
        ("a:\n- x: 1\n  ¦", ("a", 0), "key", ""),
        ("a:\n- x: 1\nb¦", (), "key", "b"),
        ("a:\n- - x\n  - ¦", ("a", 0, 1), "open", ""),
        ("a: {b: 1, ¦}", ("a",), "key", ""),
        ("a: {b: 1, c: ¦}", ("a", "c"), "value", ""),
        ("a: {b: {c: [x, y¦", ("a", "b", "c", 1), "open", "y"),
        ("a: {b: {c: [x, {z: 1, y¦", ("a", "b", "c", 1), "key", "y"),
        ("a: {b: {c: [x]}, d¦", ("a",), "key", "d"),
        ("a: [{call: x, sa¦ve: b}]", ("a", 0), "key", "sa"),
        ("a: {b: 1,\n    c: {d: 2},\n    ¦", ("a",), "key", ""),
        ("a: {b: =find(a, c¦", ("a", "b"), "value", "=find(a, c"),
        ('a: "=find(a, b¦"', ("a",), "value", "=find(a, b"),
        ("a: '=find(a, b¦", ("a",), "value", "=find(a, b"),
        ("a: |\n  =input.\n    fo¦o\nb: 1", ("a",), "value", "=input.\n    fo"),
        ("a: >-\n  text {{ x¦", ("a",), "value", "text {{ x"),
        ("a: |\n  b: 1\n\nc: 1\n¦", (), "key", ""),
        ("a: =x\n   || y¦", ("a",), "value", "=x\n   || y"),
        ("a: &x ¦", ("a",), "value", ""),
        ("a: &x {b: 1, ¦", ("a",), "key", ""),
        ("a: 'it''s: {' # {\nb: ¦", ("b",), "value", ""),
        ('a: "x \\" {"\nb: ¦', ("b",), "value", ""),
        ('"q k": ¦', ("q k",), "value", ""),
        ("a: # {\n  b: ¦", ("a", "b"), "value", ""),
        ("a: 1\r\nb:\r\n  c¦", ("b",), "open", "c"),
        ("a:\n  $each: =x\n  $m¦", ("a",), "key", "$m"),
        ("a:\n  b:\n\n    # c\n    ¦", ("a", "b"), "open", ""),
        ("a: 1 # =inp¦", (), "comment", "a: 1 # =inp"),
        ("# =inp¦", (), "comment", "# =inp"),
    ],
)
def test_where_a_cursor_stands(text: str, path: tuple[str | int, ...], place: str, written: str) -> None:
    assert at(text) == (path, place, written)


@pytest.mark.parametrize("name", ["eclipse", "p21", "orocommerce"])
def test_in_a_whole_file_it_is_where_the_document_says(name: str) -> None:
    path = ROOT / "integrations" / f"{name}.yaml"
    text, document = path.read_text(), load(path)
    lines = text.splitlines(keepends=True)

    wrong = []
    for key, place in list(document.keys.items())[::7]:  # each reads all the text before it
        if key in document.homes or any(key[:depth] in document.homes for depth in range(len(key))):
            continue
        mark = place.mark
        index = sum(map(len, lines[: mark.line - 1])) + mark.column - 1 + len(str(key[-1])) - 1
        found = cursor(text, index)
        if found.path != key[:-1] or found.place not in ("key", "open"):
            wrong.append((key, found))
    assert wrong == []


@given(st.text(alphabet="ab:-,{}[]'\"#|>&* \n=$", max_size=60), st.integers(0, 60))
def test_no_text_is_too_wild(text: str, index: int) -> None:
    assert isinstance(cursor(text, min(index, len(text))), Cursor)
