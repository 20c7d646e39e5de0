"""A file in pieces is the file as a whole; and a file that was edited is the file read anew."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.diagnostics import Diagnostic
from engine.document import Document, Path_, Place, parse
from engine.errors import SpecError
from tests.fuzz.cases import case, seeds

ROOT = Path(__file__).parents[2]
CUT = ("messages", "flows")
_COMMENT = re.compile(".*")


def told(text: str, cut: tuple[str, ...] = CUT, before: Document | None = None) -> Any:
    """All that a document says, or why there is none."""
    try:
        document = parse(text, "x.yaml", cut, before)
    except SpecError as error:
        return error.diagnostics
    return said_by(document)


def said_by(document: Document) -> Any:
    return (
        document.data,
        list(document.data),
        set(document.diagnostics),
        {path: _stands(place) for path, place in document.values.items()},
        {path: _stands(place) for path, place in document.keys.items()},
        document.homes,
        {path: document.path_of(at(document, path)) for path in document.paths.values()},
        {document.extent.ended(Diagnostic(place.mark, "", "", "")) for place in document.values.values()},
        [(mark, comment.group()) for mark, comment in document.extent.comments(_COMMENT)],
    )


def _stands(place: Place) -> Any:
    return place.begin, place.mark, place.value, place.style, place.source.mark(place.end), place.at(2)


def at(document: Document, path: Path_) -> Any:
    found: Any = document.data
    for step in path:
        found = found[step]
    return found


@pytest.mark.parametrize("path", sorted((ROOT / "integrations").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_files_are_cut(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    document = parse(text, path.name, CUT)

    names = {(key, name) for key in CUT for name in document.data.get(key, {})}
    assert {piece.path for piece in document.pieces if len(piece.path) == 2} == names
    assert "".join(piece.written.source.text for piece in document.pieces) == text


def test_the_files_of_the_language_say_the_same_in_pieces() -> None:
    for text in seeds():
        assert told(text) == told(text, cut=())


@settings(max_examples=300)
@given(st.integers(min_value=0))
def test_a_damaged_file_says_the_same_in_pieces(number: int) -> None:
    text = case(number).content.decode("utf-8", "replace")

    assert told(text) == told(text, cut=())


@pytest.mark.parametrize(
    "text",
    [
        "a: {x: 1,\nb: 2}\nmessages:\n  m: 1\n",
        "a: 'x\nb: y'\n",
        "a: |\n  b: c\n\n\n d: e\n",
        "migrate:\n- a\n- b\nmessages:\n  one:\n  - a\n  - b\n  two: 2\n",
        "messages:\n  one: &a {x: [1, &b 2]}\n  two: *a\n  three: [*b, *a]\nflows:\n  four: *b\n",
        "messages:\n  one: *a\n  two: &a x\n",
        "messages:\n  one: &a x\n  two: &a y\n  three: *a\n",
        "messages: # with a comment\n\n  # one\n  one: 1\n # less far\n  two: 2\n#three\nflows: {}\n",
        "messages:\n    one: 1\n    two: 2\n  three: 3\n",
        "messages:\n  one: 1\n    two: 2\n",
        "messages:\n  one: 1\n  one: 2\n",
        "messages:\n  one: 1\nmessages:\n  two: 2\n",
        "messages:\n  'one': 1\n",
        "messages:\n  one: 1\n---\nflows:\n  two: 2\n",
        "---\nmessages:\n  one: 1\n...\n",
        "messages: &m\n  one: 1\nflows: *m\n",
        "messages:\r\n  one: {\r\n    a: 1}\r\n  two: x\r\n    y\r\n",
        "messages:\n  one: 1\r  two: 2\n",
        "messages:\n  one: >\n    folded\n\n  two: |2\n     deep\n",
        "messages:\n  one:\n  two: 2\n",
        "messages:\n\n",
        "messages:\n  <<: {a: 1}\n  one: 1\n",
        "größe: 1\nmessages:\n  prüfung: {a: 😀, b: &ü 1}\n  zwei: *ü\n",
        "# nothing\n",
        "",
    ],
)
def test_unusual_files_say_the_same_in_pieces(text: str) -> None:
    assert told(text) == told(text, cut=())


def test_what_is_as_it_was_is_taken_over() -> None:
    before = parse("a: {x: 1}\nmessages:\n  one: {y: &y 2}\n  two: [*y]\n  three: {z: 3}\n", "x", CUT)

    after = parse("a: {x: 1}\nmessages:\n  one: {y: &y 4}\n  two: [*y]\n  three: {z: 3}\n", "x", CUT, before)

    assert [now is then for now, then in zip(after.pieces, before.pieces, strict=True)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert after.data["a"] is before.data["a"]
    assert after.data["messages"]["two"] == ["4"]


def test_a_key_that_has_lost_its_entries_has_nothing() -> None:
    before = parse("a: 1\nmessages:\n  one: 1\n", "x", CUT)

    assert parse("a: 1\nmessages:\n", "x", CUT, before).data == {"a": "1", "messages": None}


def test_what_stands_on_another_line_has_moved() -> None:
    before = parse("a: 1\nmessages:\n  one: {y: 2}\n", "x", CUT)

    after = parse("a: 1\n\nmessages:\n  one: {y: 2}\n", "x", CUT, before.left)

    assert after.pieces[-1] is before.pieces[-1]
    assert after.key_mark(("messages", "one", "y")).line == 4
    assert after.data["messages"]["one"]["y"].mark.line == 4


def test_nothing_moves_in_a_file_that_has_not_got_another_text() -> None:
    before = parse("a: 1\nmessages:\n  one: {y: 2}\n", "x", CUT)

    beside = parse("a: 1\n\nmessages:\n  one: {y: 2}\n", "x", CUT, before)

    assert before.key_mark(("messages", "one", "y")).line == 3
    assert beside.key_mark(("messages", "one", "y")).line == 4


def test_what_repeats_a_block_stands_where_the_text_around_the_block_has_changed() -> None:
    text = "messages:\n  one: {u: 0, x: &x {y: 2}}\n  two: *x\n"
    before = parse(text, "x", CUT)
    read = before.pieces[-1]

    after = parse("messages:\n  one: {u: 1, x: &x {y: 2}}\n  two: *x\n", "x", CUT, before.left)
    moved = parse("messages:\n  one: {u: 1,\n    x: &x {y: 2}}\n  two: *x\n", "x", CUT, after.left)
    again = parse("# more\nmessages:\n  one: {u: 3, x: &x {y: 2}}\n  two: *x\n", "x", CUT, after.left)

    assert after.pieces[-1] is again.pieces[-1] is read
    assert moved.pieces[-1] is not read
    assert again.data["messages"]["two"]["y"].mark == again.data["messages"]["one"]["x"]["y"].mark


def test_what_repeats_a_block_is_read_again_where_the_block_has_changed() -> None:
    before = parse("messages:\n  one: &x {y: 2, z: 3}\n  two: *x\n", "x", CUT)

    after = parse("messages:\n  one: &x {y: 4, z: 3}\n  two: *x\n", "x", CUT, before.left)

    assert after.data["messages"]["two"] == {"y": "4", "z": "3"}


def test_nothing_moves_for_a_text_that_cannot_be_read() -> None:
    before = parse("a: 1\nmessages:\n  one: {y: 2}\n  two: 3\n", "x", CUT)
    stood = said_by(before)

    with pytest.raises(SpecError):
        parse("a: 1\n\n\nmessages:\n  one: {y: 2}\n  two: {\n", "x", CUT, before.left)

    assert said_by(before) == stood


@pytest.mark.parametrize("broken", ["{", '"', "'", "[a, b", "x: y: z", "|\n  a", "\t", "@", "{x: =add(a, b}", "*", "%"])
@pytest.mark.parametrize("section", ["messages", "flows", "notes"])
def test_why_a_piece_cannot_be_read_is_why_the_file_cannot(broken: str, section: str) -> None:
    before = "# first\nname: {x: =add(a, b), y: 1}\nmessages:\n  one: &a {x: 1}\n  two: *a\n"
    text = f"{before}{section}s:\n  three: {broken}\n  four:\n    five: {broken}\n{section}:\n  six: 'it'\n"

    assert told(text) == told(text, cut=())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("messages:\n  one: {x: 1, x: 2}\n", "\nmessages:\n  one: {x: 1, x: 2}\n"),
        (
            "messages:\n  one: &a x\n  two: 1\n  three: &a y\n",
            "\nmessages:\n  one: &a x\n  three: &a y\n",
        ),
    ],
)
def test_what_names_a_line_names_it_where_it_is_now(before: str, after: str) -> None:
    assert told(after, before=parse(before, "x.yaml", CUT).left) == told(after)


@settings(max_examples=100)
@given(st.integers(min_value=0), st.booleans())
def test_an_edited_file_is_the_file_read_anew(number: int, is_left: bool) -> None:
    chance = Random(number)
    text = chance.choice(seeds())
    before = None
    for _ in range(4):
        known = before.left if before and is_left else before
        stood = said_by(before) if before else None
        assert told(text, before=known) == told(text)
        assert is_left or before is None or said_by(before) == stood
        before = _document(text, known) or before
        text = chance.choice((_a_text, _a_line))(text, chance)


def _a_text(text: str, chance: Random) -> str:
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 1, 2, 30)))
    return text[:start] + chance.choice(("x", " ", "\n", "\n  ", "'", "&a ", "*a", ": ", "")) + text[end:]


def _a_line(text: str, chance: Random) -> str:
    """A line is gone, is there twice, or is new."""
    lines = text.splitlines(keepends=True) or [""]
    index = chance.randrange(len(lines))
    lines[index : index + 1] = chance.choice(
        ([], [lines[index]] * 2, ["\n", lines[index]], ["\n", "# x\n", lines[index]])
    )
    return "".join(lines)


def _document(text: str, before: Document | None) -> Document | None:
    try:
        return parse(text, "x.yaml", CUT, before)
    except SpecError:
        return None


@pytest.mark.parametrize("path", sorted((ROOT / "integrations").glob("*.yaml")), ids=lambda path: path.stem)
def test_a_file_that_is_read_short_of_a_key_is_the_file_without_it(path: Path) -> None:
    text, cut = path.read_text(encoding="utf-8"), ("messages", "flows")

    whole, short = parse(text, cut=cut), parse(text, cut=cut, short_of="examples")

    entries = [entry for name in cut for entry in whole.data.get(name, {}).values()]
    assert all([*entry][-1] == "examples" and entry.pop("examples") for entry in entries if "examples" in entry)
    assert (short.data, short.diagnostics) == (whole.data, ())


def test_a_key_before_others_is_read_although_the_file_is_read_short_of_it() -> None:
    text = "messages:\n  m:\n    examples: [a]\n    steps: []\n  n:\n    steps: []\n    examples: [b]\n"

    assert parse(text, cut=("messages",), short_of="examples").data == {
        "messages": {"m": {"examples": ["a"], "steps": []}, "n": {"steps": []}}
    }
