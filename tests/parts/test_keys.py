"""Keys a part does not have: other tools' words, other cases, other levels, and keys that have another name now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar

import pytest
from pydantic import Field

import engine
from engine.document import parse
from engine.parts.other_words import MEANT
from engine.parts.part import Part
from engine.parts.reading import Reading
from engine.parts.scalars import Text
from engine.parts.suggest import meant, replacement


class Renamed(Part):
    """A part one of whose keys had another name."""

    noun = "a renamed part"
    deprecated: ClassVar[Mapping[str, str]] = {"old_name": "new_name"}

    new_name: Annotated[Text | None, Field(description="something")] = None


def test_a_deprecated_key_is_read_as_what_it_is_called_now_with_a_warning() -> None:
    document = parse("old_name: x\n")
    reading = Reading(document)

    part = Renamed.model_validate(document.data, context=reading)

    assert part == Renamed(new_name="x")
    assert [(one.rule, one.severity, one.message, one.hint, one.fix) for one in reading.found] == [
        ("deprecated-key", "warning", "`old_name` is called `new_name` now", "write new_name", "new_name")
    ]


@pytest.mark.parametrize(
    ("word", "known", "key"),
    [
        ("base_url", ["url", "path"], "url"),
        ("url", ["path", "method"], "path"),
        ("method", ["call", "save"], "call"),
        ("register", ["save", "item"], "save"),
        ("timeOut", ["timeout"], "timeout"),
        ("retry-policy", ["retry"], "retry"),
        ("event", ["events", "flows"], "events"),
        ("limit", ["limits"], "limits"),
        ("nothing_like_it", ["url"], None),
    ],
)
def test_a_word_of_another_tool_means_a_key_of_the_place_it_stands_in(word: str, known: list[str], key: str) -> None:
    assert meant(word, known) == key


def test_only_a_certain_misspelling_is_one() -> None:
    assert replacement("timout", ["timeout", "title"]) == "timeout"
    assert replacement("Timeout", ["timeout"]) == "timeout"
    assert replacement("host", ["url", "hosts_"]) is None
    assert replacement("keys", ["keyz", "keyx"]) is None


def test_no_word_means_itself_only() -> None:
    assert [word for word, keys in MEANT.items() if keys == (word,)] == []


def test_a_key_that_belongs_elsewhere_says_where(tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text("engine: 1\nname: x\nmessages: {m: {reply: 1, absent: [404]}}\n")

    assert engine.validate(file)[0].hint.startswith("`absent` belongs to a REST endpoint; allowed: ")
