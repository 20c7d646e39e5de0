"""Keys and names that come from elsewhere in the file: placeholders of a path, tables, columns, settings in an example."""

from __future__ import annotations

import pytest

from engine.editor.completion import Item, completions
from engine.editor.definition import definition
from engine.editor.hover import hover
from tests.editor.acme import in_tables


def offered(line: str, instead: str) -> list[Item]:
    return completions(*in_tables(line, instead))


@pytest.mark.parametrize(
    ("line", "instead", "names"),
    [
        ("path: {¦}", 'path: {no: "=rows[0].NO", line: =input.line}', ["no", "line"]),
        ("path: {no: x, ¦}", 'path: {no: "=rows[0].NO", line: =input.line}', ["line"]),
        ("path:\n          ¦", 'path: {no: "=rows[0].NO", line: =input.line}', ["no", "line"]),
        ("sent: {path: {¦}}", "sent: {path: {no: A}}", ["no", "line"]),
        ("settings: {¦}", "settings: {user: web}", ["url", "user", "password"]),
        ("query: {¦}\n        save: rows", "query: {NO: =input.no}\n        save: rows", ["NO", "STATE", "TAKEN"]),
        ("query: {STATE: N, ¦}, order", "query: {STATE: N}, order", ["NO", "TAKEN"]),
        ("order: [¦]}", "order: [NO]}", ["NO", "STATE", "TAKEN"]),
        ("key: [NO, ¦]\n    endpoints", "key: [NO, LINE]\n    endpoints", ["NO", "LINE"]),
        ("mode: replace, key: [¦]}", "mode: replace, key: [NO]}", ["NO", "LINE"]),
        ("header: {table: ¦, mode", "header: {table: ORDERS, mode", ["ORDERS", "LINES"]),
    ],
)
def test_what_can_be_named(line: str, instead: str, names: list[str]) -> None:
    assert [item.label for item in offered(line, instead)] == names


def test_the_types_of_columns_are_offered_as_they_are_written() -> None:
    found = {item.label: item.insert for item in offered("STATE: ¦, TAKEN", "STATE: text(1), TAKEN")}

    assert found["text(20) required"] == "text(20) required"
    assert found["decimal(19,4)"] == '"decimal(19,4)"'


def test_a_placeholder_brings_its_colon_and_says_where_it_is_filled_in() -> None:
    (line,) = offered("path: {no: x, ¦}", 'path: {no: "=rows[0].NO", line: =input.line}')

    assert (line.insert, line.detail, line.first) == ("line: ", "in /orders/{no}/lines/{line}", True)


@pytest.mark.parametrize(
    ("line", "instead", "shown", "target"),
    [
        ('path: {n¦o: "', 'path: {no: "', "no: in /orders/{no}/lines/{line}", "path"),
        ("order: [N¦O]}", "order: [NO]}", "NO: text(20) required", "NO"),
        ("{table: LI¦NES, mode", "{table: LINES, mode", "LINES: table", "LINES"),
        ("query: {STA¦TE: N}", "query: {STATE: N}", "STATE: text(1)", "STATE"),
        ("settings: {us¦er: web}", "settings: {user: web}", "user: text", "user"),
    ],
)
def test_what_is_named_is_explained_and_found(line: str, instead: str, shown: str, target: str) -> None:
    file, index = in_tables(line, instead)

    told, place = hover(file, index), definition(file, index)

    assert told is not None
    assert told.markdown.startswith(f"```\n{shown}\n```")
    assert place is not None
    assert place.text.content[place.span.start : place.span.end] == target
